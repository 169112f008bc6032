// Keeps a form's answers on the server while somebody writes, and counts words. Without it each step is saved by its
// button, and the server counts.
(() => {
  "use strict";
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const note = form.querySelector("[data-saved]");
  const wait = 15_000; // milliseconds
  let timer = null;

  async function save() {
    timer = null;
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    data.append("autosave", "1");
    const answer = await fetch(form.action, { method: "POST", body: data, redirect: "manual" }).catch(() => null);
    note.textContent = answer?.status === 204 ? note.dataset.saved : note.dataset.lost;
  }

  form.addEventListener("input", () => {
    timer ??= setTimeout(save, wait);
  });
  form.addEventListener("submit", () => clearTimeout(timer));

  // The same words as on the server: what blanks separate. It is said aloud a second after the last key only.
  form.querySelectorAll("textarea[data-words]").forEach((area) => {
    const limit = Number(area.dataset.words) || null;
    const count = document.createElement("p");
    count.className = "muted word-count";
    count.id = `${area.id}-count`;
    const aloud = document.createElement("span");
    aloud.className = "visually-hidden";
    aloud.setAttribute("aria-live", "polite");
    area.after(count, aloud);
    let later = null;
    const show = () => {
      const words = area.value.trim() ? area.value.trim().split(/\s+/).length : 0;
      const over = limit !== null && words > limit;
      const text = over ? form.dataset.over : limit === null ? form.dataset.free : form.dataset.within;
      count.textContent = text.replace("{words}", words).replace("{limit}", limit).replace("{over}", words - limit);
      count.toggleAttribute("data-over", over);
      return count.textContent;
    };
    show();
    area.addEventListener("input", () => {
      const text = show();
      clearTimeout(later);
      later = setTimeout(() => (aloud.textContent = text), 1000);
    });
  });
})();
