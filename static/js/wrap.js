// Whether long lines of a log are broken: a switch that this browser remembers. Without it they are.
(() => {
  const KEY = "log-wrap";
  const box = document.querySelector("[data-wrap]");
  let wraps = true;
  try {
    wraps = localStorage.getItem(KEY) !== "off";
  } catch {} // Storage may be closed: the choice holds for this page.

  function draw() {
    for (const log of document.querySelectorAll(".log")) log.toggleAttribute("data-unwrapped", !wraps);
  }
  if (box) {
    box.checked = wraps;
    box.addEventListener("change", () => {
      wraps = box.checked;
      draw();
      try {
        localStorage.setItem(KEY, wraps ? "on" : "off");
      } catch {}
    });
  }
  document.addEventListener("htmx:after:swap", draw);
  draw();
})();
