// Keys: "/" searches, "j" and "k" walk the rows, "x" selects one, and what has aria-keyshortcuts ("c", "g j", "Control+K")
// is clicked: on a page without rows "j" and "k", too.
(() => {
  let first = ""; // Of two keys, the one already pressed.
  const named = (keys) => [...document.querySelectorAll("[aria-keyshortcuts]")].findLast((one) => one.getAttribute("aria-keyshortcuts") === keys);
  const isTyping = ({ target }) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") || document.querySelector("dialog:modal");

  const row = () => document.activeElement.closest("main tbody tr");
  function walk(step) {
    const links = [...document.querySelectorAll("main tbody th a")];
    const now = links.findIndex((link) => link.closest("tr") === row());
    const next = links[Math.min(Math.max(now + step, 0), links.length - 1)];
    next?.focus();
    return next;
  }
  function act(key) {
    if (first) return named(`${first} ${key}`);
    if ((key === "j" || key === "k") && walk(key === "j" ? 1 : -1)) return null;
    if (key === "x") return row()?.querySelector(".tick");
    if (key === "/") return document.querySelector("main input[type=search]")?.select();
    return key.length === 1 && named(key);
  }
  document.addEventListener("keydown", (event) => {
    const { key } = event;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && key.toLowerCase() === "k") {
      event.preventDefault();
      if (!document.querySelector("dialog:modal")) document.querySelector("[aria-keyshortcuts^=Control]")?.click();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event)) return;
    if (key === "/") event.preventDefault();
    const goal = act(key);
    first = !first && key === "g" ? "g" : "";
    goal?.click?.();
  });
})();
