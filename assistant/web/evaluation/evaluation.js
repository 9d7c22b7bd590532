// The Evaluation tab: every part of it runs this script once. What the reader does becomes the part's one event;
// the progress of runs comes over a stream of the server's own. What the server sends is set as text.
const ev = (window.policyEvaluation ??= { open: new Map(), picked: new Set(), arrived: false, focused: null });
const part = element.closest("[id^=evaluation-]").id.replace("evaluation-", "");
const root = () => document.getElementById("evaluation");
const $ = (selector) => element.querySelector(selector);
const $$ = (selector) => [...element.querySelectorAll(selector)];
const speaks = () => (root().querySelector("[lang]")?.lang === "ru" ? "ru" : "en");
const form = () => {
  const held = root().querySelector("form[data-form]");
  if (!held) return null;
  return { suite: held.querySelector("[name=suite]:checked")?.value ?? "", llm: held.llm.value, repeat: held.repeat.value };
};
const send = (does, more = {}) => trigger("edit", { does, form: form(), ...more });

// ── where the reader is, also in the address ───────────────────────────────────────────────────
const go = (run, against) => {
  const here = new URL(location.href);
  for (const [name, value] of [["run", run], ["against", against]]) if (value) here.searchParams.set(name, value); else here.searchParams.delete(name);
  here.searchParams.set("tab", "evaluation");
  if (here.href !== location.href) history.pushState({ evaluation: true }, "", here);
};
const open = (run) => { ev.moved = true; go(run); send("open", { run }); };
const compare = (first, second) => { ev.moved = true; go(second, first); send("compare", { first, second }); };
const close = () => { ev.left = true; go(); send("close"); };

// ── two runs to compare ────────────────────────────────────────────────────────────────────────
const picks = () => $$("[data-pick]");
const paired = () => {
  const button = $("[data-does=pair]");
  if (!button) return;
  const chosen = picks().filter((box) => box.checked);
  const suites = new Set(chosen.map((box) => box.dataset.suite));
  button.disabled = chosen.length !== 2 || suites.size !== 1;
  const hint = $("#ev-pair-hint");
  const words = button.disabled ? (suites.size > 1 ? hint.dataset.suites : hint.dataset.hint) : "";
  if (hint.textContent !== words) hint.textContent = words;
};
const pair = () => {
  const [second, first] = picks().filter((box) => box.checked).map((box) => box.dataset.pick); // the newest stands first
  ev.picked.clear();
  compare(first, second);
};

// ── a person's own cases ───────────────────────────────────────────────────────────────────────
const bring = async (input) => {
  const files = [...input.files];
  const told = $(".ev-sending");
  if (!files.length) return;
  input.value = "";
  if (files.reduce((sum, file) => sum + file.size, 0) > Number(input.dataset.most)) { told.textContent = input.dataset.large; return; }
  const odd = files.find((file) => !input.accept.split(",").some((kind) => file.name.toLowerCase().endsWith(kind)));
  if (odd) { told.textContent = input.dataset.kind.replace("{name}", odd.name); return; }
  told.textContent = input.dataset.sending;
  const body = new FormData();
  for (const file of files) body.append("files", file);
  try {
    const reply = await fetch(new URL(`evaluation/cases?lang=${speaks()}`, document.baseURI), { method: "POST", body });
    const said = await reply.json().catch(() => ({}));
    if (!reply.ok) throw new Error(said.detail || input.dataset.failed);
    ev.brought = true;
    send("own", { key: said.key });
  } catch (error) {
    told.textContent = error.message || input.dataset.failed;
  }
};

// ── progress ───────────────────────────────────────────────────────────────────────────────────
const follow = () => {
  const now = $("[data-follow]");
  if (!now) { ev.stream?.close(); ev.stream = null; return; }
  if (ev.stream && ev.spoken === now.lang) return;
  ev.stream?.close();
  ev.spoken = now.lang;
  ev.stream = new EventSource(new URL(`evaluation/progress?lang=${now.lang}`, document.baseURI));
  ev.stream.addEventListener("progress", (event) => show(JSON.parse(event.data).jobs));
};
const show = (jobs) => {
  const known = $("[data-jobs]")?.dataset.jobs ?? "";
  if (!jobs.length) { ev.stream?.close(); ev.stream = null; }
  if (jobs.map((job) => job.mark).join(",") !== known) send("now");
  for (const job of jobs) {
    const box = $$(".ev-job").find((each) => each.dataset.job === job.key);
    if (!box) continue;
    const bar = box.querySelector("progress");
    if (job.most) { bar.max = job.most; bar.value = job.value; }
    const said = box.querySelector(".ev-said");
    if (said.textContent !== job.said) said.textContent = job.said;
    const stop = box.querySelector("[data-does=stop]");
    if (stop) stop.disabled = job.stopping;
  }
};

// ── what the reader does ───────────────────────────────────────────────────────────────────────
const did = {
  open: (data) => open(data.run),
  close,
  pair,
  compare: (data) => compare(data.first, data.second),
  against: (data) => compare(root().querySelector("[name=against]").value, data.run),
};
element.addEventListener("click", (event) => {
  const fold = event.target.closest("summary")?.parentElement;
  if (fold?.dataset.key && element.contains(fold)) ev.open.set(fold.dataset.key, !fold.open);
  const link = event.target.closest("a[data-run]");
  if (link && element.contains(link)) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open(link.dataset.run);
    return;
  }
  const button = event.target.closest("button");
  if (!button || !element.contains(button)) return;
  const { does, drop, ...data } = button.dataset;
  if (drop !== undefined) button.closest(".ev-toast").remove();
  else if (did[does]) did[does](data);
  else if (does !== undefined) send(does, data);
});
element.addEventListener("submit", (event) => event.preventDefault());
element.addEventListener("change", (event) => {
  const control = event.target;
  if (control.id === "ev-own") bring(control);
  else if (control.name === "llm") send("choose");
  else if (control.dataset.pick !== undefined) { ev.picked[control.checked ? "add" : "delete"](control.dataset.pick); paired(); }
  else if (control.dataset.board !== undefined) send("board", { suite: control.value });
  else if (control.dataset.filter !== undefined && control.type !== "search") narrow();
});
element.addEventListener("input", (event) => {
  if (event.target.dataset.filter !== "words") return;
  clearTimeout(ev.typing);
  ev.typing = setTimeout(narrow, 250);
});
element.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.name === "repeat") { event.preventDefault(); send("start"); }
});
const narrow = () => send("narrow", Object.fromEntries($$("[data-filter]").map((each) => [each.dataset.filter, each.value])));
element.addEventListener("focusin", (event) => { const key = event.target.closest("[data-key]")?.dataset.key; ev.focused = key ? { part, key } : null; });

// ── what is new on the page ────────────────────────────────────────────────────────────────────
// The page patches what is there, and a control keeps what was chosen in it before: the HTML's word counts.
const asWritten = () => {
  for (const box of $$("input[type=radio]")) box.checked = box.defaultChecked;
  for (const box of $$("input[type=number]")) box.value = box.defaultValue;
  for (const option of $$("option")) if (option.closest("select") && !option.closest("select").dataset.filter) option.selected = option.defaultSelected;
};
const remembered = () => {
  for (const fold of $$("details[data-key]")) if (ev.open.has(fold.dataset.key)) fold.open = ev.open.get(fold.dataset.key);
  for (const box of picks()) box.checked = ev.picked.has(box.dataset.pick);
  paired();
};
const focused = () => {
  if (!root().checkVisibility()) return;
  if (part === "start" && ev.brought && $("#ev-checked")) { ev.brought = false; $("#ev-checked").focus(); return; }
  if (part === "page" && ev.moved && $("#ev-title")) {
    ev.moved = false;
    root().scrollIntoView({ block: "start" });
    $("#ev-title").focus({ preventScroll: true });
    return;
  }
  if (part === "runs" && ev.left) { ev.left = false; $("#ev-runs")?.focus(); return; }
  const lost = document.activeElement === document.body || document.activeElement === null;
  if (lost && ev.focused?.part === part) $$("[data-key]").find((each) => each.dataset.key === ev.focused.key && !each.disabled)?.focus({ preventScroll: true });
};
const refresh = () => {
  asWritten();
  remembered();
  if (part === "now") follow();
  focused();
};
watch("value", refresh);

if (part === "start" && !ev.arrived) {
  new IntersectionObserver((seen, watching) => {
    if (!seen.some((each) => each.isIntersecting)) return;
    watching.disconnect();
    ev.arrived = true;
    send("arrive", { query: location.search });
  }).observe(element);
  window.addEventListener("popstate", () => {
    if (ev.arrived && new URL(location.href).searchParams.get("tab") === "evaluation") { ev.moved = true; send("arrive", { query: location.search }); }
  });
}
refresh();
