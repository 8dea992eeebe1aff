"""A person at a browser without scripts, who speaks to whichever machine answers, and fills in what pages hold."""

import re
from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

import requests
from lxml import html


class Page:
    def __init__(self, answer: requests.Response) -> None:
        self.answer = answer
        self.status = answer.status_code
        self.path = re.sub(r"^https?://[^/]+", "", answer.url)
        self.text = answer.text

    def form(self, action: str) -> Any:
        """The form whose address matches."""
        forms = html.fromstring(self.answer.content).forms
        found = [one for one in forms if re.search(action, one.action or "")]
        assert found, (self.status, self.path, [one.action for one in forms])
        return found[0]


class Browser:
    """Every request goes to the next machine in turn; cookies hold for all, as behind one address."""

    def __init__(self, machines: Sequence[str]) -> None:
        self._machines = cycle(machines)
        self._session = requests.Session()
        self._session.headers["Accept-Language"] = "en"

    def get(self, path: str) -> Page:
        return self._follow(self._session.get(next(self._machines) + path, allow_redirects=False, timeout=180))

    def send(
        self,
        path: str,
        action: str,
        values: Mapping[str, Any] | None = None,
        *,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
    ) -> Page:
        """Open the page and send its form with these values; the rest as the page had it."""
        form = self.get(path).form(action)
        given = {one.name: one.value_options[0] for one in form.xpath(".//select[@name]") if one.value_options}
        given |= {name: value for name, value in form.form_values() if name not in (files or {})}
        data: dict[str, Any] = given | dict(values or {})
        where = re.sub(r"^https?://[^/]+", "", form.action) or path
        answer = self._session.post(
            next(self._machines) + where, data=data, files=files, allow_redirects=False, timeout=180
        )
        return self._follow(answer)

    def _follow(self, answer: requests.Response) -> Page:
        """To where it leads, on the next machine."""
        for _ in range(5):
            if answer.status_code not in {301, 302, 303}:
                break
            where = re.sub(r"^https?://[^/]+", "", answer.headers["Location"])
            answer = self._session.get(next(self._machines) + where, allow_redirects=False, timeout=180)
        return Page(answer)

    def close(self) -> None:
        self._session.close()
