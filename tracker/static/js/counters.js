// Counters that speak: seen at once, read out when the typing rests.

import { counted, each, make } from "./wire.js";

const REST = 1000;
const letters = (text) => [...text.replace(/\r\n/g, "\n")].length;
const words = (text) => text.trim().split(/\s+/).filter(Boolean).length;

each("[data-count-limit], [data-count-words]", (field) => {
  const seen = document.getElementById(`${field.id}-count`);
  if (!seen) return;
  const spoken = make("span", "visually-hidden");
  spoken.setAttribute("aria-live", "polite");
  seen.after(spoken);
  const byWords = "countWords" in field.dataset;
  const limit = Number(byWords ? field.dataset.countWords : field.dataset.countLimit);
  const unit = byWords ? "words" : "characters";
  let timer;

  const say = () => {
    const left = limit - (byWords ? words : letters)(field.value);
    seen.textContent = counted(left < 0 ? `${unit}_over` : `${unit}_left`, Math.abs(left));
    seen.classList.toggle("is-over", left < 0);
  };

  field.addEventListener("input", () => {
    say();
    clearTimeout(timer);
    timer = setTimeout(() => { spoken.textContent = seen.textContent; }, REST);
  });
  if (field.value) say();
});
