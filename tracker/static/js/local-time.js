// Says a deadline in the visitor's own time zone, where the browser's differs from the position's.
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const place of document.querySelectorAll("[data-local-time]")) {
  if (!here || here === place.dataset.zone) continue;
  const moment = new Date(place.dataset.localTime);
  const language = document.documentElement.lang;
  const locale = language === "en" ? "en-GB" : language;
  const day = moment.toLocaleDateString(locale, { day: "numeric", month: "long", year: "numeric" }).replaceAll(" ", "\u00a0");
  const words = `${day}, ${moment.toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit", timeZoneName: "short" })}`;
  place.textContent = place.dataset.words.replace("MOMENT", words);
  place.hidden = false;
}
