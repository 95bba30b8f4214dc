// What somebody has filled in is kept in this tab, for this person, until they are back at the form (filled-forms.js):
// after they had to sign in anew, and by the browser's Back. Nothing secret is ever kept.
(() => {
  const [PLACE, MOST, LONGEST] = ["kept-forms", 5, 200_000]; // Pages; letters of all of them.
  const SECRET = /pass|pwd|secret|token|key|code|otp|cred|auth|bearer/i;
  const SECRET_FIELD = /^(pass|pwd|secret|token|key|code|otp|credential)/i;
  const UNKEPT = ["hidden", "submit", "button", "file", "fieldset"];
  const { person } = document.body.dataset;
  const page = location.pathname + location.search;
  const touched = new Set();
  let forgets = false;

  function isSecret({ name, type, value, autocomplete, previousElementSibling: beside }) {
    if (type === "password" || SECRET_FIELD.test(name) || /password|one-time/.test(autocomplete)) return true;
    return SECRET.test(name === "argument_value" ? (beside?.value ?? "") : type === "textarea" ? value : "");
  }
  function fields(form) {
    const controls = [...form.elements].filter(({ name, type }) => name && !UNKEPT.includes(type));
    const toKeep = ({ type, value, checked }) => (["checkbox", "radio"].includes(type) ? [value, checked] : value);
    return controls.map((control) => [control.name, isSecret(control) ? null : toKeep(control)]);
  }
  // The newest page stands last. A browser that stores nothing keeps nothing.
  function keep() {
    const forms = [...touched].filter((form) => form.isConnected);
    if (!person || forgets || !forms.length) return;
    try {
      const pages = JSON.parse(sessionStorage.getItem(PLACE)) ?? {};
      delete pages[page];
      const kept = { person, forms: forms.map((form) => [form.id || form.getAttribute("action") || "", fields(form)]) };
      const text = JSON.stringify(Object.fromEntries([...Object.entries(pages), [page, kept]].slice(-MOST)));
      text.length > LONGEST ? sessionStorage.removeItem(PLACE) : sessionStorage.setItem(PLACE, text);
    } catch {}
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
  addEventListener("pagehide", keep);
})();
