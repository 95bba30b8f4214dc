// Fills in again what kept-forms.js has kept of this page's forms, for whoever comes back to them by signing in anew or
// by the browser's Back. It never sends anything.
(() => {
  const PLACE = "kept-forms";
  const { person } = document.body.dataset;
  const page = location.pathname + location.search;
  const back = document.querySelector("[data-back]")?.dataset.back; // On the way there somebody signs in.

  function check(form, name, own, isChosen) {
    const control = [...form.elements].find((one) => one.name === name && one.value === own);
    if (control) control.checked = isChosen;
    else if (isChosen) form.querySelector(`[data-brings="${name}"]`)?.append(Object.assign(document.createElement("input"), { type: "hidden", name, value: own }));
  }
  function type(control, value) {
    const isOffered = !control?.options || [...control.options].some((option) => option.value === value);
    if (value === null || !control || !isOffered || control.value === value) return;
    control.value = value;
    control.dispatchEvent(new Event("input", { bubbles: true })); // A new row may follow.
    if (value && control.closest("details")) control.closest("details").open = true;
  }
  function fill(form, fields) {
    const met = {};
    for (const [name, value] of fields) {
      met[name] = (met[name] ?? -1) + 1;
      if (Array.isArray(value)) check(form, name, ...value);
      else type([...form.elements].filter((one) => one.name === name)[met[name]], value);
    }
    for (const control of form.elements) if (control.type !== "hidden") control.dispatchEvent(new Event("change", { bubbles: true }));
  }
  function tell(form) {
    form.before(document.getElementById("signed-out").content.cloneNode(true));
    document.dispatchEvent(new CustomEvent("say", { detail: "You were signed out. Nothing was submitted." }));
  }
  const formAt = (place) => [...document.forms].find((one) => one.method === "post" && (one.id || one.getAttribute("action") || "") === place);
  function begin() {
    const [{ type: way, responseStatus } = {}] = performance.getEntriesByType("navigation");
    const pages = JSON.parse(sessionStorage.getItem(PLACE)) ?? {};
    const { [page]: mine, ...others } = pages;
    if (mine && responseStatus === 422) {
      // Drawn as it was sent. What is kept is for whoever comes back, here or to the form before it: the browser would
      // ask whether to send it again.
      history.replaceState(history.state, "", location.href);
      return;
    }
    if (pages[back]) pages[back].isLost = true;
    const isElsewhere = mine && mine.person === person && !mine.forms.some(([place]) => formAt(place)); // An error's page: they come back to it.
    sessionStorage.setItem(PLACE, JSON.stringify(!person || !mine || isElsewhere ? pages : mine.person === person ? others : {}));
    if (!person || mine?.person !== person || !(mine.isLost || way === "back_forward")) return;
    for (const [place, fields] of mine.forms) {
      const form = formAt(place);
      if (form) fill(form, fields);
      if (form && mine.isLost) tell(form);
    }
  }
  addEventListener("load", () => setTimeout(begin)); // htmx listens from its own first turn on.
})();
