// Passkeys: a form with data-passkey="get" or "create" asks the browser for one, fills it in and is sent.
(() => {
  const Key = window.PublicKeyCredential;
  const isNumber = /^[\d.]+$|:/.test(location.hostname); // Passkeys belong to a name.
  if (isNumber || !Key?.parseRequestOptionsFromJSON) return; // The forms stay hidden.

  async function options(form) {
    if (form.dataset.ask) {
      const answer = await fetch(form.dataset.ask, { headers: { Accept: "application/json" } });
      return answer.json();
    }
    return JSON.parse(document.getElementById("passkey-options").textContent);
  }
  async function get(told) {
    return navigator.credentials.get({ publicKey: Key.parseRequestOptionsFromJSON(told.request_options.publicKey) });
  }
  async function create(told) {
    const wanted = told.creation_options.publicKey;
    const kept = { residentKey: "required", requireResidentKey: true, userVerification: "required" };
    wanted.authenticatorSelection = { ...wanted.authenticatorSelection, ...kept };
    return navigator.credentials.create({ publicKey: Key.parseCreationOptionsFromJSON(wanted) });
  }
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const trouble = form.querySelector("[role=alert]:last-of-type");
      trouble.hidden = true;
      try {
        const key = await (form.dataset.passkey === "create" ? create : get)(await options(form));
        form.elements.credential.value = JSON.stringify(key.toJSON());
        form.submit();
      } catch {
        trouble.hidden = false;
      }
    });
  }
})();
