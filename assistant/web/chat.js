// Buttons in our own HTML become events of the component; nothing here comes from documents.
const narrow = () => window.matchMedia("(max-width: 900px)").matches;
element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button || !element.contains(button)) return;
  const { question, ref, turn, cite, back } = button.dataset;
  if (back !== undefined) {
    const mark = document.querySelector("button.mark[aria-current]") || document.querySelector("#question textarea");
    mark.scrollIntoView({ block: "center" });
    mark.focus();
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
watch("value", () => {
  const thread = element.querySelector(".thread");
  if (thread) {
    document.documentElement.lang = thread.lang;
    const turns = thread.querySelectorAll(".turn");
    if (turns.length && turns.length !== window.policyTurns)
      turns[turns.length - 1].scrollIntoView({ block: "start" });
    window.policyTurns = turns.length;
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
