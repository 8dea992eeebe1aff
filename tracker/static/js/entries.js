// Rows that are added and removed on the page itself: at once, and without a line. The same buttons send the form
// where no script runs. Numbers in names only order the rows, so gaps left by removed ones do no harm.

import { icon, make, word } from "./wire.js";

const MARK = /-__-/g;
const rowsOf = (group) => [...group.querySelectorAll(":scope [data-entries-rows] > [data-entry]")];

/** The number in the names of a row's fields. */
function numberOf(group, row) {
  const field = row.querySelector("[name^='q-']");
  const match = field?.name.slice(group.dataset.entries.length).match(/^-(\d+)-/);
  return match ? Number(match[1]) : -1;
}

function count(group) {
  const rows = rowsOf(group);
  rows.forEach((row, place) => {
    const number = row.querySelector("[data-entry-number]");
    if (number) number.textContent = place + 1;
  });
  const none = group.querySelector("[data-entries-none]");
  if (none) none.hidden = rows.length > 0;
}

function add(group, wanted) {
  const template = group.querySelector("[data-entry-template]");
  const number = wanted ?? Math.max(-1, ...rowsOf(group).map((row) => numberOf(group, row))) + 1;
  const row = document.importNode(template.content.firstElementChild, true);
  for (const element of [row, ...row.querySelectorAll("*")]) {
    for (const { name, value } of [...element.attributes]) {
      if (value.includes("__")) element.setAttribute(name, value.replace(MARK, `-${number}-`).replace(/:__$/, `:${number}`));
    }
  }
  group.querySelector("[data-entries-rows]").append(row);
  count(group);
  return row;
}

const changed = (group) => group.dispatchEvent(new Event("change", { bubbles: true }));

function remove(group, row) {
  const place = row.nextElementSibling;
  const rows = row.parentElement;
  const undo = make("button", "btn btn-quiet btn-sm", icon("undo-2"), word("undo"));
  undo.type = "button";
  const note = make("div", "entry-gone", make("span", "", word("entry_removed")), undo);
  note.setAttribute("role", "status");
  row.replaceWith(note);
  count(group);
  changed(group);
  undo.addEventListener("click", () => {
    if (note.isConnected) note.replaceWith(row);
    else rows.insertBefore(row, place?.isConnected ? place : null);
    count(group);
    changed(group);
    row.querySelector("input, select, textarea")?.focus();
  });
  undo.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-entry-add], [data-entry-remove]");
  const group = button?.closest("[data-entries]");
  if (!group) return;
  event.preventDefault();
  if (button.matches("[data-entry-add]")) add(group).querySelector("select, input, textarea")?.focus();
  else remove(group, button.closest("[data-entry]"));
});

// autosave.js puts words back that an earlier visit could not send: there must be rows to hold them.
document.addEventListener("autosave:fill", (event) => {
  const group = event.target.closest?.("[data-entries]");
  if (!group) return;
  const start = group.dataset.entries.length;
  const wanted = new Set();
  for (const [name] of event.detail.pairs) {
    const match = name.slice(start).match(/^-(\d+)-/);
    if (match && name.startsWith(`${group.dataset.entries}-`)) wanted.add(Number(match[1]));
  }
  const present = new Set(rowsOf(group).map((row) => numberOf(group, row)));
  for (const number of [...wanted].sort((one, other) => one - other)) {
    if (!present.has(number)) add(group, number);
  }
});
