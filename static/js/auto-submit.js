// A form with data-sieve shows its result as soon as a choice changes; its button stays for everybody else.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-sieve]");
  if (form && event.target.matches("select, [type=checkbox]")) form.requestSubmit();
});
