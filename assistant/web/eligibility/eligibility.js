// The Eligibility tab: every part of it runs this script once. What the reader does becomes the part's one event;
// what the page alone remembers (open sources, ticks, unsent words) survives a part's being drawn anew.
const el = (window.policyEligibility ??= { open: new Map(), sources: new Set(), ticks: new Set(), drafts: new Map(), arrived: false });
const part = element.closest("[id^=eligibility-]").id.replace("eligibility-", "");
const root = () => document.getElementById("eligibility");
const $$ = (selector) => [...element.querySelectorAll(selector)];
const send = (does, more = {}) => trigger("edit", { does, ...more });
const found = (selector) => root().querySelector(selector);

// ── the address names what is checked; facts it handed over leave it once they are dealt with ───
const KEPT = ["tab", "measure", "as_of", "c", "share", "act", "provision"];
const address = (change) => {
  const here = new URL(location.href);
  change(here.searchParams);
  history.replaceState(history.state, "", here);
};
const dealtWith = () => address((said) => { for (const name of [...said.keys()]) if (!KEPT.includes(name)) said.delete(name); });

// ── files ──────────────────────────────────────────────────────────────────────────────────────
const base64 = (file) => new Promise((done, failed) => {
  const reader = new FileReader();
  reader.addEventListener("load", () => done(reader.result.slice(reader.result.indexOf(",") + 1)));
  reader.addEventListener("error", failed);
  reader.readAsDataURL(file);
});
const take = async (input) => {
  const file = input.files[0];
  const told = element.querySelector("[data-file-error]");
  told.hidden = true;
  if (!file) return;
  if (file.size > Number(input.dataset.most)) {
    told.textContent = input.dataset.large;
    told.hidden = false;
  } else send("file", { name: file.name, content: await base64(file) });
  input.value = "";
};
const save = async (button, path) => {
  const bar = found(".el-bar");
  const facts = found("[data-profile]")?.dataset.profile;
  const wanted = { measure: bar.dataset.measure, as_of: bar.dataset.asOf, lang: bar.lang, profile: facts ? JSON.parse(facts) : {} };
  const words = button.dataset.words ?? button.textContent;
  button.dataset.words = words;
  try {
    const reply = await fetch(new URL(`exports/checks/${path}`, document.baseURI), {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(wanted),
    });
    if (!reply.ok) throw new Error((await reply.json().catch(() => ({}))).message || button.dataset.failed);
    const named = /filename\*=UTF-8''([^;]+)/.exec(reply.headers.get("content-disposition") || "");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await reply.blob());
    link.download = named ? decodeURIComponent(named[1]) : path;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    button.closest("details")?.removeAttribute("open");
  } catch (error) {
    button.textContent = error.message || button.dataset.failed;
    setTimeout(() => { button.textContent = words; }, 4000);
  }
};

// ── sources ────────────────────────────────────────────────────────────────────────────────────
const show = (chip, open) => {
  const source = document.getElementById(chip.dataset.source);
  if (!source) return;
  source.hidden = !open;
  chip.setAttribute("aria-expanded", String(open));
  el.sources[open ? "add" : "delete"](chip.dataset.source);
  const row = source.closest(".el-opened");
  if (row) row.hidden = !row.querySelector(".el-source:not([hidden])");
};

// ── what if ────────────────────────────────────────────────────────────────────────────────────
const attempt = (control) => {
  clearTimeout(el.trying);
  el.trying = setTimeout(() => send("try", { fact: control.dataset.try, value: control.value }), control.type === "range" ? 120 : 0);
};
const beside = (control) => control.parentElement.querySelector(control.type === "range" ? "input[type=text]" : "input[type=range]");
const putBack = () => root().querySelectorAll("[data-try]").forEach((control) => { control.value = control.defaultValue; });

// ── what the reader does ───────────────────────────────────────────────────────────────────────
element.addEventListener("click", (event) => {
  const summary = event.target.closest("summary");
  const fold = summary?.parentElement;
  if (fold?.dataset.key) el.open.set(fold.dataset.key, !fold.open);
  const button = event.target.closest("button");
  if (!button || !element.contains(button)) return;
  const { does, source, export: ending, save: saved, calendar, ...data } = button.dataset;
  if (source !== undefined) show(button, button.getAttribute("aria-expanded") !== "true");
  else if (ending !== undefined) save(button, `result.${ending}`);
  else if (saved !== undefined) save(button, "profile.yaml");
  else if (calendar !== undefined) button.parentElement.querySelector("input[type=date]").showPicker?.();
  else if (does === "describe") send(does, { text: document.getElementById("el-description").value });
  else if (does === "confirm") {
    send(does, { chosen: $$("[data-confirm]:checked").map((box) => box.dataset.confirm) });
    dealtWith();
  } else if (does === "reset") { putBack(); send(does); }
  else if (does === "choose") {
    el.top = true;
    send(does, data);
  } else if (does !== undefined) {
    if (does === "discard") dealtWith();
    if (does === "over") { el.drafts.clear(); el.ticks.clear(); }
    send(does, data);
  }
});
element.addEventListener("input", (event) => {
  const control = event.target;
  if (control.dataset.try !== undefined && control.type === "range") {
    beside(control).value = control.value;
    attempt(control);
  } else if (control.dataset.key && control.matches("textarea, input[type=text][data-answer]")) el.drafts.set(control.dataset.key, control.value);
});
element.addEventListener("change", (event) => {
  const control = event.target;
  if (control.dataset.answer !== undefined) {
    el.drafts.delete(control.dataset.key);
    send("answer", { fact: control.dataset.answer, value: control.value });
  } else if (control.dataset.try !== undefined) {
    if (control.type === "range") return;
    const number = Number(control.value.replace(/[\s\u00a0%]/g, "").replace(",", "."));
    if (Number.isFinite(number)) beside(control).value = number;
    attempt(control);
  } else if (control.dataset.choose !== undefined) send("choose", { measure: control.value });
  else if (control.dataset.day !== undefined) {
    if (!control.value || control.value >= "1990") send("day", { day: control.value }); // a year being typed is none yet
  }
  else if (control.dataset.tick !== undefined) el.ticks[control.checked ? "add" : "delete"](control.dataset.tick);
  else if (control.id === "el-file") take(control);
  else if (control.type === "date") {
    const box = document.getElementById(control.parentElement.querySelector("[data-calendar]").dataset.calendar);
    box.value = control.value;
    send("answer", { fact: box.dataset.answer, value: control.value });
  }
});
element.addEventListener("focusin", (event) => { el.focused = event.target.dataset.key ? { part, key: event.target.dataset.key } : null; });

// ── what is new on the page ────────────────────────────────────────────────────────────────────
// The page patches what is there, and a control keeps what was chosen in it before: the HTML's word counts.
const asWritten = () => {
  for (const box of $$("input[type=radio], input[type=checkbox]")) box.checked = box.defaultChecked;
  for (const box of $$("input[type=text], input[type=range], input[type=date]")) box.value = box.defaultValue;
  for (const option of $$("option")) if (option.closest("select")) option.selected = option.defaultSelected;
};
const remembered = () => {
  for (const fold of $$("details[data-key]")) if (el.open.has(fold.dataset.key)) fold.open = el.open.get(fold.dataset.key);
  for (const chip of $$("[data-source]")) if (el.sources.has(chip.dataset.source)) show(chip, true);
  for (const box of $$("[data-tick]")) box.checked = el.ticks.has(box.dataset.tick);
  for (const box of $$("[data-key]")) if (el.drafts.has(box.dataset.key) && "value" in box) box.value = el.drafts.get(box.dataset.key);
};
const focused = () => {
  const wanted = element.querySelector("[data-focus]");
  const lost = document.activeElement === document.body || document.activeElement === null;
  const before = lost && el.focused?.part === part ? $$("[data-key]").find((each) => each.dataset.key === el.focused.key) : null;
  const next = wanted || before;
  if (!next || !root().checkVisibility()) return;
  next.focus({ preventScroll: !wanted });
  if (wanted) next.scrollIntoView({ block: "nearest" });
};
const refresh = () => {
  asWritten();
  remembered();
  focused();
  const bar = element.querySelector(".el-bar");
  if (bar && el.arrived && new URL(location.href).searchParams.get("tab") === "eligibility") {
    address((said) => { if (bar.dataset.measure) said.set("measure", bar.dataset.measure); else said.delete("measure"); });
  }
  if (part === "would" && !element.querySelector(".el-would, .el-wrong") && !document.activeElement?.dataset.try) putBack();
  if (part === "verdict" && el.top) {
    el.top = false;
    root().scrollIntoView({ block: "start" });
    found("#el-measure")?.focus({ preventScroll: true });
  }
};
watch("value", refresh);

if (part === "bar" && !el.arrived) {
  new IntersectionObserver((seen, watching) => {
    if (!seen.some((each) => each.isIntersecting)) return;
    watching.disconnect();
    el.arrived = true;
    send("arrive", { query: location.search });
  }).observe(element);
}
refresh();
