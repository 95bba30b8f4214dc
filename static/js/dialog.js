// What is swapped into #dialog opens it; an action from inside it closes it once the page shows the answer, but filters
// stay open.
(() => {
  const dialog = document.getElementById("dialog");
  let place; // The id of the row, or whatever it is, that the opener stands in.

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    const { status } = ctx.response;
    if (ctx.target === dialog && status === 200 && !dialog.open) {
      place = ctx.sourceElement.closest("main [id]:not([popover])")?.id;
      dialog.showModal();
    }
    const isWithin = ctx.target !== dialog && dialog.contains(ctx.target);
    if (isWithin || !dialog.contains(ctx.sourceElement) || ctx.sourceElement.matches("[data-sieve]")) return;
    if (status < 400 || status === 409) dialog.close();
    else reveal();
  });
  document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
    if (dialog.open && ctx && dialog.contains(ctx.sourceElement)) reveal();
  });
  dialog.addEventListener("click", (event) => {
    const isOutside = event.target === dialog;
    if (!isOutside && !event.target.closest("[data-close]")) return;
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("close", () => {
    // What opened it may be gone by now: the focus must not fall to the top of the page.
    if (document.activeElement !== document.body && !dialog.contains(document.activeElement)) return;
    const near = document.getElementById(place)?.querySelector("a, button") ?? document.getElementById("main");
    near.focus({ preventScroll: true });
  });
  function reveal() {
    dialog.querySelector(".problem")?.removeAttribute("hidden");
  }
})();
