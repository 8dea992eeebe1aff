// Dragging a card is the same act as its own move button: the server decides, and the card goes back when it says no.
//
// A card names its moves in one of two ways:
//   data-move-url, data-version and data-moves="STAGE=MOVE STAGE=MOVE?", where ? means that the move first asks something;
//   or a form or link inside it with data-move-to="STAGE".

import { csrf, each, vendor, word } from "./wire.js";

const toast = (text, kind) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, kind } }));

each("[data-board]", async (board) => {
  await vendor("sortable.min.js");
  board.querySelectorAll("[data-cards]").forEach((list) => makeSortable(list, board));
});

function makeSortable(list, board) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  window.Sortable.create(list, {
    group: "board",
    draggable: "[data-card]",
    filter: "details, form, button",
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
    const open = Boolean(moveTo(card, column.dataset.stage));
    column.classList.toggle("is-target", open);
    column.classList.toggle("is-closed", !open && column.dataset.stage !== stageOf(from));
  }
}

function moveTo(card, stage) {
  const own = card.querySelector(`[data-move-to="${CSS.escape(stage)}"]`);
  if (own) return own.matches("form") ? { url: own.action, body: new FormData(own) } : { ask: own.href };
  const pair = (card.dataset.moves ?? "").split(" ").map((text) => text.split("=")).find(([name]) => name === stage);
  if (!pair) return null;
  const [, name] = pair;
  if (name.endsWith("?")) return { ask: `${card.dataset.moveUrl}?move=${encodeURIComponent(name.slice(0, -1))}` };
  const body = new FormData();
  body.set("move", name);
  body.set("version", card.dataset.version ?? "");
  return { url: card.dataset.moveUrl, body };
}

async function drop(card, from, to) {
  const move = moveTo(card, stageOf(to));
  if (!move) return putBack(card, from, word("no_such_move"));
  if (move.ask) {
    from.append(card);
    location.assign(move.ask);
    return undefined;
  }
  card.classList.add("is-sent");
  count(from, -1);
  count(to, 1);
  try {
    const answer = await fetch(move.url, {
      method: "POST",
      body: move.body,
      headers: { "X-CSRFToken": csrf(), "HX-Request": "true", "X-Board": "true", Accept: "text/html, application/json" },
    });
    const text = await answer.text();
    card.classList.remove("is-sent");
    if (!answer.ok) {
      count(from, 1);
      count(to, -1);
      return putBack(card, from, reason(answer, text));
    }
    accept(card, text);
  } catch {
    card.classList.remove("is-sent");
    count(from, 1);
    count(to, -1);
    putBack(card, from, word("no_connection"));
  }
  return undefined;
}

function accept(card, text) {
  const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-card]");
  if (fresh) {
    card.replaceWith(fresh);
    window.htmx?.process(fresh);
    fresh.querySelector("a")?.focus({ preventScroll: true });
  }
  toast(word("moved"), "success");
}

function putBack(card, from, why) {
  from.prepend(card);
  card.classList.add("is-refused");
  setTimeout(() => card.classList.remove("is-refused"), 4000);
  toast(why, "danger");
}

/** The server's own sentence, whether it came as JSON or as a page or fragment. */
function reason(answer, text) {
  if (answer.headers.get("content-type")?.includes("json")) return JSON.parse(text).message ?? word("error");
  if (answer.status !== 409 && answer.status !== 422) return word("error");
  const page = new DOMParser().parseFromString(text, "text/html");
  return page.querySelector("[data-reason], .notice-text p, main p, p")?.textContent.trim() || page.body.textContent.trim() || word("error");
}

function count(list, step) {
  const shown = list.closest("[data-stage]").querySelector(".count");
  if (shown && /^\d+$/.test(shown.textContent.trim())) shown.textContent = String(Number(shown.textContent) + step);
}
