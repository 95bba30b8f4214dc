// Two chosen jobs can be laid side by side: select.js tells the bar what is chosen, and its link follows.
document.getElementById("selection").addEventListener("chosen", ({ currentTarget: bar, detail: [a, b, more] }) => {
  const link = bar.querySelector("a");
  link.hidden = !b || Boolean(more);
  link.search = new URLSearchParams({ a, b });
});
