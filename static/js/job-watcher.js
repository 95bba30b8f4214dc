// Asks how the watched jobs are doing (watch.js keeps them), and says `ended` once for each that is over. One tab of
// this browser asks for all of them, hidden or not, as long as something is watched and its end can be told.
(() => {
  const { person, watched: address } = document.body.dataset;
  if (!person) return;
  const PAUSE = 10_000;
  const key = `watched-${person}`;
  let isInLine = false;
  const watched = () => JSON.parse(localStorage.getItem(key) ?? "[]");
  const canTell = () => !document.hidden || window.Notification?.permission === "granted";

  // False when this person is not signed in any more; somebody else may be, in the same browser.
  async function ask(asked) {
    const query = new URLSearchParams(asked.map((job) => ["job", job]));
    const response = await fetch(`${address}?${query}`, { headers: { "X-Poll": "1" }, redirect: "manual", signal: AbortSignal.timeout(30_000) });
    if (!response.ok) return response.type !== "opaqueredirect";
    const answer = await response.json();
    if (answer.person === person && canTell()) take(asked, answer.jobs);
    return answer.person === person;
  }
  // What was asked for and is over, or is no job that this person may see, is watched no longer.
  function take(asked, jobs) {
    const over = jobs.filter((job) => job.is_over && watched().includes(job.job));
    const goOn = jobs.filter((job) => !job.is_over).map((job) => job.job);
    localStorage.setItem(key, JSON.stringify(watched().filter((job) => goOn.includes(job) || !asked.includes(job))));
    for (const job of over) document.dispatchEvent(new CustomEvent("ended", { detail: job }));
  }
  // The time of the last question is kept beside: tabs that can't agree by a lock take turns, and no new page hurries.
  async function keepAsking() {
    while (watched().length && canTell()) {
      const since = Date.now() - localStorage.getItem(`${key}-asked`);
      if (since >= 0 && since < PAUSE) await new Promise((resume) => setTimeout(resume, PAUSE - since));
      else {
        localStorage.setItem(`${key}-asked`, Date.now());
        if (!(await ask(watched()).catch(() => true))) return;
      }
    }
  }
  async function start() {
    if (isInLine || !watched().length) return;
    isInLine = true;
    await (navigator.locks?.request(key, keepAsking) ?? keepAsking());
    isInLine = false;
  }
  for (const name of ["watch", "visibilitychange"]) document.addEventListener(name, start);
  addEventListener("storage", start);
  start();
})();
