"""Every page that anyone of the demo reaches by its links: whole, within its width, accessible, in both themes."""

from collections import Counter, deque
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect

from tests.browser.looking import named_twice, seen_by_axe, wider_than_a_phone
from tests.browser.people import Visits
from tests.databases import make_app

ROOMS: dict[str | None, str] = {
    None: "accounts.sign_in accounts.sign_up accounts.reset home.landing positions.index positions.show "
    "themes.index themes.show",
    "candidate": "accounts.account accounts.security applications.mine applications.sent applications.withdraw",
    "candidate with a draft": "applications.check applications.delete applications.section applications.show",
    "member": "dossiers.position dossiers.show committee.conflicts",
    "chair": "dossiers.board dossiers.move committee.assign",
    "observer": "",
    "coordinator": "",
    "theme coordinator": "",
    "hr": "applications.preview dossiers.across forms. home.desk messages.edit messages.new messages.templates "
    "positions. reports. themes. workflows.",
    "admin": "accounts. committee.open messages.message messages.outbox",
}
"""Who comes to which pages for certain, and lets axe look at them. A name that ends in a dot is a whole room."""
ELSEWHERE = {
    "accounts.app": "while an app is set up",
    "accounts.came_back": "from a provider",
    "accounts.check_mail": "after a form",
    "accounts.confirm_email": "by a link in a mail",
    "accounts.email_link": "by a link in a mail",
    "accounts.first": "by the link of the first start",
    "accounts.first_link": "by the link of the first start",
    "accounts.go_on": "from a provider",
    "accounts.go_to_provider": "where one is set up",
    "accounts.invitation": "by a link in a mail",
    "accounts.invite_link": "by a link in a mail",
    "accounts.link_identity": "from a provider",
    "accounts.new_here": "from a provider",
    "accounts.new_password": "by a link in a mail",
    "accounts.prove_it": "before a dangerous act",
    "accounts.reset_link": "by a link in a mail",
    "accounts.second_step": "after the password",
    "accounts.set_up": "where a second factor is required",
    "accounts.verification": "by a link in a mail",
    "accounts.verify": "by a link in a mail",
    "applications.answer": "where a candidate has something to answer",
    "applications.begin": "where a candidate has not applied yet",
    "applications.document_state": "a part of a page",
    "applications.extra_time": "by its address",
    "applications.receipt": "after sending",
    "comments.people": "a part of a page",
    "dossiers.bulk_done": "after a form",
    "dossiers.next_one": "leads to a dossier",
    "home.alive": "for machines",
    "home.design": "for developers",
    "home.metrics": "for machines",
    "home.palette": "a part of a page",
    "home.ready": "for machines",
    "letters.": "by a link in a mail",
    "reviews.edit": "beside the dossier",
}
FILES = frozenset(
    {"applications.document", "applications.receipt_pdf", "dossiers.document", "dossiers.letter", "home.brand"}
    | {"home.favicon", "home.robots", "letters.file", "messages.message_html", "reports.export_file", "static"}
    | {"reports.funnel_csv", "reports.funnel_json", "reports.funnel_xlsx", "stylesheet"}
)
EACH = 2
"""How many pages of one kind are looked at: the first may be short of something."""
LINKS = """() => [...document.querySelectorAll("a[href]")].map(
    one => new URL(one.getAttribute("href"), location.href).href.split("#")[0])"""


@pytest.fixture(scope="session")
def routes(tmp_path_factory: pytest.TempPathFactory) -> MapAdapter:
    return addresses(make_app(tmp_path_factory.mktemp("routes")))


def addresses(app: Flask) -> MapAdapter:
    return app.url_map.bind("here")


@dataclass
class Walk:
    """From page to page by the links on each."""

    page: Page
    routes: MapAdapter
    axe: tuple[str, ...]
    kinds: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    ahead: deque[str] = field(default_factory=deque)

    def all_from(self, *starts: str) -> "Walk":
        for start in starts:
            self.note(start)
        while self.ahead:
            self.visit(self.ahead.popleft())
        return self

    def kind_of(self, address: str) -> str | None:
        """The name of the view and what in the address chooses its face; None for files and other sites."""
        try:
            endpoint, values = self.routes.match(urlsplit(address).path)
        except (HTTPException, RequestRedirect):
            return None
        if endpoint in FILES:
            return None
        faces = [str(value) for name, value in values.items() if name == "part"]
        return " ".join([endpoint, *faces])

    def note(self, address: str) -> None:
        kind = self.kind_of(address)
        if kind is None or address in self.known or self.kinds[kind] >= EACH:
            return
        self.known.add(address)
        self.kinds[kind] += 1
        self.ahead.append(address)

    def visit(self, address: str) -> None:
        answer = self.page.goto(address, wait_until="load")
        status = answer.status if answer else 0
        if status != 200:
            self.problems.append(f"{status} {address}")
            return
        kind = self.kind_of(self.page.url) or ""
        seen = named_twice(self.page) + wider_than_a_phone(self.page)
        if self.kinds[f"axe {kind}"] == 0 and is_of(kind, self.axe):
            self.kinds[f"axe {kind}"] += 1
            seen += seen_by_axe(self.page)
        self.problems += [f"{address}: {one}" for one in seen]
        own = f"{urlsplit(self.page.url).scheme}://{urlsplit(self.page.url).netloc}/"
        for link in self.page.evaluate(LINKS):
            if link.startswith(own):
                self.note(link)


def is_of(kind: str, names: tuple[str, ...]) -> bool:
    endpoint = kind.split(" ")[0]
    return any(endpoint == name or (name.endswith(".") and endpoint.startswith(name)) for name in names)


def test_every_page_has_somebody_who_comes_to_it(routes: MapAdapter) -> None:
    rules = [one for one in routes.map.iter_rules() if "GET" in (one.methods or ())]
    names = {name for rooms in ROOMS.values() for name in rooms.split()} | set(ELSEWHERE)
    unknown = {one.endpoint for one in rules if one.endpoint not in FILES and not is_of(one.endpoint, tuple(names))}
    assert unknown == set()


@pytest.mark.parametrize("role", ROOMS, ids=str)
def test_every_page_is_whole(role: str | None, visits: Visits, routes: MapAdapter) -> None:
    page = visits.context(role).new_page()
    walk = Walk(page, routes, tuple(ROOMS[role].split())).all_from("/", "/sign-in" if role is None else "/account")
    missing = [name for name in ROOMS[role].split() if not any(is_of(kind, (name,)) for kind in walk.kinds)]
    assert not walk.problems, "\n".join(walk.problems)
    assert missing == []
