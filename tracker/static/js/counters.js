// Counters that speak: seen at once, read out when the typing rests.

import { counted, each, make } from "./wire.js";

const REST = 1000;
const letters = (text) => [...text.replace(/\r\n/g, "\n")].length;

// The same count as rules/word_count.py, which decides at submit.
const JOINS = /[\p{M}\p{Cf}]/gu;
const ALONE = /[\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3134f}]/gu;
const WORD = /[\p{L}\p{N}_]+(?:[’'.,:/@&_\-\u2010\u2011]+[\p{L}\p{N}_]+)*/gu;
const count = (text, pattern) => (text.match(pattern) || []).length;
const words = (text) => {
  const bare = text.replace(JOINS, "");
  return count(bare, ALONE) + count(bare.replace(ALONE, " "), WORD);
};

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
