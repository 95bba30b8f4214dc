// From error to error of a log, by its buttons or by "e" and "E": among the lines that are here without loading anything,
// else by the button's own link, from where the reader is.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-error-step]");
  if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const isNext = button.dataset.errorStep === "1";
  const number = (line) => Number(line.id.slice(1));
  const top = document.querySelector(".log-title").getBoundingClientRect().bottom;
  const lines = [...document.querySelectorAll(".log > [data-level]")];
  const marked = document.querySelector("[data-marked]");
  const inView = lines.filter((line) => line.getBoundingClientRect().bottom > top && line.getBoundingClientRect().top < innerHeight);
  // What is in view is gone through as well, unless a step led there: forward from its first line, back from its last.
  const edge = isNext ? number(inView[0] ?? { id: "L1" }) - 1 : number(inView.at(-1) ?? { id: "L0" }) + 1;
  const here = marked ? number(marked) : edge;
  const errors = lines.filter((line) => ["error", "critical"].includes(line.dataset.level)).map(number);
  const found = isNext ? errors.find((one) => one > here) : errors.findLast((one) => one < here);
  if (found) {
    event.preventDefault();
    location.replace(`#L${found}`); // lines.js marks it and brings it into view.
  } else button.href = `?${isNext ? "next" : "previous"}_error=${here}`;
});
