// The keyboard at the desk: j k o x / ? m n p; and selecting rows for the bulk bar.

import { counted, each, keysAreTaken } from "./wire.js";

const OFF = "single_keys_off";
let lastPicked = null;

const rows = () => [...document.querySelectorAll(".grid-table tbody tr, .board-card, .line-list > li")]
  .filter((row) => row.offsetParent && row.querySelector(".row-link, .board-card-name, .cover-link"));
const linkOf = (row) => row?.querySelector(".row-link, .board-card-name, .cover-link");
const current = () => document.activeElement?.closest("tr, .board-card, .line-list > li") ?? document.querySelector(".is-current");

function walk(step) {
  const all = rows();
  if (!all.length) return;
  const here = all.indexOf(current());
  const next = all[here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + step, 0), all.length - 1)];
  document.querySelectorAll(".is-current").forEach((row) => row.classList.remove("is-current"));
  next.classList.add("is-current");
  linkOf(next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function openMoves() {
  const menu = current()?.querySelector("[data-move-menu], details[data-menu]") ?? document.querySelector(".moves [data-move-menu], [data-move-menu].moves");
  if (!menu) return;
  if (menu.matches("details")) {
    menu.open = true;
    menu.querySelector(".menu-list :is(a, button)")?.focus();
  } else {
    menu.click();
  }
}

const follow = (selector) => document.querySelector(selector)?.click();

const KEYS = {
  j: () => walk(1),
  k: () => walk(-1),
  o: () => linkOf(current())?.click(),
  x: () => current()?.querySelector(".cell-check input")?.click(),
  m: openMoves,
  n: () => follow(".dossier-nav [rel=next], .pager [rel=next]"),
  p: () => follow(".dossier-nav [rel=prev], .pager [rel=prev]"),
  "/": () => {
    const field = document.querySelector("[data-search], .filters-search input");
    if (field) field.focus();
    else follow("[data-palette-open]");
  },
  "?": () => document.getElementById("keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (keysAreTaken(event) || (localStorage.getItem(OFF) && event.key !== "?")) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// Whoever speaks to the computer, or types with one finger, can put the single keys to rest.
each("[data-single-keys]", (box) => {
  box.checked = !localStorage.getItem(OFF);
  box.addEventListener("change", () => {
    if (box.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
  });
});

each("form[data-bulk]", (form) => {
  const bar = form.querySelector("[data-bulk-bar]");
  const all = form.querySelector("[data-check-all]");
  const count = form.querySelector("[data-bulk-count]");
  const boxes = () => [...form.querySelectorAll(".cell-check input[name]")];

  function offer(picked) {
    const select = bar?.querySelector("select[name=move]");
    if (!select || !picked.length) return;
    const stages = new Set(picked.map((box) => box.dataset.stage));
    const options = [...select.options];
    options.forEach((option) => { option.hidden = option.disabled = !option.dataset.starts.split(" ").some((stage) => stages.has(stage)); });
    if (select.selectedOptions[0]?.disabled ?? true) select.value = options.find((option) => !option.disabled)?.value ?? "";
  }

  function show() {
    const chosen = boxes().filter((box) => box.checked);
    const picked = chosen.length;
    offer(chosen);
    if (bar) bar.hidden = picked === 0;
    if (count) count.textContent = counted("selected", picked);
    if (all) {
      all.checked = picked > 0 && picked === boxes().length;
      all.indeterminate = picked > 0 && picked < boxes().length;
    }
  }

  form.addEventListener("click", (event) => {
    const box = event.target.closest?.(".cell-check input[name]");
    if (!box) return;
    const list = boxes();
    if (event.shiftKey && lastPicked && list.includes(lastPicked)) {
      const [from, to] = [list.indexOf(lastPicked), list.indexOf(box)].sort((a, b) => a - b);
      list.slice(from, to + 1).forEach((other) => { other.checked = box.checked; });
    }
    lastPicked = box;
    show();
  });

  all?.addEventListener("change", () => {
    boxes().forEach((box) => { box.checked = all.checked; });
    show();
  });

  form.querySelector("[data-bulk-clear]")?.addEventListener("click", () => {
    boxes().forEach((box) => { box.checked = false; });
    show();
  });
  window.addEventListener("pageshow", show);
  show();
});
