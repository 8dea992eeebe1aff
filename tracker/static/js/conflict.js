// Two people, or two tabs, wrote the same answer: both are shown, and one is chosen by hand.

import { make, word } from "./wire.js";

export function conflict({ near, mine, theirs, message, keepMine, takeTheirs }) {
  near.querySelector(":scope > .conflict")?.remove();
  const box = make("div", "conflict");
  box.setAttribute("role", "alert");
  const button = (text, act, style) => {
    const element = make("button", `btn btn-${style} btn-sm`, text);
    element.type = "button";
    element.addEventListener("click", () => {
      box.remove();
      act();
    });
    return element;
  };
  const side = (title, text) => {
    const words = make("div", "", text || "–");
    words.dir = "auto";
    return make("div", "conflict-side", make("h4", "", title), words);
  };
  box.append(
    make("p", "conflict-title", message ?? word("conflict")),
    make("div", "conflict-sides", side(word("mine"), mine), side(word("theirs"), readable(theirs))),
    make("div", "row-line", button(word("keep_mine"), keepMine, "secondary"), button(word("take_theirs"), takeTheirs, "secondary")),
  );
  near.append(box);
}

function readable(value) {
  if (Array.isArray(value)) return value.join("\n");
  if (typeof value === "object" && value !== null) return Object.values(value).join("\n");
  return String(value ?? "");
}
