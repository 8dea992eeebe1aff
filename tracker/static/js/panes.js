// The dossier's panes as tabs where there is no room for all of them; and the pane last looked at comes back.

import { each, make } from "./wire.js";

each(".panes", (panes) => {
  const all = [...panes.querySelectorAll(":scope > .pane")];
  if (all.length < 2) return;
  const list = make("ul", "");
  const bar = make("nav", "tabs pane-tabs", list);
  bar.setAttribute("aria-label", panes.dataset.label ?? "");

  const buttons = all.map((pane) => {
    const button = make("button", "", pane.dataset.tab ?? pane.querySelector("h2, h3")?.textContent ?? "");
    button.type = "button";
    button.addEventListener("click", () => show(pane));
    list.append(make("li", "", button));
    return button;
  });

  function show(pane) {
    all.forEach((other, index) => {
      other.classList.toggle("is-shown", other === pane);
      if (other === pane) buttons[index].setAttribute("aria-current", "true");
      else buttons[index].removeAttribute("aria-current");
    });
    sessionStorage.setItem("pane", String(all.indexOf(pane)));
  }

  panes.prepend(bar);
  panes.classList.add("has-tabs");
  const target = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
  const asked = target?.closest(".pane") ?? all.find((pane) => "open" in pane.dataset);
  show(asked ?? all[Number(sessionStorage.getItem("pane") ?? 0)] ?? all[0]);
});
