// On the review desk a digit chooses the level of the criterion that has the focus (or of the first that has none),
// and the focus moves on. keys.js serves the letters and the switch that turns keys off.
(() => {
  "use strict";
  const criteria = [...document.querySelectorAll("[data-criterion]")];
  const isOn = () => localStorage.getItem("whitebox-keys") !== "off";
  const open = () => criteria.find((one) => !one.querySelector(":checked"));

  document.addEventListener("keydown", (event) => {
    if (!isOn() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!/^[0-5]$/.test(event.key) || event.target.closest("textarea, input:not([type=radio]), select")) return;
    const here = event.target.closest("[data-criterion]") ?? open();
    const level = here?.querySelector(`input[value="${event.key === "0" ? "abstain" : event.key}"]`);
    if (!level) return;
    event.preventDefault();
    level.checked = true;
    const following = criteria[criteria.indexOf(here) + 1];
    (following?.querySelector(":checked") ?? following?.querySelector("input") ?? level).focus();
  });
})();
