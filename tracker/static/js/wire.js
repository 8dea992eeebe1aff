// What the other modules share: doing something with every element that arrives, the words of the page, the CSRF token.

const watched = [];

/** Runs `act` once for every element that matches, now and whenever one is added (by htmx, say). */
export function each(selector, act) {
  const done = new WeakSet();
  const visit = (root) => {
    const found = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) found.unshift(root);
    for (const element of found) {
      if (done.has(element)) continue;
      done.add(element);
      act(element);
    }
  };
  watched.push(visit);
  visit(document);
}

new MutationObserver((changes) => {
  for (const change of changes) {
    for (const node of change.addedNodes) {
      if (node.nodeType === Node.ELEMENT_NODE) watched.forEach((visit) => visit(node));
    }
  }
}).observe(document.documentElement, { childList: true, subtree: true });

const texts = JSON.parse(document.getElementById("words")?.textContent || "{}");

/** A text of the page's language; {names} are filled in. */
export function word(key, values = {}) {
  return (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Like word, with "key.one" for exactly one. */
export function counted(key, number, values = {}) {
  const form = new Intl.PluralRules(document.documentElement.lang).select(number) === "one" ? "one" : "other";
  return word(`${key}.${form}`, { ...values, number });
}

export function csrf() {
  const headers = document.body.getAttribute("hx-headers:inherited");
  return headers ? JSON.parse(headers)["X-CSRFToken"] : "";
}

export const person = () => document.body.dataset.person || "";

/** A drawing from the sprite that the page already uses. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${document.body.dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}

/** An element with a class and children; strings become text, never markup. */
export function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

const scripts = new Map();

/** Fetches a classic script from vendor/ once, when a page turns out to need it. */
export function vendor(name) {
  if (!scripts.has(name)) {
    scripts.set(name, new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL(`../vendor/${name}`, import.meta.url).href;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    }));
  }
  return scripts.get(name);
}

/** True while keys belong to a field or to a dialog, not to the page. */
export function keysAreTaken(event) {
  const target = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true;
  if (target.isContentEditable || target.matches?.("input:not([type=checkbox], [type=radio]), textarea, select")) return true;
  return Boolean(document.querySelector("dialog[open]"));
}
