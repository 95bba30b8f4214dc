// The labels that a dataset offers: all, none, or without those that have too few images. A label stands in one place:
// one that is typed and offered is ticked, and typed no more. Without this script the buttons send the form in.
(() => {
  const boxes = () => [...document.querySelectorAll("#offered [name=offered]")];
  const typed = () => document.getElementById("id_labels");
  function words(text) {
    const parts = text.split(text.trim().includes("\n") ? "\n" : ",");
    return parts.map((part) => part.trim()).filter(Boolean);
  }
  function keepTyped(isKept) {
    const before = words(typed().value);
    const after = before.filter(isKept);
    if (after.length < before.length) typed().value = after.join("\n");
  }
  function gather() {
    const offered = new Map(boxes().map((box) => [box.value, box]));
    for (const word of words(typed().value)) if (offered.has(word)) offered.get(word).checked = true;
    keepTyped((word) => !offered.has(word));
  }
  const PICKS = {
    all: (box) => (box.checked = true),
    none: (box) => (box.checked = false),
    fit: (box) => (box.checked &&= box.closest("label").dataset.fit !== "thin"),
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=pick], button[name=exclude]");
    if (!button) return;
    event.preventDefault();
    const { name, value } = button;
    const label = name === "exclude" ? value : null;
    for (const box of boxes()) label === null ? PICKS[value]?.(box) : (box.checked &&= box.value !== label);
    if (label !== null || value === "none") keepTyped((word) => label !== null && word !== label);
    typed().dispatchEvent(new Event("change", { bubbles: true }));
  });
  document.addEventListener("htmx:after:swap", gather);
  gather();
})();
