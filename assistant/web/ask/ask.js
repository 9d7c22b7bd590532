// Buttons in our own HTML become events of the component; nothing here comes from documents.
const narrow = () => window.matchMedia("(max-width: 900px)").matches;

const say = (button, words) => {
  const before = button.dataset.before ?? button.textContent;
  button.dataset.before = before;
  button.textContent = words;
  clearTimeout(button.policyTimer);
  button.policyTimer = setTimeout(() => { button.textContent = before; }, 2000);
};

const copy = async (text) => {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
};

const got = async (path) => {
  const reply = await fetch(new URL(path, document.baseURI));
  if (reply.ok) return reply;
  const told = await reply.json().catch(() => ({}));
  throw new Error(told.message || String(reply.status));
};

const download = async (path) => {
  const reply = await got(path);
  const named = /filename\*=UTF-8''([^;]+)/.exec(reply.headers.get("content-disposition") || "");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await reply.blob());
  link.download = named ? decodeURIComponent(named[1]) : path.split("/").pop();
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
};

const rename = (button) => {
  const row = button.closest(".past > ul > li");
  const box = document.createElement("span");
  box.className = "renaming";
  const input = document.createElement("input");
  input.type = "text";
  input.maxLength = 200;
  input.value = button.dataset.title;
  input.setAttribute("aria-label", button.dataset.label);
  const send = () => {
    if (box.dataset.sent || !input.value.trim()) return;
    box.dataset.sent = "1";
    setTimeout(() => { delete box.dataset.sent; }, 1500); // the list is drawn anew, unless the name was refused
    trigger("edit", { does: "rename", conversation: button.dataset.conversation, title: input.value });
  };
  const save = document.createElement("button");
  save.type = "button";
  save.className = "tool";
  save.textContent = "✓";
  save.setAttribute("aria-label", button.dataset.save);
  save.addEventListener("click", (event) => { event.stopPropagation(); send(); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") send();
    if (event.key === "Escape") { box.remove(); row.classList.remove("hidden-title"); }
  });
  box.append(input, save);
  row.classList.add("hidden-title");
  row.prepend(box);
  input.focus();
  input.select();
};

const filled = (button) => {
  const form = button.closest("[data-form]");
  const found = {};
  if (!form) return found;
  for (const field of form.querySelectorAll("textarea, input[type=text]")) found[field.name] = field.value;
  const chosen = form.querySelector("input[type=radio]:checked");
  if (chosen) found.reason = chosen.value;
  return found;
};

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button || !element.contains(button)) return;
  const { question, ref, turn, cite, back, does, fetch: path } = button.dataset;
  if (button.dataset.copy !== undefined) {
    copy(button.dataset.copy).then(() => say(button, button.dataset.done));
  } else if (path !== undefined) {
    got(path).then((reply) => reply.text()).then(copy)
      .then(() => say(button, button.dataset.done)).catch((error) => say(button, error.message));
  } else if (button.dataset.download !== undefined) {
    download(button.dataset.download)
      .then(() => button.closest("details")?.removeAttribute("open")).catch((error) => say(button, error.message));
  } else if (back !== undefined) {
    const mark = document.querySelector("button.mark[aria-current]") || document.querySelector("#question textarea");
    mark.scrollIntoView({ block: "center" });
    mark.focus();
  } else if (does === "rename") {
    rename(button);
  } else if (does === "retry") {
    trigger("submit", { again: Number(turn) });
  } else if (does !== undefined) {
    const sent = { ...button.dataset, ...filled(button) };
    if (turn !== undefined) sent.turn = Number(turn);
    if (does === "share") sent.page = location.origin + location.pathname;
    trigger("edit", sent);
    if (does === "open") document.querySelector("#desk").classList.remove("past-shown");
    if (does === "edit") document.querySelector("#question textarea").focus();
  } else if (question !== undefined) {
    trigger("submit", { question });
  } else if (ref !== undefined || cite !== undefined) {
    document.querySelectorAll("button[aria-current]").forEach((b) => b.removeAttribute("aria-current"));
    const all = `button[data-turn="${Number(turn)}"][data-cite="${Number(cite)}"]`;
    if (cite !== undefined) document.querySelectorAll(all).forEach((b) => b.setAttribute("aria-current", "true"));
    window.policySourceAsked = true;
    trigger("select", ref !== undefined ? { ref } : { turn: Number(turn), cite: Number(cite) });
  }
});

// One menu at a time, closed by Escape and by a click elsewhere.
const closeMenus = (but) => {
  for (const menu of element.querySelectorAll("details.menu[open]")) if (menu !== but) menu.removeAttribute("open");
};
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
element.addEventListener("keydown", (event) => {
  const menu = event.target.closest("details.menu[open]");
  if (event.key === "Escape" && menu) {
    menu.removeAttribute("open");
    menu.querySelector("summary").focus();
  }
});

watch("value", () => {
  const thread = element.querySelector(".thread:not(.earlier)");
  if (thread) {
    document.documentElement.lang = thread.lang;
    const here = new URL(window.location.href);
    const conversation = thread.dataset.conversation;
    if ((here.searchParams.get("c") || "") !== conversation) {
      if (conversation) {
        here.searchParams.delete("share");
        here.searchParams.set("c", conversation);
      } else here.searchParams.delete("c");
      window.history.replaceState(null, "", here);
    }
    const turn = thread.querySelector(".turn");
    const number = turn?.dataset.number;
    // What is above it is drawn at the same time.
    if (turn && number !== window.policyTurn)
      requestAnimationFrame(() => element.querySelector(".turn")?.scrollIntoView({ block: "start" }));
    window.policyTurn = number;
  }
  const quote = element.querySelector(".passage mark");
  if (quote) {
    const box = quote.closest(".passage");
    box.scrollTop = quote.offsetTop - box.clientHeight / 3; // the box is the offset parent
  }
  if (element.querySelector(".panel") && window.policySourceAsked) {
    window.policySourceAsked = false;
    if (narrow()) element.scrollIntoView({ block: "start" });
  }
});
