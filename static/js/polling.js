// The page's only clock: sends `poll` to every element with data-poll-seconds, each at its own pace, while somebody looks.
(() => {
  const PIECE = "[data-poll-seconds]";
  const known = new Map(); // By id, since answers bring pieces anew.
  let timer;
  const isStill = () => document.hidden || "paused" in document.documentElement.dataset;
  // While an action is under way nothing is asked: what is asked then may be older than what the action brings.
  const acts = () => [...document.querySelectorAll(".htmx-request")].some((element) => !element.matches(PIECE));

  function pace(piece) {
    if (!known.has(piece.id)) known.set(piece.id, { began: 0, took: 0, wished: 0, failures: 0 });
    const own = known.get(piece.id);
    // A slow server is asked less often, a silent one less and less, none sooner than it wished; tabs stay apart.
    const pause = Math.max(piece.dataset.pollSeconds * 1000, 4 * own.took) * 2 ** Math.min(own.failures, 4);
    own.due ??= performance.now() + Math.max(0.9 * pause, own.wished) * (1 + Math.random() / 5);
    return own;
  }
  function plan() {
    clearTimeout(timer);
    const dues = [...document.querySelectorAll(PIECE)].map((piece) => pace(piece).due);
    if (dues.length && !isStill()) timer = setTimeout(send, Math.max(0, Math.min(...dues) - performance.now()));
  }
  function send() {
    if (isStill()) return; // The return to the tab starts it again, or who paused it.
    for (const piece of document.querySelectorAll(PIECE)) {
      const own = pace(piece);
      if (own.due > performance.now()) continue;
      own.due = null;
      if (piece.classList.contains("htmx-request") || acts()) continue;
      own.began = performance.now();
      piece.dispatchEvent(new CustomEvent("poll"));
    }
    plan();
  }
  function again() {
    for (const own of known.values()) own.due = 0;
    send();
  }
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    const own = known.get(ctx.sourceElement.id);
    const isSignedOut = ctx.response?.status === 401; // Asked on, less and less: they may sign in again in another tab.
    const answered = ctx.response && ctx.response.status < 500 && !isSignedOut;
    if (ctx.response) document.getElementById("session-ended").hidden = !isSignedOut;
    const wished = 1000 * ctx.response?.headers.get("Retry-After") || 0;
    if (own) Object.assign(own, { due: null, took: performance.now() - own.began, wished, failures: answered ? 0 : own.failures + 1 });
    else if (answered) known.forEach((each) => (each.failures = 0));
    document.getElementById("offline").hidden = isSignedOut || ![...known.values()].some(({ failures }) => failures > 1);
    plan();
  });
  for (const name of ["visibilitychange", "pause"]) document.addEventListener(name, () => (isStill() ? clearTimeout(timer) : again()));
  addEventListener("online", again);
  plan();
})();
