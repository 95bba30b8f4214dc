// Toasts: those that leave do so after eight seconds in which no pointer and no focus was on any; a button takes any away.
(() => {
  const LASTS = 8000, STEP = 250; // Milliseconds.
  const box = document.getElementById("notices");
  const shown = new WeakMap();
  const isRead = () => document.hidden || box.matches(":hover") || box.querySelector(":focus-visible");
  const isStill = matchMedia("(prefers-reduced-motion: reduce)");

  async function leave(toast) {
    await toast.animate({ opacity: 0 }, isStill.matches ? 0 : 200).finished;
    toast.remove();
  }
  setInterval(() => {
    if (isRead()) return;
    for (const toast of box.querySelectorAll("[data-toast=leaves]")) {
      if (!toast.checkVisibility()) continue; // It waits for room.
      const before = shown.get(toast) ?? 0;
      shown.set(toast, before + STEP);
      if (before < LASTS && before + STEP >= LASTS) leave(toast);
    }
  }, STEP);
  box.addEventListener("click", ({ target }) => {
    const toast = target.closest("[data-dismiss]")?.closest("[data-toast]");
    if (!toast) return;
    const byKey = toast.querySelector(":focus-visible");
    toast.remove();
    if (byKey) (box.querySelector("[data-dismiss]") ?? document.getElementById("main")).focus({ preventScroll: true });
  });
  // What a page brings along from the beginning is read out to nobody; what changes is. (What went well: live-region.js.)
  setTimeout(() => box.querySelectorAll("[role=alert] p").forEach((words) => (words.textContent = words.textContent)), STEP);
})();
