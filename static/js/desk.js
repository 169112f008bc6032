// On the review desk a digit chooses the level of the criterion that has the focus (or of the first that has none),
// and the focus moves on; j, k and the arrows up and down move between criteria. Left and right choose as in any group.
// keys.js serves the other letters and the switch that turns keys off.
(() => {
  "use strict";
  const criteria = [...document.querySelectorAll("[data-criterion]")];
  const steps = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
  const isOn = () => localStorage.getItem("whitebox-keys") !== "off";
  const open = () => criteria.find((one) => !one.querySelector(":checked"));
  const focus = (criterion) => (criterion?.querySelector(":checked") ?? criterion?.querySelector("input"))?.focus();

  function move(event, here) {
    const step = steps[event.key];
    // Outside the rubric the arrows scroll the page, as everywhere.
    if (!here && event.key.startsWith("Arrow")) return;
    event.preventDefault();
    focus(here ? criteria[criteria.indexOf(here) + step] : step > 0 ? open() ?? criteria[0] : criteria.at(-1));
  }

  function score(event, here) {
    const criterion = here ?? open();
    const value = /[0a]/.test(event.key) ? "abstain" : event.key;
    const level = criterion?.querySelector(`input[value="${value}"]`);
    if (!level) return;
    event.preventDefault();
    level.checked = true;
    level.dispatchEvent(new Event("input", { bubbles: true })); // for drafts.js
    const following = criteria[criteria.indexOf(criterion) + 1];
    if (following) focus(following);
    else level.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (!isOn() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("textarea, input:not([type=radio]), select")) return;
    const here = event.target.closest("[data-criterion]");
    if (event.key in steps) move(event, here);
    else if (/^[0-5a]$/.test(event.key)) score(event, here);
  });
})();
