// Tells that a watched job has ended (job-watcher.js says so): on the desktop where that is allowed, and on the pages that
// are seen just now. Names come from outside: they become text and nothing else.
(() => {
  const { person } = document.body.dataset;
  if (!person) return;
  const others = new BroadcastChannel(`ended-${person}`);

  function onDesktop(job) {
    if (window.Notification?.permission !== "granted") return false;
    try {
      const told = new Notification(job.title, { body: job.body, icon: job.icon, tag: job.job });
      told.onclick = () => {
        told.close();
        if (location.pathname === job.address) focus();
        else if (!open(job.address, job.job)) location.assign(job.address);
      };
      return true;
    } catch {
      return false; // Some telephones let only a service worker do that.
    }
  }
  function onPage(job) {
    const notice = document.getElementById("ended").content.firstElementChild.cloneNode(true);
    notice.querySelector("img").src = job.icon;
    notice.querySelector("a").href = job.address;
    notice.querySelector("a").textContent = job.title;
    notice.querySelector("span").textContent = job.body;
    document.getElementById("notices").append(notice);
    document.dispatchEvent(new CustomEvent("say"));
  }
  document.addEventListener("ended", ({ detail: job }) => {
    const isTold = onDesktop(job);
    if (!isTold || !document.hidden) onPage(job);
    others.postMessage(job);
  });
  others.onmessage = ({ data: job }) => document.hidden || onPage(job);
})();
