// An @ in a comment offers the names of those who may read it; the hint says who that is.

import { each, make } from "./wire.js";

const REST = 150;

each("textarea[data-mentions]", (field) => {
  const audience = field.form.querySelector("[data-audience]");
  const list = make("ul", "mention-list");
  list.id = `${field.id}-mentions`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "@");
  list.hidden = true;
  field.after(list);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  let timer = null;
  let chosen = 0;

  const begun = () => /(^|\s)@([^@\n]{0,40})$/u.exec(field.value.slice(0, field.selectionStart));
  const items = () => [...list.children];

  function close() {
    list.hidden = true;
    list.replaceChildren();
    field.removeAttribute("aria-activedescendant");
  }

  function mark(place) {
    chosen = (place + items().length) % items().length;
    items().forEach((item, index) => item.setAttribute("aria-selected", String(index === chosen)));
    field.setAttribute("aria-activedescendant", items()[chosen].id);
  }

  function take(name) {
    const found = begun();
    if (!found) return close();
    const start = field.selectionStart - found[2].length;
    field.setRangeText(`${name} `, start, field.selectionStart, "end");
    close();
    field.focus();
  }

  async function offer() {
    const found = begun();
    if (!found) return close();
    const url = new URL(field.dataset.mentions, location.href);
    url.searchParams.set("q", found[2]);
    url.searchParams.set("audience", audience?.value ?? "committee");
    const response = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } }).catch(() => null);
    const names = response?.ok ? await response.json() : [];
    if (!names.length || !begun()) return close();
    list.replaceChildren(...names.map((name, index) => {
      const item = make("li", "", name);
      item.id = `${list.id}-${index}`;
      item.setAttribute("role", "option");
      item.addEventListener("mousedown", (event) => {
        event.preventDefault();
        take(name);
      });
      return item;
    }));
    list.hidden = false;
    mark(0);
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(offer, REST);
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const acts = { ArrowDown: () => mark(chosen + 1), ArrowUp: () => mark(chosen - 1), Enter: () => take(items()[chosen].textContent), Tab: () => take(items()[chosen].textContent), Escape: close };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  });
});

each("[data-audience]", (select) => {
  const hint = select.form.querySelector("[data-audience-hint]");
  select.addEventListener("change", () => { if (hint) hint.textContent = select.selectedOptions[0].dataset.hint; });
});
