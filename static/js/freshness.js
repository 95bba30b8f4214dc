// An answer without news still tells when Viam was asked last: "As of 12:03:10" follows it (relative-time.js draws it).
document.addEventListener("fresh", ({ detail }) => {
  for (const time of document.querySelectorAll(".as-of time")) time.dateTime = detail.asOf;
});
// While the database is away (503) a page stays as it is, and says so at once; polling.js takes the words away again.
(() => {
  const offline = document.getElementById("offline");
  const words = offline.querySelector("span");
  const usual = words.textContent;
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    const isAway = ctx.response?.status === 503;
    words.textContent = isAway ? words.dataset.away : usual;
    if (isAway) offline.hidden = false;
  });
})();
