// Declaring conflicts: the button says how many it speaks for, and a line shows what its answer does.

import { each } from "./wire.js";

each("form[data-declare]", (form) => {
  const button = form.querySelector("[data-rest]");
  const choices = [...form.querySelectorAll("select")];

  function show() {
    for (const choice of choices) {
      const line = choice.closest(".declare-line");
      line.classList.toggle("is-none", choice.value === "" || choice.value === "none");
      line.classList.toggle("is-blocking", !["", "none", "other"].includes(choice.value));
    }
    if (!button) return;
    const open = choices.filter((choice) => choice.value === "").length;
    const words = open === 0 ? button.dataset.none : open === choices.length && open > 1 ? button.dataset.all : open === 1 ? button.dataset.one : button.dataset.many;
    button.textContent = words.replace("{number}", String(open));
  }

  form.addEventListener("change", show);
  show();
});
