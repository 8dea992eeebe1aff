// The dossier under the keyboard: j k walk its parts, r the review, c a comment; digits give a score.
// And the review's version, which the autosave raises, goes with the form when it is sent.

import { each, keysAreTaken } from "./wire.js";

const parts = () => [...document.querySelectorAll("[data-part]")].filter((part) => part.offsetParent);
let here = -1;

function walk(step) {
  const all = parts();
  if (!all.length) return;
  here = Math.min(Math.max(here + step, 0), all.length - 1);
  const part = all[here];
  reveal(part);
  part.tabIndex = -1;
  part.focus({ preventScroll: true });
  part.scrollIntoView({ block: "start" });
}

/** On a small screen the pane is behind a tab. */
function reveal(element) {
  const pane = element.closest(".pane");
  if (!pane || pane.offsetParent) return;
  const panes = [...document.querySelectorAll(".panes > .pane")];
  document.querySelectorAll(".pane-tabs button")[panes.indexOf(pane)]?.click();
}

function go(selector) {
  const field = document.querySelector(selector);
  if (!field) return;
  reveal(field);
  field.focus();
  field.scrollIntoView({ block: "center" });
}

const KEYS = {
  j: () => walk(1),
  k: () => walk(-1),
  r: () => go("[data-criterion] input:checked, [data-criterion] input"),
  c: () => go("#comment-text"),
  m: () => {
    const menu = document.querySelector(".moves details");
    if (!menu) return;
    menu.open = true;
    menu.querySelector(".menu-list a")?.focus();
  },
};

document.addEventListener("keydown", (event) => {
  if (keysAreTaken(event) || localStorage.getItem("single_keys_off")) return;
  const act = KEYS[event.key];
  if (!act || !document.querySelector(".panes")) return;
  event.preventDefault();
  act();
});

each("[data-criterion]", (criterion) => {
  criterion.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !/^[0-9]$/.test(event.key)) return;
    const wanted = criterion.querySelector(`input[value="${event.key}"]`);
    if (!wanted) return;
    event.preventDefault();
    wanted.checked = true;
    wanted.dispatchEvent(new Event("change", { bubbles: true }));
    const all = [...document.querySelectorAll("[data-criterion]")];
    const next = all[all.indexOf(criterion) + 1];
    (next?.querySelector("input:checked, input") ?? document.getElementById("strengths"))?.focus();
  });
});

each("form[data-review]", (form) => {
  const group = form.querySelector("[data-version]");
  new MutationObserver(() => {
    document.querySelectorAll("[data-review-version]").forEach((field) => { field.value = group.dataset.version; });
  }).observe(group, { attributes: true, attributeFilter: ["data-version"] });
});

// Another side of the dossier opens in its pane alone; what is being written beside it stays.
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("[data-side]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  const pane = document.getElementById("reader");
  pane.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(link.href, { credentials: "same-origin" });
    if (!response.ok || response.redirected) throw new Error(response.statusText);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    pane.replaceChildren(...page.getElementById("reader").childNodes);
    history.replaceState(null, "", link.href);
    pane.querySelector("[aria-current=page]")?.focus();
    pane.scrollTop = 0;
  } catch {
    location.href = link.href;
  } finally {
    pane.removeAttribute("aria-busy");
  }
});
