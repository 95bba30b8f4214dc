// Pauses the page's clock for this tab, and lets it go on: for whoever reads what must not change meanwhile.
(() => {
  const root = document.documentElement;
  if (sessionStorage.getItem("paused")) root.dataset.paused = "";
  document.addEventListener("click", ({ target }) => {
    if (!target.closest("[data-pause]")) return;
    if (root.toggleAttribute("data-paused")) sessionStorage.setItem("paused", "yes");
    else sessionStorage.removeItem("paused");
    document.dispatchEvent(new Event("pause"));
  });
})();
