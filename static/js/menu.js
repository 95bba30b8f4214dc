// The button at the end of a row opens the menu of its job: fetched when asked for, and apart from what polls replace.
(() => {
  const menu = document.getElementById("row-menu");
  let opener;

  document.addEventListener("click", async ({ target }) => {
    const button = target.closest("#job-table .more");
    if (!button) {
      if (target.closest("#row-menu a, #row-menu button")) menu.hidePopover();
      return;
    }
    const job = new URL(button.closest("tr").querySelector("th a").href).pathname;
    opener = button;
    await htmx.ajax("GET", `${job}menu/`, { target: menu });
    if (opener === button && menu.childElementCount) menu.showPopover({ source: button });
  });
  // Back to the row, unless the reader went elsewhere.
  menu.addEventListener("toggle", ({ newState }) => {
    if (newState === "open") menu.querySelector("a, button")?.focus();
    else if (document.activeElement === document.body) opener?.focus({ preventScroll: true });
  });
})();
