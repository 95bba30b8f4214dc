// A growing log takes its reader along who stands at its end, and leaves everybody else where they are.
(() => {
  const atEnd = () => innerHeight + scrollY >= document.documentElement.scrollHeight - 60;
  const toEnd = () => scrollTo({ top: document.documentElement.scrollHeight });
  let follows = false;
  if (document.querySelector("[data-follow]") && !location.hash) toEnd();
  document.addEventListener("htmx:before:swap", ({ target }) => (follows = Boolean(target.closest?.("[data-follow]")) && atEnd()));
  document.addEventListener("htmx:after:swap", () => {
    if (follows) toEnd();
    follows = false;
  });
})();
