// Keeps a form's answers on the server while somebody writes. Without it each step is saved by its button.
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
    const answer = await fetch(form.action, { method: "POST", body: data }).catch(() => null);
    if (answer && answer.status === 204) note.textContent = note.dataset.saved;
  }

  form.addEventListener("input", () => {
    note.textContent = "";
    timer ??= setTimeout(save, wait);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
})();
