// In the palette arrows choose among what was found, and Enter opens it; the focus stays in the field.
document.addEventListener("keydown", (event) => {
  const field = event.target.closest("#find");
  if (!field || event.isComposing || !["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return;
  const options = [...document.querySelectorAll("#found [role=option]")];
  if (!options.length) return;
  const chosen = options.findIndex((option) => option.ariaSelected === "true");
  event.preventDefault();
  if (event.key === "Enter") return options[Math.max(chosen, 0)].click();
  options[chosen]?.setAttribute("aria-selected", "false");
  const step = event.key === "ArrowDown" ? 1 : -1;
  const next = options.at((Math.max(chosen, step < 0 ? 0 : -1) + step) % options.length);
  next.setAttribute("aria-selected", "true");
  next.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", next.id);
});
document.addEventListener("input", ({ target }) => target.closest("#find")?.removeAttribute("aria-activedescendant"));
