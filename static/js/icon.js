// The tab's icon follows the state of the job that the page is about.
document.addEventListener("htmx:after:swap", () => {
  const { icon } = document.getElementById("job")?.dataset ?? {};
  const link = document.querySelector("link[rel=icon]");
  if (icon && link.getAttribute("href") !== icon) link.href = icon;
});
