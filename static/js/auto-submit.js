// A form with data-sieve shows its result while somebody types: after a pause, and at once with Enter or when a choice
// changes. The page is drawn anew around the form, and its address follows. Its button stays for everybody else.
(() => {
  const PAUSE = 200; // Milliseconds.
  const TYPED = "input:not([type=checkbox], [type=radio], [type=hidden])";
  let timer;
  const isSieve = (element) => element?.matches("form[data-sieve]");

  function apply(form) {
    clearTimeout(timer);
    const address = form.getAttribute("action")?.split("#")[0] || location.pathname;
    const headers = { "HX-Request-Type": "full" };
    htmx.ajax("GET", address, { source: form, target: "#main", select: "#main", swap: "outerMorph", headers });
  }
  document.addEventListener("input", ({ target }) => {
    clearTimeout(timer);
    if (isSieve(target.form) && target.matches(TYPED)) timer = setTimeout(apply, PAUSE, target.form);
  });
  document.addEventListener("change", ({ target }) => {
    if (isSieve(target.form) && !target.matches(TYPED)) apply(target.form);
  });
  document.addEventListener("submit", (event) => {
    if (!isSieve(event.target)) return;
    event.preventDefault();
    apply(event.target);
  });
  document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
    if (!isSieve(ctx.sourceElement)) return;
    const { body } = ctx.request;
    for (const [name, value] of [...body]) if (!value) body.delete(name);
  });
  document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
    const form = ctx.sourceElement;
    if (!isSieve(form) || ctx.response.status !== 200) return;
    // A poll that is under way would bring the list as it was asked for before.
    for (const piece of document.querySelectorAll("[data-poll-seconds].htmx-request")) htmx.trigger(piece, "htmx:abort");
    // What was typed meanwhile stays.
    for (const field of form.querySelectorAll(`:is(${TYPED})[id]`)) {
      tasks[0].fragment.querySelector(`#${field.id}`)?.setAttribute("value", field.value);
    }
    history.replaceState(history.state, "", ctx.request.action);
  });
})();
