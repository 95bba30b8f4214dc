// Pairs of fields that grow: whoever types in the last row gets an empty one below it.
document.addEventListener("input", (event) => {
  const row = event.target.closest("[data-rows] > *");
  if (!row || row.nextElementSibling) return;
  const next = row.cloneNode(true);
  for (const field of next.querySelectorAll("input, textarea")) field.value = "";
  row.after(next);
});
