// Dialogs, menus, confirmations; where the focus goes; one submit is one.

import { each } from "./wire.js";

const RETRY_AFTER = 15000;

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) document.getElementById(opener.dataset.open)?.showModal();
  const closer = event.target.closest("[data-close]");
  if (closer) closer.closest("dialog")?.close();
  if (event.target.matches("dialog[open]") && isBeside(event.target, event)) event.target.close();
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

function isBeside(dialog, event) {
  const box = dialog.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  return !inside && event.clientX + event.clientY > 0;
}

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details[data-menu][open]");
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const items = [...menu.querySelectorAll(".menu-list :is(a, button):not([hidden])")].filter((item) => item.offsetParent);
    const step = event.key === "ArrowDown" ? 1 : -1;
    const next = items.at((items.indexOf(document.activeElement) + step) % items.length);
    if (next) {
      event.preventDefault();
      next.focus();
    }
  }
});

// A confirmation comes before htmx and before the browser, so that it can stop both.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-confirm]") || event.submitter?.matches("[data-confirmed]")) return;
  const dialog = form.querySelector("dialog");
  if (!dialog || dialog.open) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  dialog.showModal();
}, true);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(() => { delete form.dataset.sent; }, RETRY_AFTER);
});

// Asking for something else is another submit: a download leaves the page, and its form, where they are.
document.addEventListener("change", (event) => { delete event.target.form?.dataset.sent; });

window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
});

document.addEventListener("htmx:finally:request", (event) => {
  const form = event.target.closest?.("form[data-confirm]");
  form?.querySelector("dialog[open]")?.close();
});

document.addEventListener("change", (event) => {
  const field = event.target.closest("[data-submit-on-change]");
  if (field) field.form?.requestSubmit();
});

each("[data-focus-on-load]", (element) => element.focus());
each("dialog[data-show]", (dialog) => { if (!dialog.open) dialog.showModal(); });
each("[data-print]", (button) => button.addEventListener("click", () => window.print()));
each("[data-copy]", (button) => button.addEventListener("click", async () => {
  await navigator.clipboard.writeText(button.dataset.copy);
  document.dispatchEvent(new CustomEvent("toast", { detail: { text: button.dataset.copied || "✓", kind: "success" } }));
}));
