"""The whole way of a candidate: from the front door to what was sent, and back out; in both languages."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from tests.applications.phd import SECTIONS, pdf
from tests.browser.looking import look
from tests.browser.people import Demo, Visits

PASSWORD = "three quiet herons at noon"
ESSAY = "I dream of sleep, and of measuring it. 李"


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_candidate_applies_and_withdraws(language: str, visits: Visits, demo: Demo) -> None:
    email = f"{uuid.uuid4().hex[:12]}@mail.example"
    page = visits.page(language=language)
    find_a_position(page)
    sign_up(page, email)
    home = begin(page)
    if language == "en":
        for section, answers in SECTIONS.items():
            fill_section(page, home, section, answers)
    else:
        fill_in_on_one_page(page, home)
    with visits.expecting_problems():
        write_on_a_broken_line(page, home)
    page = go_on_elsewhere(page, visits.context, home, language)
    upload(page, home)
    page.goto(f"{home}/check")
    submit = page.locator("form[action$='/submit'] button")
    submit.click()
    expect(page.locator("form[action$='/submit']")).to_be_visible()  # not before the address is verified
    verify(page, demo, email)
    page.goto(home)
    page.locator("a[href$='/check']").click()
    expect(page.locator(".error-summary")).to_have_count(0)
    page.locator("form[action$='/submit'] button").click()
    see_the_receipt(page, language)
    if language == "en":
        assert look(page) == []
        page.goto(f"{home}/letters")
        assert look(page) == []
        see_the_page_of_a_referee(visits, demo)
    withdraw(page, home)


def find_a_position(page: Page) -> None:
    page.locator("a[href='/themes/neuroscience']").first.click()
    page.locator(".position-card a[href*='/positions/']").first.click()
    page.locator("aside a[href*='/sign-up']").first.click()


def sign_up(page: Page, email: str) -> None:
    page.fill("#name", "Lý Tiểu Long")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.locator("form[action$='/sign-up'] button[type=submit]").click()
    page.wait_for_url(re.compile("/verification"))
    page.locator("main a.btn-primary").click()


def begin(page: Page) -> str:
    """Gives the address of the overview."""
    page.wait_for_url(re.compile("/positions/[0-9a-z]{16}/apply$"))
    page.locator("main form[action$='/apply'] .btn-primary").click()
    page.wait_for_url(re.compile(r"/applications/[0-9a-z]{16}/sections/personal$"))
    return page.url.partition("/sections/")[0]


def fill_section(page: Page, home: str, section: str, answers: dict[str, Any]) -> None:
    page.goto(home)
    page.locator(f".tasks a[href*='/sections/{section}']").click()
    page.wait_for_url(re.compile(f"/sections/{section}"))
    for name, value in answers.items():
        answer(page, f"q-{name}", value)
    page.locator("button[name=do][value=next]").click()
    page.wait_for_url(lambda url: not url.split("?")[0].endswith(f"/{section}"))


def fill_in_on_one_page(page: Page, home: str) -> None:
    page.goto(home)
    page.locator("a[href$='/sections/whole-form']").click()
    page.wait_for_url(re.compile("/sections/whole-form$"))
    assert look(page) == []
    for answers in SECTIONS.values():
        for name, value in answers.items():
            answer(page, f"q-{name}", value)
    page.locator("button[name=do][value=next]").click()
    page.wait_for_url(f"{home}/check")


def answer(page: Page, name: str, value: Any) -> None:
    if isinstance(value, list):
        for one in value:
            page.check(f"input[name='{name}'][value='{one}']")
        return
    field = page.locator(f"[name='{name}']:not([type=hidden])")
    if not field.count():
        page.locator(f"#{name.split('-')[0]}-{name.split('-')[1]}-add").click()
    kind = field.first.evaluate("one => one.tagName === 'SELECT' ? 'select' : one.type")
    if kind == "select":
        field.select_option(value)
    elif kind in ("radio", "checkbox"):
        page.check(f"input[name='{name}'][value='{value}']")
    else:
        field.fill(value)


def write_on_a_broken_line(page: Page, home: str) -> None:
    page.goto(f"{home}/sections/motivation")
    page.context.set_offline(True)
    page.fill("#q-motivation", ESSAY)
    status = page.locator("[data-autosave-status]")
    expect(status).not_to_have_class(re.compile("is-saved"))
    expect(status).not_to_be_empty()
    page.wait_for_timeout(1500)
    expect(status).not_to_have_class(re.compile("is-saved"))
    page.context.set_offline(False)
    expect(status).to_have_class(re.compile("is-saved"), timeout=20_000)


def go_on_elsewhere(page: Page, context: Callable[..., BrowserContext], home: str, language: str) -> Page:
    """On another device, where the same person signs in."""
    kept = page.context.cookies()
    other = context(size=(390, 844))
    other.add_cookies(kept)  # type: ignore[arg-type]  # as they were given
    there = other.new_page()
    there.goto(f"{home}/sections/motivation")
    expect(there.locator("#q-motivation")).to_have_value(ESSAY)
    expect(there.locator("html")).to_have_attribute("lang", language)
    return there


def upload(page: Page, home: str) -> None:
    page.goto(f"{home}/sections/documents")
    for key in ("cv", "transcript"):
        file: FilePayload = {"name": f"{key} 李小龙.pdf", "mimeType": "application/pdf", "buffer": pdf(2)}
        page.set_input_files(f"#q-{key}", file)
        expect(page.locator(f"#q-{key}-files")).to_contain_text("李小龙")
        expect(
            page.locator(f"#q-{key}-files [data-state=clean], #q-{key}-files a[href*='/documents/']")
        ).not_to_have_count(0, timeout=20_000)


def verify(page: Page, demo: Demo, email: str) -> None:
    page.goto(demo.link_to(email, "/link/verify/"))
    page.locator("form[action*='/verification'] button").first.click()
    page.wait_for_load_state()


def see_the_receipt(page: Page, language: str) -> None:
    page.wait_for_url(re.compile("/receipt$"))
    code = page.locator(".receipt-code").inner_text()
    copy = page.request.get(page.locator("a[href$='/receipt.pdf']").get_attribute("href") or "")
    assert copy.status == 200
    assert copy.body().startswith(b"%PDF")
    page.goto("/applications")
    expect(page.locator(".mine-card")).to_contain_text(code)


def see_the_page_of_a_referee(visits: Visits, demo: Demo) -> None:
    page = visits.page()
    page.goto(demo.link_to(SECTIONS["documents"]["referees-0-email"], "/link/letter/"))
    expect(page.locator("#text")).to_be_visible()
    assert look(page) == []
    page.goto("/letter/decline")
    assert look(page) == []


def withdraw(page: Page, home: str) -> None:
    page.goto("/applications")
    page.locator(".mine-card a.cover-link").click()
    expect(page).to_have_url(home)
    page.locator("a[href$='/withdraw']").click()
    page.locator("form button.btn-danger").click()
    expect(page.locator(".whereabouts.stage-withdrawn")).to_be_visible()
    expect(page.locator("a[href$='/withdraw']")).to_have_count(0)
