// What somebody has filled in is there again when they come back to the form: after they had to sign in anew, and by the
// browser's Back. It stays in this tab, for this person, and nothing secret is ever kept. It never sends anything.
(() => {
  const [PLACE, MOST, LONGEST] = ["kept-forms", 5, 200_000]; // Pages; letters of all of them.
  const SECRET = /pass|pwd|secret|token|key|code|otp|credential|auth/i;
  const SECRET_FIELD = /^(pass|pwd|secret|token|key|code|otp|credential)/i;
  const { person } = document.body.dataset;
  const page = location.pathname + location.search;
  const touched = new Set();
  const back = document.querySelector("[data-back]");
  let forgets = false;

  const kept = () => {
    try {
      return JSON.parse(sessionStorage.getItem(PLACE)) ?? {};
    } catch {
      return {};
    }
  };
  function keep(pages) {
    const text = JSON.stringify(Object.fromEntries(Object.entries(pages).slice(-MOST)));
    try {
      text.length > LONGEST ? sessionStorage.removeItem(PLACE) : sessionStorage.setItem(PLACE, text);
    } catch {} // A browser that stores nothing keeps nothing.
  }
  const isBox = ({ type }) => type === "checkbox" || type === "radio";
  const controls = (form) => [...form.elements].filter(({ name, type }) => name && !["hidden", "submit", "button", "file", "fieldset"].includes(type));
  const named = (form, name) => controls(form).filter((control) => control.name === name);
  function isSecret(control) {
    const beside = control.previousElementSibling?.value ?? "";
    const isOne = control.type === "password" || SECRET_FIELD.test(control.name) || /password|one-time/.test(control.autocomplete);
    return isOne || (control.name === "argument_value" && SECRET.test(beside)) || (control.type === "textarea" && SECRET.test(control.value));
  }
  const toKeep = (control) => (isSecret(control) ? null : isBox(control) ? [control.value, control.checked] : control.value);
  const place = (form) => form.id || form.getAttribute("action") || "";
  const fields = (form) => controls(form).map((control) => [control.name, toKeep(control)]);

  function note() {
    const forms = [...touched].filter((form) => form.isConnected).map((form) => [place(form), fields(form)]);
    if (!person || forgets || !forms.length) return;
    const pages = kept();
    delete pages[page]; // The newest stands last.
    keep({ ...pages, [page]: { person, forms } });
  }
  function fill(form, name, value, position) {
    const all = named(form, name);
    if (!Array.isArray(value)) {
      const control = all[position];
      if (value === null || !control || (control.matches("select") && ![...control.options].some((option) => option.value === value))) return;
      if (control.value === value) return;
      control.value = value;
      control.dispatchEvent(new Event("input", { bubbles: true })); // A new row may follow.
      if (value && control.closest("details")) control.closest("details").open = true;
      return;
    }
    const [own, isChosen] = value;
    const control = all.find((one) => one.value === own);
    if (control) control.checked = isChosen;
    else if (isChosen) form.querySelector(`[data-brings="${name}"]`)?.append(Object.assign(document.createElement("input"), { type: "hidden", name, value: own }));
  }
  function restore({ forms, isLost }) {
    for (const [where, all] of forms) {
      const form = [...document.forms].find((one) => one.method === "post" && place(one) === where);
      if (!form) continue;
      const met = {};
      for (const [name, value] of all) fill(form, name, value, (met[name] = (met[name] ?? -1) + 1));
      for (const control of controls(form)) control.dispatchEvent(new Event("change", { bubbles: true }));
      touched.add(form);
      if (isLost) tell(form);
    }
  }
  function tell(form) {
    form.before(document.getElementById("signed-out").content.cloneNode(true));
    document.dispatchEvent(new CustomEvent("say", { detail: "You were signed out. Nothing was submitted." }));
  }
  function begin() {
    const pages = kept();
    const there = Object.entries(pages).findLast(([address]) => back && address === back.dataset.back)?.[1];
    if (there) keep((there.isLost = true) && pages);
    if (!person || !pages[page]) return;
    const [mine, isBack] = [pages[page], performance.getEntriesByType("navigation")[0]?.type === "back_forward"];
    delete pages[page];
    keep(mine.person === person ? pages : {});
    if (mine.person === person && (mine.isLost || isBack)) restore(mine);
  }
  for (const name of ["input", "change", "submit"]) {
    document.addEventListener(name, ({ target }) => {
      const form = target.form ?? target.closest?.("form");
      if (form?.method === "post") touched.add(form);
    });
  }
  document.addEventListener("submit", ({ target }) => {
    if (!target.hasAttribute("data-signs-out")) return;
    forgets = true;
    sessionStorage.removeItem(PLACE);
  });
  addEventListener("pagehide", note);
  addEventListener("load", () => setTimeout(begin)); // htmx listens from its own first turn on.
})();
