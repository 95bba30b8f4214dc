// Rows of the list can be ticked: the choice outlives refreshments, and the bar #selection acts upon it.
(() => {
  const bar = document.getElementById("selection");
  if (!bar) return;
  const chosen = new Set();
  const rows = () => [...document.querySelectorAll('#job-table tr[id^="job-"]')];
  const [all, count, everything] = [bar.querySelector("[data-all]"), bar.querySelector("b"), bar.elements.everything];
  const matching = () => Number(document.getElementById("job-table")?.dataset.total ?? 0); // As of the last poll.
  let [focused, last, isRange] = ["", "", false];
  // A refreshment takes the boxes away, since the server knows nothing of them: they are put back before anything is drawn.
  function box(cell, id, label) {
    const tick = cell.querySelector(".tick") ?? document.createElement("input");
    Object.assign(tick, { type: "checkbox", className: "tick", value: id, ariaLabel: label });
    if (!tick.parentElement) cell.prepend(tick);
    if (id && id === focused && document.activeElement === document.body) tick.focus({ preventScroll: true });
    return tick;
  }
  function draw() {
    const shown = rows();
    for (const row of shown) {
      const name = row.querySelector(".model a")?.textContent.trim() ?? "this job";
      box(row.querySelector("td"), row.id.slice(4), `Select ${name}`).checked = chosen.has(row.id.slice(4));
    }
    const head = document.querySelector("#job-table thead th");
    if (head) box(head, "", "Select all on this page").checked = shown.every((row) => chosen.has(row.id.slice(4)));
    document.body.toggleAttribute("data-chosen", !(bar.hidden = !chosen.size));
    const told = everything.disabled ? `${chosen.size} selected` : `All ${matching()} that match`;
    if (count.textContent !== told) count.textContent = told; // Read aloud whenever it is written.
    all.textContent = `Select all ${matching()} that match`;
    all.hidden = matching() <= chosen.size || !everything.disabled;
    bar.dispatchEvent(new CustomEvent("chosen", { detail: everything.disabled ? [...chosen] : [] }));
  }
  function choose(ids, isChosen) {
    everything.disabled = true;
    for (const id of ids) isChosen ? chosen.add(id) : chosen.delete(id);
    draw();
  }
  // With Shift, all from the box that was clicked before.
  function upTo(id) {
    const ids = rows().map((row) => row.id.slice(4));
    const [from, to] = [ids.indexOf(isRange ? last : id), ids.indexOf(id)].sort((a, b) => a - b);
    return from < 0 ? [id] : ids.slice(from, to + 1);
  }
  document.addEventListener("mousedown", (event) => event.shiftKey && event.target.matches(".tick") && event.preventDefault());
  document.addEventListener("click", ({ target, shiftKey }) => target.matches(".tick") && (isRange = shiftKey));
  document.addEventListener("change", ({ target }) => {
    if (!target.matches("#job-table .tick")) return;
    choose(target.value ? upTo(target.value) : rows().map((row) => row.id.slice(4)), target.checked);
    last = target.value;
  });
  document.addEventListener("focusin", ({ target }) => (focused = target.matches(".tick") ? target.value : ""));
  document.addEventListener("htmx:after:swap", draw);
  all.addEventListener("click", () => draw((everything.disabled = false)));
  bar.querySelector("[data-clear]").addEventListener("click", () => choose([...chosen], false));
  bar.addEventListener("formdata", ({ formData }) => {
    formData.set("query", location.search.slice(1));
    everything.disabled ? formData.set("jobs", [...chosen].map(encodeURIComponent).join(" ")) : formData.set("total", matching());
  });
  draw();
})();
