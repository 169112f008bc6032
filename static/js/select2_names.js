// The admin's select2 draws a box without a name. It gets the name of the field's label.
(() => {
  "use strict";
  function nameBoxes() {
    document.querySelectorAll("select.admin-autocomplete").forEach((select) => {
      const label = select.labels[0]?.textContent.trim() || select.getAttribute("aria-label");
      const box = select.nextElementSibling?.querySelector("[role=textbox], [role=searchbox]");
      if (label && box) box.setAttribute("aria-label", label);
    });
  }
  window.addEventListener("load", nameBoxes);
  document.addEventListener("formset:added", () => setTimeout(nameBoxes));
})();
