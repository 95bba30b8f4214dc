// A form with data-once is sent once: until the answer comes, or ten seconds have passed, it does not listen.
(() => {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]")) return;
    if (form.ariaBusy) {
      event.preventDefault();
      return;
    }
    form.ariaBusy = "true";
    setTimeout(() => (form.ariaBusy = null), 10000);
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[aria-busy]")) form.ariaBusy = null;
  });
})();
