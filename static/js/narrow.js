// A cell of the list narrows it to what the cell says, beside the filters in use; a cell that is cut tells all its text.
// With Ctrl, ⌘ or Shift a status is added to those that are shown, or taken away.
document.addEventListener("click", (event) => {
  const status = event.target.closest("[data-toggles]");
  if (!status || !(event.ctrlKey || event.metaKey || event.shiftKey)) return;
  event.preventDefault();
  location.assign(status.dataset.toggles);
});
document.addEventListener("click", ({ target }) => {
  const cell = target.closest("[data-narrow]");
  if (!cell || !target.closest("bdi") || !getSelection().isCollapsed) return;
  const asked = new URLSearchParams(location.search);
  asked.delete("page");
  for (const [name, value] of new URLSearchParams(cell.dataset.narrow)) asked.set(name, value);
  location.search = asked;
});
document.addEventListener("pointerover", ({ target }) => {
  const cell = target.closest(".jobs :is(td, th)");
  if ([cell, ...(cell?.querySelectorAll("a, .tags") ?? [])].some((one) => one?.scrollWidth > one?.clientWidth)) cell.title = cell.textContent.trim();
});
