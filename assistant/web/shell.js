// The page's own switches. What a reader chose is remembered by their browser alone.
const root = document.documentElement;
const dark = (on) => document.body.classList.toggle("dark", on);
const remembered = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
if (remembered()) dark(remembered() === "dark");

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.id === "theme") {
    dark(!document.body.classList.contains("dark"));
    try { localStorage.setItem("theme", document.body.classList.contains("dark") ? "dark" : "light"); } catch { /* not kept */ }
  } else if (button.id === "past_toggle") {
    const wide = window.matchMedia("(min-width: 1101px)").matches;
    document.querySelector("#desk").classList.toggle(wide ? "past-hidden" : "past-shown");
  }
});

let first = true;
watch("value", () => {
  const head = element.querySelector(".head");
  if (!head) return;
  root.lang = head.dataset.language;
  document.title = head.querySelector("h1").textContent;
  if (!first) document.cookie = `language=${head.dataset.language}; path=/; max-age=31536000; samesite=strict`;
  first = false;
});
