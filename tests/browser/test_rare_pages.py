"""Pages that no link leads to, looked at all the same: errors, what follows a mail or a form, pieces for developers.

They are written by the application of the test and shown at the address of the demo, whose styles and scripts they use.
"""

from contextvars import Context
from datetime import datetime
from typing import Any

from flask import Flask
from playwright.sync_api import Page
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.accounts.mailbox import link_to
from tests.browser.looking import WIDER, look, wider_than_a_phone
from tests.browser.people import Visits
from tests.dossiers.world import blind_world
from tests.factories import make_admin, make_person, make_position, make_staff
from tests.visitor import Visitor, sign_in
from tracker.accounts.staffing import first_administrator_link
from tracker.messages.actions import install_shipped
from tracker.plumbing.clock import now as clock_now
from tracker.web.errors import answer

ERRORS = (403, 404, 409, 413, 422, 429, 500, 503)


def put_before(page: Page, html: str) -> Page:
    page.unroute_all()
    page.route("**/looked-at", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto("/looked-at")
    return page


def error_page(app: Flask, status: int, language: str) -> str:
    with app.test_request_context("/somewhere", headers={"Accept-Language": language}):
        return answer(status, reference="0f3a9c21" if status == 500 else None).get_data(as_text=True)


def shown(answer: TestResponse) -> str:
    assert answer.status_code == 200, answer.status
    return answer.text


def test_error_pages_say_what_happened_in_both_languages_within_every_width(app: Flask, visits: Visits) -> None:
    page = visits.context().new_page()
    problems: list[str] = []
    for language in ("en", "nl"):
        titles = set()
        for status in ERRORS:
            put_before(page, Context().run(error_page, app, status, language))
            assert page.locator("html").get_attribute("lang") == language
            titles.add(page.locator("h1").inner_text())
            found = look(page) if language == "en" else wider_than_a_phone(page)
            problems += [f"{status} {language}: {one}" for one in found]
        assert len(titles) == len(ERRORS)
    assert problems == []


def test_the_page_after_a_mail_and_the_first_page_of_all_are_whole(
    app: Flask, client: Visitor, session: Session, visits: Visits
) -> None:
    page = visits.context().new_page()
    link = first_administrator_link(now=clock_now())
    client.get("/" + link.split("/", 3)[3])
    problems = look(put_before(page, shown(client.get("/first-administrator"))))
    person = make_person("Noor de Wit")
    sign_in(client, person)
    client.post("/account/email", data={"email_change-email": "noor@new.example"})
    client.get(link_to(session, "noor@new.example"))
    problems += look(put_before(page, shown(client.get("/account/email/confirm"))))
    assert problems == []


def test_the_page_after_a_bulk_move_is_whole(app: Flask, client: Visitor, now: datetime, visits: Visits) -> None:
    install_shipped(now)
    world = blind_world(now)
    sign_in(client, world.hr)
    where = f"/desk/positions/{world.position.id}/applications/bulk"
    both = (world.application, world.others[0])
    chosen: dict[str, Any] = {"application": [one.id for one in both], "move": "reject", "reason": "research_match"}
    chosen |= {f"version-{one.id}": str(one.version) for one in both}
    moved = client.post(f"{where}/move", data=chosen)
    assert moved.status_code == 303
    page = visits.context().new_page()
    assert look(put_before(page, shown(client.post(where, data=chosen)))) == []
    assert look(put_before(page, shown(client.get(moved.location)))) == []


ONE_WORD = "Donaudampfschifffahrtsgesellschaftskapitänswitwenpensionskassenverwaltungsbeamtin"


def test_a_name_of_one_long_word_stays_within_the_page(
    app: Flask, client: Visitor, now: datetime, visits: Visits
) -> None:
    world = blind_world(now, stage="shortlist")
    world.application.name = world.application.candidate.name = ONE_WORD
    position = make_position(ONE_WORD, chair=make_staff(ONE_WORD))
    place, other = f"/desk/positions/{world.position.id}", f"/desk/positions/{position.id}"
    of_hr = [f"/desk/applications/{world.application.id}", f"{place}/applications", other, f"{other}/committee"]
    of_an_administrator = ["/desk/people", f"/desk/people/{world.application.candidate_id}", "/desk/positions"]
    page = visits.context().new_page()
    problems: list[str] = []
    for person, addresses in ((world.hr, of_hr), (make_admin(), of_an_administrator)):
        sign_in(client, person)
        for address in addresses:
            put_before(page, shown(client.get(address)))
            assert ONE_WORD in page.content()
            problems += [f"{address}: {one}" for one in [*page.evaluate(WIDER), *wider_than_a_phone(page)]]
    assert problems == []


def test_the_pieces_for_developers_are_whole(app: Flask, client: Visitor, visits: Visits) -> None:
    page = visits.context().new_page()
    assert look(put_before(page, shown(client.get("/design")))) == []
