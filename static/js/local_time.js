// A visitor without an account has told us no zone: say deadlines by the clock of this device too, where it differs.
(() => {
  "use strict";
  const words = document.currentScript.dataset.words;
  const language = document.documentElement.lang || undefined;
  const shape = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

  document.querySelectorAll("main time[datetime]").forEach((element) => {
    const local = new Date(element.dateTime).toLocaleString(language, shape);
    const clock = local.match(/\d{2}:\d{2}/)?.[0]; // the same clock time means the same offset
    const isShown = element.textContent.includes(clock) || element.parentElement.textContent.includes("(");
    if (clock && !isShown) element.after(` (${words.replace("%(time)s", local)})`);
  });
})();
