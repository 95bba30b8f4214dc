// The page's only clock: sends `poll` to the element with data-poll-seconds while somebody looks at it.
(() => {
  let timer, began, took = 0, failures = 0;
  const polled = () => document.querySelector("[data-poll-seconds]");
  const busy = () => document.querySelector(".htmx-request");

  function plan() {
    clearTimeout(timer);
    const seconds = Number(polled()?.dataset.pollSeconds);
    // A slow server is asked less often, one that does not answer less and less.
    if (seconds) timer = setTimeout(send, Math.max(seconds * 1000, 4 * took) * 2 ** Math.min(failures, 4));
  }
  function send() {
    if (document.hidden) return; // The return to the tab starts it again.
    if (!busy()) {
      began = performance.now();
      polled()?.dispatchEvent(new CustomEvent("poll"));
    }
    plan();
  }
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    const answered = ctx.response && ctx.response.status < 500;
    failures = answered ? 0 : failures + 1;
    document.getElementById("offline").hidden = failures < 2;
    if (ctx.sourceElement === polled()) took = performance.now() - began;
    plan();
  });
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : send()));
  addEventListener("online", send);
  plan();
})();
