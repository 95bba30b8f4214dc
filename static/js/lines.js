// Links to lines of a log: #L120, or #L120-L140 with Shift on a second number. What is linked to is marked and shown.
(() => {
  const HASH = /^#L(\d{1,9})(?:-L?(\d{1,9}))?$/;
  const read = () => HASH.exec(location.hash)?.slice(1).filter(Boolean).map(Number).sort((a, b) => a - b) ?? [];
  const isFiltering = () => ["q", "level"].some((name) => new URLSearchParams(location.search).get(name));

  function mark() {
    const [first, end = first] = read();
    for (const line of document.querySelectorAll(".log > [data-level]")) {
      const number = Number(line.id.slice(1));
      line.toggleAttribute("data-marked", number >= first && number <= end);
    }
    return first;
  }
  function show() {
    const first = mark();
    if (!first) return;
    const line = document.getElementById(`L${first}`);
    line?.closest("details:not(.rest)")?.setAttribute("open", "");
    if (line) line.scrollIntoView({ block: "center" });
    // Not among the lines of this window, or filtered out: the window around it is loaded, once.
    else if (new URLSearchParams(location.search).get("line") !== `${first}`) location.replace(`?line=${first}${location.hash}`);
  }
  document.addEventListener("mousedown", (event) => {
    if (event.shiftKey && event.target.closest(".log .number")) event.preventDefault(); // No text is selected.
  });
  document.addEventListener("click", (event) => {
    const number = event.target.closest(".log .number");
    if (!number || event.ctrlKey || event.metaKey || event.altKey) return;
    const chosen = Number(number.textContent);
    const [from] = event.shiftKey ? read() : [];
    const [first, end] = [chosen, from ?? chosen].sort((a, b) => a - b);
    const address = `?line=${first}#L${first}${end > first ? `-L${end}` : ""}`;
    if (isFiltering() && !event.shiftKey) return; // The link goes there, among all lines.
    event.preventDefault();
    history.replaceState(null, "", address);
    mark();
  });
  addEventListener("hashchange", show);
  document.addEventListener("htmx:after:swap", mark);
  show();
})();
