// A growing log takes its reader along who stands at its end; whoever reads further up stays there, and is told how
// many lines have come. The log is a box that scrolls by itself, or the page does.
(() => {
  const MOST_IN_BOX = 200;
  let wasAtEnd, fromEnd, seen;
  const box = () => document.querySelector(".log-frame[data-box]");
  const scroller = () => box() ?? document.scrollingElement;
  const lines = () => [...document.querySelectorAll(".log > [data-level]")];
  const last = () => Number(lines().at(-1)?.id.slice(1) ?? 0);
  const pill = () => document.querySelector(".new-lines button");
  const near = () => (box() ? 24 : 80); // Pixels; the page has room below the log.
  const atEnd = ({ scrollTop, clientHeight, scrollHeight } = scroller()) => scrollTop + clientHeight >= scrollHeight - near();

  function settle() {
    seen = last();
    if (pill()) pill().hidden = true;
  }
  function toEnd() {
    if (box()) for (const line of lines().slice(0, -MOST_IN_BOX)) line.remove();
    scroller().scrollTop = scroller().scrollHeight;
    settle();
  }
  function tell() {
    const count = lines().filter((line) => Number(line.id.slice(1)) > seen).length;
    pill().hidden = !count;
    pill().textContent = count === 1 ? "1 new line" : `${count} new lines`;
  }
  document.addEventListener("htmx:before:swap", () => {
    wasAtEnd = atEnd();
    fromEnd = scroller().scrollHeight - scroller().scrollTop;
  });
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.sourceElement.matches("[data-follow]")) wasAtEnd ? toEnd() : tell();
    else if (ctx.sourceElement.id === "show-earlier") scroller().scrollTop = scroller().scrollHeight - fromEnd;
  });
  addEventListener("scroll", () => pill()?.hidden === false && atEnd() && settle(), { capture: true, passive: true });
  document.addEventListener("click", ({ target }) => target === pill() && toEnd());
  if (box() || (document.querySelector(".log[data-newest]") && !location.hash)) toEnd();
  settle();
})();
