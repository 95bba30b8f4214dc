// The bar of selected jobs offers what can be done with some of them, and says with how many: "Cancel 3 running…". The
// others are left where they are. select.js tells what is selected.
(() => {
  const bar = document.getElementById("selection");
  const OF_STATUS = { cancel: ["pending", "in_progress"], delete: ["completed", "failed", "canceled"] };
  const known = new Map(); // By id, as last seen: what is selected may stand on another page by now.
  let [selected, verb] = [[], ""];

  function look() {
    for (const { id, dataset, firstElementChild } of document.querySelectorAll("#job-table tr[data-verbs]")) {
      known.set(id.slice(4), { verbs: dataset.verbs.split(" "), status: firstElementChild.textContent.trim().toLowerCase() });
    }
  }
  const fitting = (word) => selected.filter((id) => known.get(id)?.verbs.includes(word));
  // Of all that match the statuses above the list are known, and no more.
  function matching(word) {
    const all = [...document.querySelectorAll("#job-table .statuses > [data-status]:not([data-out])")];
    const chosen = all.filter((one) => one.querySelector("[aria-current]"));
    const counted = (chosen.length ? chosen : all).filter(({ dataset }) => OF_STATUS[word]?.includes(dataset.status) ?? true);
    return counted.reduce((sum, one) => sum + Number(one.querySelector(".count").textContent), 0);
  }
  function offer(button) {
    const fits = fitting(button.value);
    const count = selected.length ? fits.length : matching(button.value);
    const statuses = new Set(fits.map((id) => known.get(id).status));
    button.hidden = !count;
    button.textContent = `${button.dataset.verb} ${count} ${statuses.size === 1 ? [...statuses][0] : count === 1 ? "job" : "jobs"}…`;
  }
  bar.addEventListener("chosen", ({ detail }) => {
    selected = detail;
    look();
    bar.querySelectorAll("[data-verb]").forEach(offer);
  });
  bar.addEventListener("submit", ({ submitter }) => (verb = submitter?.value));
  bar.addEventListener("formdata", ({ formData }) => {
    if (selected.length) formData.set("jobs", fitting(verb).map(encodeURIComponent).join(" "));
  });
})();
