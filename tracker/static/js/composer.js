// Drag questions within and between sections; keep the focus where it was when the composer is drawn anew.
let focused = "";

function begin() {
  const form = document.querySelector("[data-drop-form]");
  if (!form || !window.Sortable) return;
  for (const list of document.querySelectorAll(".composer-questions")) {
    window.Sortable.create(list, { group: "questions", handle: "[data-grip]", animation: 120, onEnd: (event) => drop(form, event) });
  }
}

function drop(form, event) {
  // What dragging leaves behind would be copied by the swap, and the policy of the page forbids styles in attributes.
  for (const row of document.querySelectorAll(".composer-question[style]")) row.removeAttribute("style");
  if (event.from === event.to && event.oldIndex === event.newIndex) return;
  form.elements.key.value = event.item.dataset.question;
  form.elements.section.value = event.to.dataset.section;
  form.elements.place.value = event.newIndex;
  form.requestSubmit();
}

document.addEventListener("click", (event) => {
  focused = event.target.closest("[data-keep-focus]")?.dataset.keepFocus ?? "";
});

document.addEventListener("htmx:after:swap", () => {
  begin();
  const button = focused && document.querySelector(`[data-keep-focus="${CSS.escape(focused)}"]`);
  (button && !button.disabled ? button : button?.closest("li, section")?.querySelector("a"))?.focus({ preventScroll: true });
});

document.readyState === "complete" ? begin() : window.addEventListener("load", begin);
