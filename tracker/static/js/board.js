// Dragging a card is the same act as a move out of its menu: the server asks and decides.
//
// The moves of a column's cards stand once in its <template data-moves>, with ~id~ and ~name~ where a card's own belong.
// A card with data-movable gets a button; pressed, the button becomes the menu.

import { each, icon, vendor, word } from "./wire.js";

const toast = (text, kind) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, kind } }));
const nameOf = (card) => card.querySelector(".board-card-name").textContent;
const addressFor = (move, card) => move.getAttribute("href").replace("~id~", card.dataset.card);

each("[data-board]", async (board) => {
  await vendor("sortable.min.js");
  board.querySelectorAll("[data-cards]").forEach((list) => makeSortable(list, board));
});

each("[data-movable]", (card) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "board-move";
  button.title = movesOf(card).querySelector("summary").title.replace("~name~", () => nameOf(card));
  button.dataset.moveMenu = "";
  button.append(icon("move-right"));
  button.addEventListener("click", () => {
    const menu = menuFor(card, button.title);
    button.replaceWith(menu);
    setTimeout(() => {  // after whoever closes other menus
      menu.open = true;
      menu.querySelector(".menu-list a").focus();
    });
  });
  card.append(button);
});

function movesOf(part) {
  return part.closest("[data-stage]").querySelector("template[data-moves]")?.content;
}

function menuFor(card, title) {
  const menu = movesOf(card).querySelector("details").cloneNode(true);
  menu.querySelectorAll("a").forEach((move) => { move.href = addressFor(move, card); });
  menu.querySelector("summary").title = menu.querySelector("summary span").textContent = title;
  return menu;
}

function makeSortable(list, board) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  window.Sortable.create(list, {
    group: "board",
    draggable: "[data-card]",
    filter: "details, button",
    preventOnFilter: false,
    animation: still ? 0 : 120,
    delay: 180,
    delayOnTouchOnly: true,
    sort: false,
    ghostClass: "is-ghost",
    dragClass: "is-dragged",
    onStart: (event) => showOpen(board, event.item, event.from),
    onEnd: (event) => {
      board.querySelectorAll(".is-closed, .is-target").forEach((column) => column.classList.remove("is-closed", "is-target"));
      if (event.from !== event.to) drop(event.item, event.from, event.to);
    },
  });
}

const stageOf = (list) => list.closest("[data-stage]").dataset.stage;

function showOpen(board, card, from) {
  for (const column of board.querySelectorAll("[data-stage]")) {
    const open = Boolean(moveTo(card, from, column.dataset.stage));
    column.classList.toggle("is-target", open);
    column.classList.toggle("is-closed", !open && column.dataset.stage !== stageOf(from));
  }
}

/** The page that asks about this move, where the card may make one. */
function moveTo(card, from, stage) {
  const move = "movable" in card.dataset && movesOf(from)?.querySelector(`[data-move-to="${CSS.escape(stage)}"]`);
  return move ? addressFor(move, card) : null;
}

function drop(card, from, to) {
  const ask = moveTo(card, from, stageOf(to));
  from.append(card);
  if (ask) location.assign(ask);
  else putBack(card, from, word("no_such_move"));
}

function putBack(card, from, why) {
  from.prepend(card);
  card.classList.add("is-refused");
  setTimeout(() => card.classList.remove("is-refused"), 4000);
  toast(why, "danger");
}
