// Narrows the cases, keeps a reviewer's marks in the page and in the browser's store, writes them as a file.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const cards = [...document.querySelectorAll(".case")];
  const key = `ai-policy-report:${document.body.dataset.run}:${document.body.dataset.cases}`;
  const kept = { reviewer: "", cases: Object.create(null) }; // no case is named like what objects inherit
  const fill = (element, values) => {
    element.textContent = element.dataset.text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  };

  // ── marks ──
  const load = () => {
    try {
      const found = JSON.parse(localStorage.getItem(key) || "{}");
      if (typeof found.reviewer === "string") kept.reviewer = found.reviewer;
      if (found.cases && typeof found.cases === "object") Object.assign(kept.cases, found.cases);
    } catch { /* no store, or another program's words in it: the page keeps its marks alone */ }
  };
  const save = () => {
    try { localStorage.setItem(key, JSON.stringify(kept)); } catch { /* the same */ }
  };
  const today = () => {
    const now = new Date();
    const two = (number) => String(number).padStart(2, "0");
    return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  };
  const show = (card) => {
    const { mark = "" } = kept.cases[card.dataset.case] || {};
    for (const button of card.querySelectorAll("[data-mark]"))
      button.setAttribute("aria-pressed", String(button.dataset.mark === mark));
  };
  const tally = () => {
    const marks = Object.values(kept.cases).map((each) => each.mark);
    const count = (name) => marks.filter((each) => each === name).length;
    fill(byId("marks"), { accepted: count("accept"), disputed: count("dispute") });
  };
  const change = (card, values) => {
    const found = { mark: "", note: "", ...kept.cases[card.dataset.case], ...values, date: today() };
    if (found.mark || found.note) kept.cases[card.dataset.case] = found;
    else delete kept.cases[card.dataset.case];
    save();
    show(card);
    tally();
  };

  // A cell that a spreadsheet would run as a formula is made text of.
  const cell = (value, separator) => {
    const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /["\r\n]/.test(text) || text.includes(separator) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const file = (separator) => {
    const rows = [["case", "verdict", "note", "reviewer", "date"]];
    for (const card of cards) {
      const found = kept.cases[card.dataset.case];
      if (found) rows.push([card.dataset.case, found.mark, found.note, kept.reviewer, found.date]);
    }
    return `\ufeff${rows.map((row) => row.map((each) => cell(each, separator)).join(separator)).join("\r\n")}\r\n`;
  };
  const download = (event) => {
    const blob = new Blob([file(event.currentTarget.dataset.separator)], { type: "text/csv;charset=utf-8" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `review-${document.body.dataset.run}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
  };

  // ── the filter ──
  const plain = (text) => text.toLowerCase().replaceAll("ё", "е");
  const texts = new Map();
  const words = (card) => {
    if (!texts.has(card)) texts.set(card, plain(card.textContent));
    return texts.get(card);
  };
  const wanted = () => ({
    state: byId("filter-state").value,
    category: byId("filter-category").value,
    lang: byId("filter-lang").value,
    words: plain(byId("filter-words").value).split(/\s+/).filter(Boolean),
  });
  const fits = (card, { state, category, lang, words: held }) =>
    (!state || state === card.dataset.state || state === card.dataset.change)
    && (!category || category === card.dataset.category)
    && (!lang || lang === card.dataset.lang)
    && held.every((word) => words(card).includes(word));
  const narrow = () => {
    const chosen = wanted();
    const all = !chosen.state && !chosen.category && !chosen.lang && !chosen.words.length;
    for (const card of cards) card.hidden = !fits(card, chosen);
    for (const list of document.querySelectorAll(".list")) {
      const left = list.querySelector(".case:not([hidden])");
      list.hidden = !left;
      if (list.tagName === "DETAILS") list.open = Boolean(left) && !all;
    }
    fill(byId("shown"), { shown: cards.filter((card) => !card.hidden).length, n: cards.length });
  };
  // A link to a case opens what it is folded in, and lifts a filter that hides it.
  const reach = () => {
    const card = byId(decodeURIComponent(location.hash.slice(1)));
    if (!card || !card.classList.contains("case")) return;
    if (card.hidden) {
      for (const id of ["filter-state", "filter-category", "filter-lang", "filter-words"]) byId(id).value = "";
      narrow();
    }
    const list = card.closest(".list");
    if (list.tagName === "DETAILS") list.open = true;
    card.open = true;
    card.scrollIntoView();
  };

  load();
  document.documentElement.classList.add("js");
  byId("reviewer").value = kept.reviewer;
  byId("reviewer").addEventListener("input", (event) => { kept.reviewer = event.target.value; save(); });
  byId("download").addEventListener("click", download);
  const review = byId("review").content;
  for (const card of cards) {
    const added = review.cloneNode(true);
    for (const control of added.querySelectorAll("[aria-label]"))
      for (const name of ["aria-label", "placeholder"])
        if (control.hasAttribute(name))
          control.setAttribute(name, control.getAttribute(name).replace("{case}", () => card.dataset.case));
    card.querySelector(".body").append(added);
    const note = card.querySelector(".note");
    note.value = (kept.cases[card.dataset.case] || {}).note || "";
    note.addEventListener("input", () => change(card, { note: note.value }));
    for (const button of card.querySelectorAll("[data-mark]"))
      button.addEventListener("click", () => {
        const pressed = button.getAttribute("aria-pressed") === "true";
        change(card, { mark: pressed ? "" : button.dataset.mark });
      });
    show(card);
  }
  tally();
  for (const id of ["filter-state", "filter-category", "filter-lang"]) byId(id).addEventListener("change", narrow);
  byId("filter-words").addEventListener("input", narrow);
  addEventListener("hashchange", reach);
  narrow();
  reach();
})();
