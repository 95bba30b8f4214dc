// In the palette arrows choose among what was found, and Enter opens it; the focus stays in the field. Who types fast and
// presses Enter before it is found means what they typed, not what stands there still.
{
  let awaited = null;

  const options = () => [...document.querySelectorAll("#found [role=option]")];
  const isFound = (field) => document.querySelector("#found [data-query]")?.dataset.query === field.value.trim();
  const open = (found) => found[Math.max(found.findIndex((option) => option.ariaSelected === "true"), 0)]?.click();

  const step = (field, found, by) => {
    const chosen = found.findIndex((option) => option.ariaSelected === "true");
    found[chosen]?.setAttribute("aria-selected", "false");
    const next = found.at((Math.max(chosen, by < 0 ? 0 : -1) + by) % found.length);
    next.setAttribute("aria-selected", "true");
    next.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", next.id);
  };

  document.addEventListener("keydown", (event) => {
    const field = event.target.closest("#find");
    if (!field || event.isComposing || !["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return;
    if (event.key === "Enter" && !isFound(field)) {
      event.preventDefault();
      awaited = field.value;
      return;
    }
    const found = options();
    if (!found.length) return;
    event.preventDefault();
    if (event.key === "Enter") open(found);
    else step(field, found, event.key === "ArrowDown" ? 1 : -1);
  });

  document.addEventListener("input", ({ target }) => {
    if (!target.closest("#find")) return;
    target.removeAttribute("aria-activedescendant");
    awaited = null;
  });

  document.addEventListener("htmx:after:swap", () => {
    const field = document.querySelector("#find");
    if (!field || awaited !== field.value || !isFound(field)) return;
    awaited = null;
    open(options());
  });
}
