// Short notes in the corner. A server says one with the header HX-Trigger: {"toast": {"text": "…", "kind": "success"}}.

import { each, icon, make, word } from "./wire.js";

const STAY = 7000;
const MARKS = { info: "info", success: "circle-check", warning: "triangle-alert", danger: "circle-alert" };

export function toast(text, kind = "info") {
  const shelf = document.querySelector("[data-toasts]");
  const note = make("div", `toast-note notice-${kind}`, icon(MARKS[kind] ?? "info"), make("div", "notice-text", make("p", "", text)));
  note.dataset.toast = kind;
  shelf?.append(note);
  return note;
}

// Good news leaves by itself, unless someone is reading it; trouble stays until it is closed.
each("[data-toast]", (note) => {
  const close = make("button", "toast-close", "×");
  close.type = "button";
  close.setAttribute("aria-label", word("close"));
  close.addEventListener("click", () => note.remove());
  note.append(close);
  if (["danger", "warning"].includes(note.dataset.toast) || note.querySelector("a, form")) return;
  let timer;
  const start = () => { timer = setTimeout(() => note.remove(), STAY); };
  const stop = () => clearTimeout(timer);
  note.addEventListener("pointerenter", stop);
  note.addEventListener("pointerleave", start);
  note.addEventListener("focusin", stop);
  note.addEventListener("focusout", start);
  start();
});

document.addEventListener("toast", (event) => {
  const { text, value, kind } = event.detail ?? {};
  toast(text ?? value, kind);
});

document.addEventListener("htmx:response:error", (event) => {
  const status = event.detail.ctx.response.raw.status;
  if (status !== 409 && status !== 422) toast(word(`error_${status}`) === `error_${status}` ? word("error") : word(`error_${status}`), "danger");
});

document.addEventListener("htmx:error", (event) => {
  if (!event.detail.ctx?.response) toast(word("no_connection"), "warning");
});
