// Puts a placeholder where one was typing last.
const box = document.querySelector("[data-placeholders]");
const form = box?.closest("form");
let last = form?.querySelector("textarea");

form?.addEventListener("focusin", (event) => {
  if (event.target.matches("textarea, input[type=text]")) last = event.target;
});

box?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-placeholder]");
  if (!button || !last) return;
  last.focus();
  last.setRangeText(button.dataset.placeholder, last.selectionStart, last.selectionEnd, "end");
  last.dispatchEvent(new Event("input", { bubbles: true }));
});
