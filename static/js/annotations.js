// Tags and notes on a job's page: a form with data-fresh is empty again once what was in it is saved, the focus stays
// near what was taken away, and Ctrl+Enter sends a note.
(() => {
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    const form = ctx.sourceElement;
    if (ctx.response.status !== 200 || !form.isConnected) return;
    if (form.matches("[data-fresh]")) form.reset();
    if (form.id === "tags" && document.activeElement === document.body) document.querySelector(".add-tag summary").focus();
  });
  document.addEventListener("toggle", ({ target }) => target.matches?.(".add-tag[open]") && target.querySelector("input[name=tag]").focus(), true);
  document.addEventListener("keydown", (event) => {
    const isSent = event.key === "Enter" && (event.ctrlKey || event.metaKey);
    if (isSent && event.target.matches("textarea[name=text]")) event.target.form.requestSubmit();
  });
})();
