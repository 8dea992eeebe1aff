// Passkeys: the one part of signing in that needs a script. A button asks the server what to sign, the browser signs
// it, and the form of the button carries the answer.
import { csrf, each, word } from "./wire.js";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const plain = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const described = (one) => ({ ...one, id: bytes(one.id) });

async function asked(address) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": csrf() },
  });
  if (answer.status === 403) {
    location.assign(`/prove?next=${encodeURIComponent(location.pathname + location.search)}`);
    return new Promise(() => {});
  }
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

async function made(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: (options.excludeCredentials ?? []).map(described),
  };
  const one = await navigator.credentials.create({ publicKey });
  return {
    id: one.id,
    rawId: plain(one.rawId),
    type: one.type,
    response: {
      clientDataJSON: plain(one.response.clientDataJSON),
      attestationObject: plain(one.response.attestationObject),
      transports: one.response.getTransports?.() ?? [],
    },
    clientExtensionResults: {},
  };
}

async function shown(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: (options.allowCredentials ?? []).map(described),
  };
  const one = await navigator.credentials.get({ publicKey });
  return {
    id: one.id,
    rawId: plain(one.rawId),
    type: one.type,
    response: {
      clientDataJSON: plain(one.response.clientDataJSON),
      authenticatorData: plain(one.response.authenticatorData),
      signature: plain(one.response.signature),
      userHandle: one.response.userHandle ? plain(one.response.userHandle) : null,
    },
    clientExtensionResults: {},
  };
}

async function work(button) {
  const { form } = button;
  const trouble = form.querySelector("[data-passkey-trouble]");
  trouble.hidden = true;
  button.disabled = true;
  try {
    const options = await asked(button.dataset.begin);
    const answer = await (button.dataset.passkey === "make" ? made(options) : shown(options));
    form.elements[button.dataset.field].value = JSON.stringify(answer);
    form.submit();
  } catch {
    trouble.textContent = word("passkey_failed");
    trouble.hidden = false;
  } finally {
    button.disabled = false;
  }
}

if (window.PublicKeyCredential) {
  each("[data-with-passkeys]", (part) => { part.hidden = false; });
  each("[data-passkey]", (button) => button.addEventListener("click", (event) => {
    event.preventDefault();
    if (!button.form.checkValidity()) button.form.reportValidity();
    else work(button);
  }));
}
