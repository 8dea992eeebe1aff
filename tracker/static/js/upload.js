// A file goes with a bar that moves and a way to stop; without JavaScript the plain form does the same.
// On the input: data-max-bytes, data-too-large (a sentence). On the form: data-upload-auto sends as soon as a file is chosen.

import { each, icon, make, word } from "./wire.js";

const size = (bytes) => new Intl.NumberFormat(document.documentElement.lang, {
  style: "unit", unit: bytes < 1e6 ? "kilobyte" : "megabyte", maximumFractionDigits: bytes < 1e6 ? 0 : 1,
}).format(bytes / (bytes < 1e6 ? 1e3 : 1e6));

each("[data-upload]", (box) => {
  const input = box.querySelector("input[type=file]");
  if (!input) return;
  const state = make("div", "upload-state");
  state.setAttribute("role", "status");
  box.append(state);

  for (const name of ["dragenter", "dragover"]) {
    box.addEventListener(name, (event) => {
      event.preventDefault();
      box.classList.add("is-over");
    });
  }
  for (const name of ["dragleave", "drop"]) box.addEventListener(name, () => box.classList.remove("is-over"));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });

  input.addEventListener("change", () => {
    state.replaceChildren();
    const limit = Number(input.dataset.maxBytes || Infinity);
    const tooLarge = [...input.files].find((file) => file.size > limit);
    if (tooLarge) {
      input.value = "";
      state.append(line("circle-alert", word("file_too_large", { name: tooLarge.name, size: size(limit) }), "danger-text"));
      return;
    }
    for (const file of input.files) state.append(line("file", word("file_chosen", { name: file.name, size: size(file.size) })));
    if (input.files.length && "uploadAuto" in (input.form?.dataset ?? {})) input.form.requestSubmit();
  });

  input.form?.addEventListener("submit", (event) => {
    if (!input.files.length || event.defaultPrevented || input.form.hasAttribute("hx-post")) return;
    event.preventDefault();
    send(input.form, event.submitter, state);
  });
});

const line = (drawing, text, className = "") => make("p", `upload-line ${className}`, icon(drawing), make("span", "", text));

function send(form, submitter, state) {
  const request = new XMLHttpRequest();
  const bar = make("progress", "bar");
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", word("uploading"));
  const percent = make("span", "num", "0 %");
  const stop = make("button", "btn btn-secondary btn-sm", word("cancel"));
  stop.type = "button";
  stop.addEventListener("click", () => request.abort());
  state.replaceChildren(make("div", "upload-line", bar, percent, stop));

  const failed = (text) => {
    delete form.dataset.sent;
    const again = make("button", "btn btn-secondary btn-sm", word("try_again"));
    again.type = "button";
    again.addEventListener("click", () => send(form, submitter, state));
    state.replaceChildren(make("div", "upload-line danger-text", icon("circle-alert"), make("span", "", text), again));
  };

  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    bar.value = Math.round((event.loaded / event.total) * 100);
    percent.textContent = `${bar.value} %`;
    if (bar.value === 100) percent.textContent = word("checking");
  });
  request.addEventListener("load", () => show(request, failed));
  request.addEventListener("error", () => failed(word("upload_failed")));
  request.addEventListener("timeout", () => failed(word("upload_failed")));
  request.addEventListener("abort", () => {
    delete form.dataset.sent;
    state.replaceChildren(line("info", word("upload_stopped")));
  });

  const body = new FormData(form);
  if (submitter?.name) body.set(submitter.name, submitter.value);
  request.open("POST", form.action);
  request.setRequestHeader("X-Upload", "true");
  request.send(body);
}

/** Shows the page that the plain form would have led to, its messages included. */
function show(request, failed) {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const fresh = page.getElementById("main");
  if (!fresh || request.status >= 500) {
    failed(page.querySelector("main p, p")?.textContent.trim() || word("upload_failed"));
    return;
  }
  document.title = page.title;
  history.replaceState(history.state, "", request.responseURL);
  document.getElementById("main").replaceWith(fresh);
  window.htmx?.process(fresh);
  (fresh.querySelector("[data-focus-on-load]") ?? fresh).focus();
}
