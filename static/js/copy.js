// Copies the text of the element that data-copy names; where the clipboard is closed, selects it instead.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent);
    button.dataset.done = "";
    document.dispatchEvent(new CustomEvent("say", { detail: "Copied" }));
    setTimeout(() => delete button.dataset.done, 1600);
  } catch {
    getSelection().selectAllChildren(source);
  }
});
