// In the palette arrows choose among what was found, and Enter opens it; the focus stays in the field. Whoever presses it
// early means what they typed.
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
    if (!field || event.isComposing || !/^(Arrow(Down|Up)|Enter|Escape)$/.test(event.key)) return;
    const { key } = event;
    const found = options();
    if (key.startsWith("Arrow") && !found.length) return;
    event.preventDefault(); // Else Escape empties the field first.
    if (key === "Escape") field.closest("dialog")?.close();
    else if (key !== "Enter") step(field, found, key === "ArrowDown" ? 1 : -1);
    else if (isFound(field)) open(found);
    else awaited = field.value;
  });

  const hint = document.querySelector(".top kbd");
  if (hint && /^(Mac|iP)/.test(navigator.platform)) hint.textContent = "⌘K";

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
