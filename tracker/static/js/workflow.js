// Opens a stage or a move in the panel beside the picture, without leaving the place one looks at.
const panel = () => document.getElementById("panel");

function mark() {
  const shown = panel()?.dataset.shows;
  for (const one of document.querySelectorAll(".flow [data-key]")) one.classList.toggle("is-shown", one.dataset.key === shown);
}

async function open(href, push) {
  const answer = await fetch(href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return location.assign(href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("panel");
  if (!fresh) return location.assign(href);
  panel().replaceWith(fresh);
  if (push) history.pushState({ panel: true }, "", href);
  mark();
  fresh.focus({ preventScroll: matchMedia("(min-width: 1100px)").matches });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-panel-link]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  open(link.getAttribute("href"), true);
});

addEventListener("popstate", () => open(location.href, false));
mark();
