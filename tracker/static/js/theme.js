// Light, dark, or like the device. The choice is a cookie, so the server draws the right one at once.

import { each } from "./wire.js";

const MEDIA = { light: "not all", dark: "all", system: "(prefers-color-scheme: dark)" };
const YEAR = 365 * 24 * 60 * 60;

function choose(choice) {
  document.documentElement.dataset.theme = choice;
  document.querySelectorAll("link[data-dark]").forEach((link) => { link.media = MEDIA[choice]; });
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${choice}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
  show();
  document.dispatchEvent(new CustomEvent("colours:change"));
}

function show() {
  for (const button of document.querySelectorAll("[data-colours-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.coloursChoice === document.documentElement.dataset.theme));
  }
}

each("[data-colours]", (group) => {
  group.hidden = false;
  group.addEventListener("click", (event) => {
    const button = event.target.closest("[data-colours-choice]");
    if (button) choose(button.dataset.coloursChoice);
  });
});

matchMedia(MEDIA.system).addEventListener("change", () => document.dispatchEvent(new CustomEvent("colours:change")));
