// The newest version of the script that was chosen, until somebody types another one.
document.addEventListener("htmx:after:swap", () => {
  const field = document.getElementById("id_script_version");
  const newest = document.querySelector("#script-versions option")?.value;
  if (!newest || (field.value && field.value !== field.dataset.newest) || field.value === newest) return;
  field.value = field.dataset.newest = newest;
  field.dispatchEvent(new Event("change", { bubbles: true }));
});
