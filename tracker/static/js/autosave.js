// Nothing typed is lost: every change is put on this device first, then sent, and leaves the device once the server has it.
//
// <form data-autosave="URL"> sends each changed question by itself: question, value (repeated for lists), version.
// Inside data-autosave-group="NAME" the group's inputs go together, under their own names, with question=NAME.
// The version stands in data-version on the group, on an element around the field, or on the form; where an input
// [data-version-field] stands inside, it follows, so that a plain sending of the form builds upon what was saved.
// A reply may carry notes: {id of a field: what to mend there}. Before a group is filled, it hears "autosave:fill".

import { Queue } from "./queue.js";
import { conflict } from "./conflict.js";
import { each, icon, person, word } from "./wire.js";

const REST = 600;
const PATIENCE = 8000;
const queue = new Queue(person());

class Autosave {
  constructor(form) {
    this.form = form;
    this.url = new URL(form.dataset.autosave, location.href).href;
    this.status = form.querySelector("[data-autosave-status]") ?? document.querySelector("[data-autosave-status]");
    this.timers = new Map();
  }

  start() {
    this.restore();
    this.form.addEventListener("input", (event) => this.later(event.target, REST));
    this.form.addEventListener("change", (event) => this.later(event.target, 0));
    this.form.addEventListener("submit", (event) => this.finish(event));
    window.addEventListener("pagehide", () => this.now());
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.now(); });
    queue.listen(this.url, (state) => this.hear(state));
    queue.send();
  }

  /** What an earlier visit could not send is put back into the fields, and tried again. */
  restore() {
    const waiting = queue.waiting(this.url);
    for (const entry of waiting) fill(this.form, entry.question, entry.pairs);
    if (waiting.length) this.show("saving");
  }

  later(field, delay) {
    const question = questionOf(field);
    if (!question || !this.form.contains(field)) return;
    clearTimeout(this.timers.get(question));
    this.timers.set(question, setTimeout(() => this.put(question), delay));
    this.show("saving");
  }

  now() {
    for (const question of [...this.timers.keys()]) this.put(question);
  }

  put(question) {
    clearTimeout(this.timers.get(question));
    this.timers.delete(question);
    const holder = holderOf(this.form, question);
    queue.put({ url: this.url, question, pairs: pairsOf(this.form, question), version: holder.dataset.version ?? "" });
  }

  /** A plain sending waits until what was typed has arrived: else it would meet its own words as somebody else's. */
  async finish(event) {
    if (event.defaultPrevented || this.goesOn) return;
    this.now();
    if (!queue.waiting(this.url).length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
    await Promise.race([queue.send(), new Promise((resolve) => { setTimeout(resolve, PATIENCE); })]);
    const choice = this.form.querySelector(".conflict");
    if (choice) choice.scrollIntoView({ block: "center" });
    else if (!queue.waiting(this.url).length || navigator.onLine) {
      this.goesOn = true;
      this.form.requestSubmit(submitter);
      this.goesOn = false;
    }
  }

  hear({ state, question, answer }) {
    if (question && answer?.version !== undefined && state !== "conflict") setVersion(holderOf(this.form, question), answer.version);
    if (state === "saved") {
      this.form.querySelectorAll(`[data-autosave-error="${CSS.escape(question)}"]`).forEach((note) => note.remove());
      const notes = Object.entries(answer?.notes ?? {});
      for (const [id, message] of notes) this.note(question, document.getElementById(id)?.closest(".field"), message);
      if (notes.length) state = "refused";
    }
    if (state === "conflict") this.settle(question, answer);
    if (state === "refused") this.refuse(question, answer.message);
    this.show(this.timers.size && state === "saved" ? "saving" : state, answer);
  }

  settle(question, answer) {
    const holder = holderOf(this.form, question);
    conflict({
      near: nearestField(this.form, question),
      mine: wordsOf(this.form, question),
      theirs: answer.theirs_text ?? answer.theirs,
      message: answer.message,
      keepMine: () => {
        setVersion(holder, answer.version);
        this.put(question);
      },
      takeTheirs: () => {
        setVersion(holder, answer.version);
        if (typeof answer.theirs === "object" && answer.theirs !== null) {
          const pairs = Array.isArray(answer.theirs) ? answer.theirs.map((value) => ["value", value]) : Object.entries(answer.theirs);
          fill(this.form, question, pairs);
        } else {
          fill(this.form, question, [["value", answer.theirs ?? ""]]);
        }
        this.show("saved", {});
      },
    });
  }

  refuse(question, message) {
    const near = nearestField(this.form, question);
    near.querySelector("[data-autosave-error]")?.remove();
    this.note(question, near, message);
  }

  note(question, near, message) {
    if (!near) return;
    const note = document.createElement("div");
    note.className = "field-error";
    note.dataset.autosaveError = question;
    note.setAttribute("role", "alert");
    const text = document.createElement("p");
    text.append(icon("circle-alert"), message ?? word("not_saved"));
    note.append(text);
    const input = near.querySelector(".form-control, .form-select, .choices, .form-check, .date-parts");
    if (input) (input.closest(".date-parts") ?? input).before(note);
    else near.append(note);
  }

  show(state, answer = {}) {
    if (!this.status) return;
    const marks = { saving: "loader-circle", saved: "check", offline: "clock", waiting: "clock", signed_out: "lock", conflict: "triangle-alert", refused: "circle-alert" };
    const texts = {
      saving: () => word("saving"),
      saved: () => (answer.saved_at ? word("saved_at", { time: answer.saved_at }) : word("saved")),
      offline: () => word("kept_offline"),
      waiting: () => word("kept_waiting"),
      signed_out: () => word("kept_signed_out"),
      conflict: () => word("conflict_short"),
      refused: () => word("not_saved"),
    };
    const classes = { saved: "is-saved", offline: "is-offline", waiting: "is-waiting", signed_out: "is-waiting", conflict: "is-waiting", refused: "is-failed" };
    this.status.className = `saved ${classes[state] ?? ""}`;
    this.status.replaceChildren(icon(marks[state]), texts[state]());
  }
}

const SKIPPED = "[type=hidden], [type=file], [type=password], [type=submit], [type=button], [data-autosave-skip]";

function questionOf(field) {
  const group = field.closest("[data-autosave-group]");
  if (group) return group.dataset.autosaveGroup;
  return field.name && !field.matches(SKIPPED) ? field.name : null;
}

const groupOf = (form, question) => form.querySelector(`[data-autosave-group="${CSS.escape(question)}"]`);
const fieldsOf = (form, question) => [...form.elements].filter((field) => field.name === question && !field.closest("[data-autosave-group]"));

function nearestField(form, question) {
  return groupOf(form, question) ?? fieldsOf(form, question)[0]?.closest(".field") ?? form;
}

function holderOf(form, question) {
  return groupOf(form, question) ?? fieldsOf(form, question)[0]?.closest("[data-version]") ?? form;
}

function setVersion(holder, version) {
  holder.dataset.version = version;
  const field = holder.querySelector("[data-version-field]");
  if (field) field.value = version;
}

/** What was typed, as a person reads it: the words of what is chosen, not its key. */
function wordsOf(form, question) {
  const group = groupOf(form, question);
  const fields = group ? [...group.querySelectorAll("input, select, textarea")].filter((field) => field.name && !field.matches(SKIPPED)) : fieldsOf(form, question);
  const words = fields.map((field) => {
    if (field.matches("select")) return field.value ? [...field.selectedOptions].map((option) => option.text).join(", ") : "";
    if (field.matches("[type=checkbox], [type=radio]")) return field.checked ? (field.labels?.[0]?.textContent.trim() ?? field.value) : "";
    return field.value;
  });
  return words.filter(Boolean).join("\n");
}

/** What is sent: a group's own names, or the one question's values; a list left empty still sends one empty value. */
function pairsOf(form, question) {
  const group = groupOf(form, question);
  const fields = group ? [...group.querySelectorAll("input, select, textarea")].filter((field) => field.name && !field.matches(SKIPPED)) : fieldsOf(form, question);
  const pairs = [];
  for (const field of fields) {
    const name = group ? field.name : "value";
    if (field.matches("[type=checkbox], [type=radio]")) {
      if (field.checked) pairs.push([name, field.value]);
    } else if (field.matches("select[multiple]")) {
      for (const option of field.selectedOptions) pairs.push([name, option.value]);
    } else {
      pairs.push([name, field.value]);
    }
  }
  return pairs.length || group ? pairs : [["value", ""]];
}

function fill(form, question, pairs) {
  const group = groupOf(form, question);
  group?.dispatchEvent(new CustomEvent("autosave:fill", { bubbles: true, detail: { pairs } }));
  const names = group ? [...new Set([...group.querySelectorAll("[name]")].map((field) => field.name))] : [question];
  for (const name of names) {
    const values = pairs.filter(([key]) => key === (group ? name : "value")).map(([, value]) => String(value));
    const fields = group ? [...group.querySelectorAll(`[name="${CSS.escape(name)}"]`)] : fieldsOf(form, question);
    for (const field of fields) {
      if (field.matches(SKIPPED)) continue;
      if (field.matches("[type=checkbox], [type=radio]")) field.checked = values.includes(field.value);
      else if (field.matches("select[multiple]")) [...field.options].forEach((option) => { option.selected = values.includes(option.value); });
      else field.value = values[0] ?? "";
    }
  }
}

each("form[data-autosave]", (form) => new Autosave(form).start());

// Whoever signs out on a shared computer leaves nothing behind; what waits is sent first.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-sign-out]") || form.dataset.emptied || !queue.all().length) return;
  event.preventDefault();
  await Promise.race([queue.send(), new Promise((resolve) => { setTimeout(resolve, 3000); })]);
  queue.clear();
  form.dataset.emptied = "yes";
  form.submit();
});
