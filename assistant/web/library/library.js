// The Library tab: every part of it runs this script once. Buttons and links of our own HTML become events of
// their part; filtering, sorting, the tree's keys and an upload's progress are done here. Nothing here comes
// from documents, and what the server sends as text is set as text.
const lib = (window.policyLibrary ??= { show: "all", query: "", sort: "title", down: false, place: null, jobs: new Map() });
const part = element.closest("[id^=library-]").id.replace("library-", "");
const root = () => document.getElementById("library");
const $ = (selector) => element.querySelector(selector);
const $$ = (selector) => [...element.querySelectorAll(selector)];
const speaks = () => (root().querySelector("[lang]")?.lang === "ru" ? "ru" : "en");

// ── where the reader is, also in the address ───────────────────────────────────────────────────
const addressOf = (place) => {
  const url = new URL(location.href);
  for (const name of ["act", "provision"]) url.searchParams.delete(name);
  url.searchParams.set("tab", "library");
  if (place?.act) url.searchParams.set("act", place.act);
  if (place?.act && place.provision) url.searchParams.set("provision", place.provision);
  return url;
};
const remember = (place, push) => {
  lib.place = place;
  history[push ? "pushState" : "replaceState"]({ library: place }, "", addressOf(place));
};
const openAct = (place, push = true) => {
  if (!lib.place) lib.scrolled = window.scrollY;
  lib.arriving = true;
  remember(place, push);
  trigger("select", place);
};
const readProvision = (provision) => {
  const { act, edition } = actNow();
  remember({ act, provision, edition }, false);
  lib.reading = true;
  trigger("select", { act, edition, provision, only: "text" });
};
const actNow = () => {
  const page = root().querySelector(".lib-act");
  return { act: page?.dataset.act, edition: Number(page?.dataset.edition) || null };
};
const openPanel = (name) => {
  if (name) root().dataset.open = name; else delete root().dataset.open;
  root().querySelectorAll("[data-panel]").forEach((button) => button.setAttribute("aria-expanded", String(button.dataset.panel === name)));
};

// ── buttons and links ──────────────────────────────────────────────────────────────────────────
element.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-act]");
  if (link && element.contains(link)) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    openAct({ act: link.dataset.act });
    return;
  }
  const line = event.target.closest(".lib-tree .line");
  if (line && element.contains(line)) { choose(line.parentElement, Boolean(event.target.closest(".twist"))); return; }
  const button = event.target.closest("button");
  if (!button || !element.contains(button)) return;
  const data = button.dataset;
  if (data.back !== undefined) { lib.leaving = true; remember(null, true); trigger("clear"); }
  else if (data.panel !== undefined) openPanel(root().dataset.open === data.panel ? "" : data.panel);
  else if (data.show !== undefined) { lib.show = data.show; arrange(); }
  else if (data.sort !== undefined) { lib.down = lib.sort === data.sort && !lib.down; lib.sort = data.sort; arrange(); }
  else if (data.edition !== undefined) openAct({ act: actNow().act, edition: Number(data.edition), provision: lib.place?.provision }, false);
  else if (data.step !== undefined) { readProvision(data.step); lib.mark?.(data.step); }
  else if (data.read !== undefined) {
    const after = Number(button.closest(".lib-changes").dataset.after);
    openAct({ act: actNow().act, edition: after, provision: data.read }, false);
  }
  else if (data.copy !== undefined) copyLink(button);
  else if (data.compare !== undefined) compare(Number(data.compare));
  else if (data.plan !== undefined) {
    if (lib.place) { lib.leaving = true; remember(null, true); root().querySelector("[data-back]")?.click(); }
    openPanel("texts");
    trigger("expand", { act: data.plan });
  }
  else if (data.sync !== undefined) trigger("submit", { act: data.act || "" });
  else if (data.cancel !== undefined) trigger("clear");
  else if (data.delete !== undefined) trigger("delete", { upload: data.delete });
  else if (data.undo !== undefined) trigger("undo", { upload: data.undo });
  else if (data.dismiss !== undefined) element.querySelector(".lib-toast").remove();
});
const copyLink = async (button) => {
  try { await navigator.clipboard.writeText(addressOf(lib.place).href); } catch { return; }
  const words = button.textContent;
  button.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = words; }, 2000);
};
const compare = (shown) => {
  const chosen = (name) => Number(root().querySelector(`.lib-pick select[name=${name}]`)?.value);
  trigger("apply", { before: chosen("before"), after: chosen("after"), shown });
};

// ── the table ──────────────────────────────────────────────────────────────────────────────────
const folded = (text) => text.toLowerCase().replaceAll("ё", "е").split(/\s+/).filter(Boolean);
const arrange = () => {
  const list = $(".lib-list");
  if (!list) return;
  const body = list.querySelector("tbody");
  const rows = [...body.rows];
  const words = folded(lib.query);
  let shown = 0;
  for (const row of rows) {
    const fits = row.dataset.show.split(" ").includes(lib.show) && words.every((word) => row.dataset.search.includes(word));
    row.hidden = !fits;
    shown += fits;
  }
  const order = new Intl.Collator(list.lang, { numeric: true, sensitivity: "base" });
  const by = (row) => row.dataset[lib.sort];
  const compared = (one, other) => {
    if (!by(one) !== !by(other)) return by(one) ? -1 : 1; // what is not known stands last
    const found = lib.sort === "provisions" ? by(one) - by(other) : order.compare(by(one), by(other));
    return (lib.down ? -found : found) || order.compare(one.dataset.title, other.dataset.title);
  };
  rows.sort(compared);
  body.append(...rows);
  for (const head of list.querySelectorAll("th:has([data-sort])")) {
    const mine = head.querySelector("button").dataset.sort === lib.sort;
    head.setAttribute("aria-sort", mine ? (lib.down ? "descending" : "ascending") : "none");
  }
  for (const chip of list.querySelectorAll("[data-show][aria-pressed]")) chip.setAttribute("aria-pressed", String(chip.dataset.show === lib.show));
  const count = list.querySelector(".lib-count");
  const said = count.dataset.words.replace("{n}", shown).replace("{total}", rows.length);
  if (count.textContent !== said) count.textContent = said;
  list.querySelector(".lib-none").hidden = shown > 0;
};
if (part === "list") {
  element.addEventListener("input", (event) => {
    if (event.target.id === "library-find") { lib.query = event.target.value; arrange(); }
  });
  if (!lib.back) window.addEventListener("popstate", (event) => lib.back(event));
  lib.back = (event) => {
    const place = event.state?.library ?? null;
    if (place) { lib.place = place; lib.arriving = true; trigger("select", place); }
    else if (lib.place) { lib.place = null; lib.leaving = true; root().querySelector("[data-back]")?.dispatchEvent(new CustomEvent("library-leave", { bubbles: true })); }
  };
}
if (part === "head") element.addEventListener("library-leave", () => trigger("clear"));

// ── the tree ───────────────────────────────────────────────────────────────────────────────────
const items = () => $$(".lib-tree [role=treeitem]").filter((item) => !item.parentElement.closest('[aria-expanded="false"]'));
const focusItem = (item) => {
  if (!item) return;
  $$('.lib-tree [tabindex="0"]').forEach((other) => other.setAttribute("tabindex", "-1"));
  item.setAttribute("tabindex", "0");
  item.focus({ preventScroll: true });
  item.querySelector(".line").scrollIntoView({ block: "nearest" });
};
const unfold = async (item, open) => {
  if (!item.hasAttribute("aria-expanded")) return;
  if (open && item.dataset.branch && !item.hasAttribute("aria-busy")) {
    const tree = item.closest(".lib-tree");
    const level = Number(item.getAttribute("aria-level")) + 1;
    const query = new URLSearchParams({ edition: tree.dataset.edition, parent: item.dataset.branch, level, lang: speaks() });
    item.dataset.wait = tree.dataset.loading;
    item.setAttribute("aria-busy", "true");
    try {
      const reply = await fetch(`library/outline?${query}`);
      if (!reply.ok) throw new Error(String(reply.status));
      const group = document.createElement("ul");
      group.setAttribute("role", "group");
      group.innerHTML = await reply.text(); // made and escaped by our own server
      item.append(group);
      delete item.dataset.branch;
      item.removeAttribute("aria-busy");
    } catch {
      item.dataset.wait = tree.dataset.failed;
      setTimeout(() => item.removeAttribute("aria-busy"), 4000);
      return;
    }
  }
  item.setAttribute("aria-expanded", String(open));
};
const mark = (item) => {
  $$('.lib-tree [aria-selected="true"]').forEach((other) => other.setAttribute("aria-selected", "false"));
  item.setAttribute("aria-selected", "true");
};
const choose = (item, twistOnly) => {
  focusItem(item);
  const open = item.getAttribute("aria-expanded") === "true";
  if (twistOnly || item.dataset.provision === undefined) { unfold(item, !open); return; }
  if (!open) unfold(item, true);
  mark(item);
  readProvision(item.dataset.provision);
};
const keys = {
  ArrowDown: (item) => focusItem(items()[items().indexOf(item) + 1]),
  ArrowUp: (item) => focusItem(items()[items().indexOf(item) - 1]),
  Home: () => focusItem(items()[0]),
  End: () => focusItem(items().at(-1)),
  ArrowRight: (item) => item.getAttribute("aria-expanded") === "true" ? focusItem(item.querySelector("[role=treeitem]")) : unfold(item, true),
  ArrowLeft: (item) => item.getAttribute("aria-expanded") === "true" ? unfold(item, false) : focusItem(item.parentElement.closest("[role=treeitem]")),
  Enter: (item) => choose(item, false),
  " ": (item) => choose(item, false),
  "*": (item) => [...item.parentElement.children].forEach((each) => unfold(each, true)),
};
if (part === "tree") {
  lib.mark = (provision) => { const item = $$(".lib-tree [data-provision]").find((each) => each.dataset.provision === provision); if (item) mark(item); };
  element.addEventListener("keydown", (event) => {
    const item = event.target.closest("[role=treeitem]");
    if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = keys[event.key];
    if (act) { event.preventDefault(); act(item); return; }
    if (event.key.length !== 1) return;
    const all = items();
    const from = all.indexOf(item) + 1;
    const next = [...all.slice(from), ...all.slice(0, from)].find((each) => each.querySelector(".words").textContent.toLowerCase().startsWith(event.key.toLowerCase()));
    focusItem(next);
  });
}

// ── uploads ────────────────────────────────────────────────────────────────────────────────────
const STAGES = ["send", "read", "structure", "store", "embed", "index"];
const make = (name, css, words) => { const made = document.createElement(name); made.className = css; if (words !== undefined) made.textContent = words; return made; };
const words = () => JSON.parse($(".lib-zone").dataset.words);
const fileLine = (file, job) => {
  const said = words();
  const line = make("li", "");
  line.append(make("span", "name", file.name));
  if (file.ended) {
    const tone = { added: "good", updated: "good", linked: "good", failed: "warn" }[file.stage] || "";
    line.append(make("span", `lib-tag ${tone}`, said[`done_${file.stage}`]));
    if (file.act) {
      const link = make("a", "", said.open);
      link.href = addressOf({ act: file.act }).search;
      link.dataset.act = file.act;
      line.append(link);
    }
  } else if (file.stage === "waiting") {
    line.append(make("span", "lib-tag", job.before > 0 ? said.wait.replace("{n}", job.before) : said.wait_next));
  } else {
    const stages = make("span", "stages");
    STAGES.slice(0, STAGES.indexOf(file.stage) + 1).forEach((stage) => {
      const now = stage === file.stage;
      const share = now && file.share ? ` ${Math.round(file.share * 100)} %` : "";
      stages.append(make("span", `lib-tag ${now ? "now" : "over"}`, (now ? "" : "✓ ") + said[stage] + share));
    });
    line.append(stages);
    if (file.share) {
      const bar = make("progress", "");
      bar.setAttribute("aria-hidden", "true");
      bar.max = 1;
      bar.value = file.share;
      line.append(bar);
    }
  }
  if (file.reason) line.append(make("span", file.stage === "failed" || file.stage === "skipped" ? "reason" : "reason plain", file.reason));
  return line;
};
const drawJobs = () => {
  const zone = $(".lib-zone");
  if (!zone) return;
  const list = zone.querySelector(".lib-progress");
  list.replaceChildren(...[...lib.jobs.values()].flatMap((job) => job.files.map((file) => fileLine(file, job))));
  const said = words();
  const status = [...lib.jobs.values()].at(-1)?.files.map((file) => `${file.name}: ${said[file.ended ? `done_${file.stage}` : file.stage] || said.wait_next}`).join("; ") || "";
  const live = zone.querySelector("[role=status]");
  if (live.textContent !== status) live.textContent = status;
};
// Uploads of before the page was opened, this reader's only: what is under way is shown at once.
const recall = async () => {
  if (lib.recalled || !$(".lib-zone")) return;
  lib.recalled = true;
  const reply = await fetch("library/uploads").catch(() => null);
  if (!reply?.ok) return;
  const known = (await reply.json()).jobs;
  for (const now of known) {
    if ([...lib.jobs.values()].some((job) => job.job === now.job)) continue; // sent from this page meanwhile
    lib.jobs.set(now.job, now);
    if (!now.done) follow(now.job, now.job);
  }
  if (known.some((now) => !now.done)) openPanel("files");
  drawJobs();
};
const failJob = (key, reason) => {
  const job = lib.jobs.get(key);
  job.files.filter((file) => !file.ended).forEach((file) => Object.assign(file, { ended: true, stage: "failed", reason, share: null }));
  drawJobs();
};
const follow = (key, job) => {
  const stream = new EventSource(`library/uploads/${job}/events`);
  stream.addEventListener("progress", (event) => {
    const now = JSON.parse(event.data);
    const rest = lib.jobs.get(key).files.filter((file) => file.refused);
    lib.jobs.set(key, { ...now, files: [...now.files, ...rest] });
    drawJobs();
    if (now.done) { stream.close(); trigger("upload", {}); }
  });
  stream.addEventListener("error", () => { if (stream.readyState === EventSource.CLOSED) failJob(key, words().connection); });
};
const send = (chosen) => {
  const zone = $(".lib-zone");
  if (!zone || !chosen.length) return;
  openPanel("files");
  const said = words();
  const many = chosen.length > Number(zone.dataset.files);
  const files = chosen.map((file) => {
    const refused = many ? said.too_many : file.size > Number(zone.dataset.bytes) ? said.too_large : null;
    return { file, name: file.name, stage: refused ? "failed" : "send", share: null, ended: Boolean(refused), reason: refused, refused: Boolean(refused) };
  });
  const key = `sent-${lib.jobs.size}-${Date.now()}`;
  lib.jobs.set(key, { files });
  drawJobs();
  const taken = files.filter((each) => !each.refused);
  if (!taken.length) return;
  const form = new FormData();
  taken.forEach((each) => form.append("files", each.file, each.name));
  form.append("group", zone.querySelector('select[name="group"]')?.value || "");
  const request = new XMLHttpRequest();
  request.open("POST", `library/uploads?lang=${speaks()}`);
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) taken.forEach((each) => { each.share = event.loaded / event.total; });
    drawJobs();
  });
  request.addEventListener("load", () => {
    if (request.status === 202) follow(key, request.response.job);
    else failJob(key, request.response?.detail || words().connection);
  });
  request.addEventListener("error", () => failJob(key, words().connection));
  request.send(form);
};
if (part === "zone") {
  element.addEventListener("change", (event) => {
    if (event.target.type !== "file") return;
    send([...event.target.files]);
    event.target.value = "";
  });
  let depth = 0;
  const files = (event) => event.dataTransfer?.types.includes("Files") && root()?.contains(event.target);
  const over = (event, change) => {
    if (!files(event)) return;
    event.preventDefault();
    depth = Math.max(0, depth + change);
    if (depth) { root().dataset.over = "1"; openPanel("files"); } else delete root().dataset.over;
  };
  const drop = (event) => {
    if (!files(event)) return;
    event.preventDefault();
    depth = 0;
    delete root().dataset.over;
    send([...event.dataTransfer.files]);
  };
  if (!lib.drag) {
    // The page may build this part anew; it listens once and hands on to whichever part is there.
    for (const name of ["dragenter", "dragleave", "dragover", "drop"])
      document.addEventListener(name, (event) => lib.drag[name](event));
  }
  lib.drag = { dragenter: (event) => over(event, 1), dragleave: (event) => over(event, -1), dragover: (event) => over(event, 0), drop };
}

// ── what is new on the page ────────────────────────────────────────────────────────────────────
const refreshed = {
  list: () => {
    const list = $(".lib-list");
    if (!list) return;
    const find = list.querySelector("#library-find");
    if (find.value !== lib.query) find.value = lib.query;
    arrange();
    const asked = new URLSearchParams(location.search);
    if (!lib.arrived) {
      lib.arrived = true;
      if (asked.get("tab") === "library" && asked.get("act")) openAct({ act: asked.get("act"), provision: asked.get("provision") || "" }, false);
    } else if (lib.spoken !== list.lang && lib.place) trigger("select", lib.place);
    lib.spoken = list.lang;
  },
  bar: () => openPanel(root().dataset.open || ""),
  zone: () => { drawJobs(); recall(); },
  head: () => {
    const title = $("h2");
    if (title && lib.arriving) {
      lib.arriving = false;
      title.focus({ preventScroll: true });
      root().scrollIntoView({ block: "start" });
    } else if (!title && lib.leaving) {
      lib.leaving = false;
      requestAnimationFrame(() => window.scrollTo(0, lib.scrolled || 0));
    }
  },
  tree: () => {
    const chosen = $('.lib-tree [aria-selected="true"] > .line');
    if (chosen) element.scrollTop = Math.max(0, chosen.offsetTop - element.offsetTop - element.clientHeight / 3);
  },
  reading: () => {
    const text = $(".lib-reading");
    if (!text || !lib.reading) return;
    lib.reading = false;
    text.scrollTop = 0;
    if (window.matchMedia("(max-width: 900px)").matches) element.scrollIntoView({ block: "start" });
  },
  said: () => {
    const toast = $(".lib-toast");
    clearTimeout(lib.fading);
    if (toast) lib.fading = setTimeout(() => { if (!toast.matches(":hover, :focus-within")) toast.remove(); }, 15000);
  },
};
const refresh = () => refreshed[part]?.();
watch("value", refresh);
refresh();
