// Single keys on a desk: data-key="n" presses its link or button. Off while somebody types, or for good by the switch.
(() => {
  "use strict";
  const store = "whitebox-keys";
  const isOn = () => localStorage.getItem(store) !== "off";

  // The words come from the page, in its language: data-on while keys work, data-off while they do not.
  function label(button) {
    button.textContent = isOn() ? button.dataset.on : button.dataset.off;
    button.hidden = false;
  }

  document.querySelectorAll("[data-keys-switch]").forEach((button) => {
    label(button);
    button.addEventListener("click", () => {
      localStorage.setItem(store, isOn() ? "off" : "on");
      label(button);
    });
  });

  document.addEventListener("keydown", (event) => {
    if (!isOn() || event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]")) return;
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]:not([disabled])`);
    if (!target) return;
    event.preventDefault();
    if (target.matches("input[type=search], input[type=text]")) target.focus();
    else target.click();
  });
})();
