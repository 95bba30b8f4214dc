// Times that move: draws each <time> in its reader's zone and counts on what is still going on.
(() => {
  const off = Date.now() - Date.parse(document.body.dataset.now);
  const skew = Math.abs(off) > 5000 ? off : 0; // The reader's clock may be wrong; the server's is what times are told in.
  const now = () => Date.now() - skew;
  const timeZone = document.documentElement.dataset.zone; // That in which the server counts days.
  // One for all, "12 May 2026, 10:22:01 UTC": each takes milliseconds to be made, and the first paint waits for it.
  const moment = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "long", timeZone });
  const date = (then) => moment.format(then).split(", ")[0];
  const clock = (then) => moment.format(then).split(", ")[1].split(" ")[0];
  const UNITS = [["d", 86400, "h", 3600], ["h", 3600, "min", 60], ["min", 60, "s", 1]];

  function duration(seconds) {
    const [unit, size, smaller, of] = UNITS.find((known) => seconds >= known[1]) ?? ["s", 1, "", 1];
    const rest = smaller && Math.floor((seconds % size) / of);
    return `${Math.floor(seconds / size)} ${unit}${rest ? ` ${rest} ${smaller}` : ""}`;
  }
  function age(then) {
    const seconds = Math.floor((now() - then) / 1000);
    if (seconds >= 30 * 86400) return date(then);
    return seconds < 5 ? "just now" : `${duration(seconds).split(" ", 2).join(" ")} ago`;
  }
  const write = (element, text) => element.textContent === text || (element.textContent = text);
  function draw() {
    for (const element of document.querySelectorAll("time[datetime]")) {
      const then = new Date(element.dateTime);
      if (isNaN(then)) continue; // What can't be read stays as the server wrote it, and keeps nothing else from being drawn.
      const { age: isAge, clock: isClock } = element.dataset;
      write(element, isAge !== undefined ? age(then) : isClock !== undefined ? clock(then) : moment.format(then));
    }
    for (const element of document.querySelectorAll("[data-since]")) {
      write(element, duration(Math.max(0, Math.floor((now() - Date.parse(element.dataset.since)) / 1000))));
    }
    for (const element of document.querySelectorAll("[data-after]")) {
      const isEarly = now() < Date.parse(element.dataset.after);
      if (element.hidden !== isEarly) element.hidden = isEarly;
      element.closest("tr")?.toggleAttribute("data-late", !isEarly);
    }
    for (const bar of document.querySelectorAll("[data-grows]")) {
      const width = Math.round(((now() - Date.parse(bar.dataset.grows)) / 1000) * bar.dataset.pace);
      bar.setAttribute("width", Math.max(0, Math.min(width, 1000 - bar.getAttribute("x"))));
    }
  }
  document.addEventListener("pointerover", ({ target: element }) => {
    if (element.matches("time[datetime]")) element.title = moment.format(new Date(element.dateTime));
  });
  draw();
  setInterval(draw, 1000);
  document.addEventListener("htmx:after:swap", draw);
})();
