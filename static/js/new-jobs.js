// While somebody points at a row, or has the focus there or a menu open, new jobs wait in a pill, so that no row moves
// away from under a click. The rows that are shown go on changing in their places.
(() => {
  const READING = "#job-table tbody:is(:hover, :focus-within), .new-jobs:is(:hover, :focus-within), [popover].menu:popover-open";
  const pill = document.querySelector(".new-jobs button");
  const table = () => document.getElementById("job-table");
  const rows = (of) => [...of.querySelectorAll('tr[id^="job-"]')];
  let waiting = ""; // The list as of the last poll that brought new jobs.

  function tell(count) {
    const text = count === 1 ? "1 new job" : `${count} new jobs`;
    if (pill.textContent !== text) pill.textContent = text;
    pill.hidden = !count;
    if (!count) waiting = "";
  }
  // Takes new rows out of an answer, and puts the others into the order in which they are shown.
  function hold(answer) {
    const [shown, all] = [rows(table()), answer.outerHTML];
    const fresh = new Map(rows(answer).map((row) => [row.id, row]));
    const known = shown.filter(({ id }) => fresh.has(id));
    if (!known.length || !document.querySelector(READING)) return tell(0);
    const place = fresh.values().next().value.parentElement;
    const fromNow = fresh.size - known.length;
    place.replaceChildren(...known.map(({ id }) => fresh.get(id)));
    tell(fromNow);
    if (fromNow) waiting = all;
  }
  function release() {
    const text = waiting;
    tell(0);
    if (text) htmx.swap({ sourceElement: table(), target: table(), swap: "outerMorph", text, response: { status: 200 }, isReleased: true });
  }
  document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
    const answer = tasks[0]?.fragment?.querySelector("#job-table");
    if (!answer || ctx.isReleased) return;
    ctx.sourceElement === table() ? hold(answer) : tell(0);
  });
  pill.addEventListener("click", (event) => {
    release();
    scrollTo(0, 0);
    if (!event.detail) document.querySelector("#job-table tbody th a")?.focus(); // By a key.
  });
  for (const name of ["pointerout", "focusout", "toggle"]) {
    document.addEventListener(name, () => waiting && setTimeout(() => document.querySelector(READING) || release()), true);
  }
})();
