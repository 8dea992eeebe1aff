// Ctrl-k: a field, and answers that the arrow keys walk through.

import { each, word } from "./wire.js";

each("[data-palette]", (palette) => {
  const field = palette.querySelector("input");
  const answers = palette.querySelector("[data-palette-answers]");
  let chosen = -1;

  const options = () => [...answers.querySelectorAll(".palette-item")];

  function choose(place) {
    const all = options();
    chosen = all.length ? (place + all.length) % all.length : -1;
    all.forEach((option, index) => option.setAttribute("aria-selected", String(index === chosen)));
    field.setAttribute("aria-activedescendant", all[chosen]?.id ?? "");
    all[chosen]?.scrollIntoView({ block: "nearest" });
  }

  function dress() {
    answers.querySelectorAll(".palette-list").forEach((list) => list.setAttribute("role", "group"));
    answers.querySelectorAll(".palette-list > li").forEach((line) => line.setAttribute("role", "presentation"));
    options().forEach((option, index) => {
      option.id = `palette-option-${index}`;
      option.setAttribute("role", "option");
      option.tabIndex = -1;
    });
    field.setAttribute("aria-expanded", String(options().length > 0));
    choose(0);
  }

  function open() {
    document.getElementById("rail")?.hidePopover?.();
    if (palette.open) return;
    palette.showModal();
    field.select();
    field.dispatchEvent(new Event("palette:open"));
  }

  answers.setAttribute("role", "listbox");
  answers.setAttribute("aria-label", word("answers"));
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", answers.id);
  field.setAttribute("aria-expanded", "false");

  new MutationObserver(dress).observe(answers, { childList: true });

  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      options()[chosen]?.click();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      if (palette.open) palette.close();
      else open();
    }
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette-open]")) open();
    else if (event.target === palette) palette.close();
  });
});
