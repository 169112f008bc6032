// Saves the draft of a form with data-drafts a moment after the last change. Without it the button does the same.
"use strict";
(() => {
  const form = document.querySelector("form[data-drafts]");
  if (!form) return;
  const note = form.querySelector("[data-saved]");
  let timer = 0;
  let isSending = false;
  let isChanged = false;
  const later = (seconds) => {
    clearTimeout(timer);
    timer = setTimeout(send, seconds * 1000);
  };
  const send = async () => {
    if (isSending) return later(1);
    isSending = true;
    isChanged = false;
    try {
      const answer = await fetch(form.dataset.drafts, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Autosave": "1" },
        redirect: "error",
      });
      if (answer.status === 409) return location.reload(); // Its time is over: the page says what became of it.
      if (!answer.ok) throw new Error(String(answer.status));
      note.textContent = `${note.dataset.savedWords} ${await answer.text()}`;
      if (isChanged) later(2);
    } catch {
      note.textContent = note.dataset.lostWords;
      later(10);
    } finally {
      isSending = false;
    }
  };
  form.addEventListener("input", () => {
    isChanged = true;
    later(2);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
})();
