// Whether the times of a log count from the start of its job ("+0:12:04"): a switch that this browser remembers.
(() => {
  const KEY = "log-times";
  const box = document.querySelector("[data-relative]");
  if (!box) return;
  const start = Date.parse(box.dataset.relative);
  try {
    box.checked = localStorage.getItem(KEY) === "relative";
  } catch {} // Storage may be closed: the choice holds for this page.

  function since(then) {
    const seconds = Math.round((Date.parse(then) - start) / 1000);
    const [hours, minutes, rest] = [3600, 60, 1].map((unit, at) => Math.floor((Math.abs(seconds) % [Infinity, 3600, 60][at]) / unit));
    return `${seconds < 0 ? "−" : "+"}${hours}:${String(minutes).padStart(2, "0")}:${String(rest).padStart(2, "0")}`;
  }
  // Without its datetime relative-time.js leaves a time alone.
  function draw() {
    for (const time of document.querySelectorAll(".log time[data-clock]")) {
      if (box.checked && time.dateTime) {
        time.dataset.at = time.dateTime;
        time.removeAttribute("datetime");
        time.textContent = since(time.dataset.at);
      } else if (!box.checked && time.dataset.at) {
        time.dateTime = time.dataset.at;
        delete time.dataset.at;
      }
    }
  }
  box.addEventListener("change", () => {
    draw();
    try {
      localStorage.setItem(KEY, box.checked ? "relative" : "clock");
    } catch {}
  });
  document.addEventListener("htmx:after:swap", draw);
  draw();
})();
