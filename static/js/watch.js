// The button of a job's page by which somebody is told of the job's end (job-watcher.js asks for it, notifications.js tells). What
// is watched is kept in this browser, for each person apart. The browser's leave is asked for here, and nowhere else;
// where it is not to be had, open pages tell.
(() => {
  const MOST = 50;
  const key = `watched-${document.body.dataset.person}`;
  const watched = () => JSON.parse(localStorage.getItem(key) ?? "[]");

  function draw() {
    const button = document.querySelector("[data-watch]");
    if (!button) return;
    button.ariaPressed = watched().includes(button.dataset.watch);
    if (!["granted", "default"].includes(window.Notification?.permission)) button.title = button.dataset.denied;
  }
  async function toggle(job) {
    const others = watched().filter((other) => other !== job);
    const isNew = others.length === watched().length;
    localStorage.setItem(key, JSON.stringify(isNew ? [...others, job].slice(-MOST) : others));
    document.dispatchEvent(new Event("watch"));
    draw();
    if (!isNew || window.Notification?.permission !== "default") return;
    await Notification.requestPermission();
    draw();
  }
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-watch]");
    if (button) toggle(button.dataset.watch);
  });
  document.addEventListener("htmx:after:swap", draw);
  addEventListener("storage", draw);
  draw();
})();
