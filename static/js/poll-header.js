// Marks what the page asks for by itself: nothing that a person did, so it keeps nobody signed in.
document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (ctx.sourceElement.matches("[data-poll-seconds]")) ctx.request.headers["X-Poll"] = "1";
});
