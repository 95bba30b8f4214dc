// A click anywhere in a row opens what the row is about, as its link would: with Ctrl, ⌘ or the middle button in a new tab.
// Text that was just selected, and what else takes clicks in a row, come first.
(() => {
  const OWN = "a, button, input, label, [data-narrow] bdi";
  const linkOf = ({ target }) => !target.closest(OWN) && target.closest(":is(.jobs, .models) tbody tr")?.querySelector("th a[href]");
  let selected = ""; // Before the button went down: a click within it ends it only afterwards.
  const isNew = (text) => text && text !== selected;

  function open(event) {
    const link = linkOf(event);
    if (!link || event.defaultPrevented || isNew(String(getSelection()))) return;
    const isMiddle = event.button === 1;
    const [ctrlKey, metaKey] = [event.ctrlKey || isMiddle, event.metaKey || isMiddle]; // Each system has its own of the two.
    link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey: event.shiftKey }));
  }
  document.addEventListener("click", open);
  document.addEventListener("auxclick", (event) => event.button === 1 && open(event));
  document.addEventListener("mousedown", (event) => {
    selected = String(getSelection());
    if (event.button === 1 && linkOf(event)) event.preventDefault(); // Else it scrolls.
  });
})();
