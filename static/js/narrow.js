// A cell of the list narrows it to what the cell says, beside the filters in use; a cell that is cut tells all its text.
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
  if (cell && cell.scrollWidth > cell.clientWidth) cell.title = cell.textContent.trim();
});
