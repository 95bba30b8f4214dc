// A row or job whose status changed, or that is new, glows once (components.css knows how).
(() => {
  const glow = (node) => {
    if (node.matches?.("tr[data-status], #job")) node.dataset.changed = "";
  };
  const observer = new MutationObserver((changes) => {
    for (const { target, addedNodes, oldValue } of changes) {
      addedNodes.forEach(glow);
      if (!addedNodes.length && oldValue !== target.dataset.status) glow(target);
    }
  });
  observer.observe(document.getElementById("main"), {
    subtree: true, childList: true, attributeFilter: ["data-status"], attributeOldValue: true,
  });
  document.addEventListener("animationend", ({ target }) => delete target.dataset?.changed);
})();
