// Puts a reusable comment where the cursor stands, without leaving the page. Without it the button sends the draft and
// the server puts the comment under what was written.
(() => {
  "use strict";
  const area = document.getElementById("id_comment");
  if (!area) return;

  document.querySelectorAll("[data-insert]").forEach((button) => {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const before = area.value.slice(0, area.selectionStart);
      const gap = before && !before.endsWith("\n") ? "\n" : "";
      area.setRangeText(gap + button.dataset.insert, area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input", { bubbles: true })); // for drafts.js
      area.focus();
    });
  });
})();
