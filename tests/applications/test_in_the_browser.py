"""With a real browser: nothing typed is lost on a broken line, and two tabs do not overwrite one another."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy import select
from waitress import create_server

from tests.applications.phd import candidate, make_phd, pdf
from tests.factories import make_application
from tests.visitor import Visitor, sign_in
from tracker.models import Answer, Application
from tracker.plumbing.database import db
from tracker.plumbing.jobs import run_due


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The application of this test, served on a free port."""
    server: Any = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(5)


@pytest.fixture
def draft(app: Flask) -> Application:
    application = make_application(make_phd(), candidate(), submitted=False, answers={"full_name": "李小龙"})
    db.session.commit()
    db.session.refresh(application, ["candidate"])
    db.session.expunge(application)
    db.session.rollback()
    return application


@pytest.fixture
def context(
    app: Flask, browser: Browser, client: Visitor, address: str, draft: Application
) -> Iterator[BrowserContext]:
    sign_in(client, draft.candidate)
    cookie = client.get_cookie("session")
    assert cookie is not None
    opened = browser.new_context(viewport={"width": 390, "height": 800})
    opened.add_cookies([{"name": "session", "value": cookie.value, "url": address}])
    yield opened
    opened.close()


def open_step(context: BrowserContext, address: str, draft: Application, section: str) -> Page:
    page = context.new_page()
    page.goto(f"{address}/applications/{draft.id}/sections/{section}")
    return page


def kept(draft: Application, question: str) -> Any:
    """Read in a transaction that ends at once: one left open would keep the server from writing."""
    value = db.session.scalar(
        select(Answer.value).where(Answer.application_id == draft.id, Answer.question == question)
    )
    db.session.rollback()
    return value


def status(page: Page) -> Any:
    return page.locator("[data-autosave-status]")


def test_words_typed_on_a_broken_line_arrive_when_it_is_back(
    context: BrowserContext, address: str, draft: Application
) -> None:
    page = open_step(context, address, draft, "motivation")
    page.fill("#q-motivation", "Before the tunnel.")
    expect(status(page)).to_contain_text("Saved ")
    expect(status(page)).to_have_class("saved is-saved")
    assert kept(draft, "motivation") == "Before the tunnel."
    context.set_offline(True)
    page.fill("#q-motivation", "Before the tunnel. Inside it. 李")
    expect(status(page)).to_contain_text("kept on this device")
    assert kept(draft, "motivation") == "Before the tunnel."
    page.close()
    context.set_offline(False)
    again = open_step(context, address, draft, "motivation")
    expect(again.locator("#q-motivation")).to_have_value("Before the tunnel. Inside it. 李")
    expect(status(again)).to_have_class("saved is-saved")
    assert kept(draft, "motivation") == "Before the tunnel. Inside it. 李"


def test_rows_added_without_a_line_are_all_there_afterwards(
    context: BrowserContext, address: str, draft: Application
) -> None:
    page = open_step(context, address, draft, "documents")
    page.fill("#q-referees-0-name", "First")
    expect(status(page)).to_have_class("saved is-saved")
    context.set_offline(True)
    page.click("[data-entry-add]")
    page.fill("#q-referees-1-name", "Second")
    expect(status(page)).to_contain_text("kept on this device")
    page.close()
    context.set_offline(False)
    again = open_step(context, address, draft, "documents")
    expect(again.locator("#q-referees-1-name")).to_have_value("Second")
    expect(status(again)).to_have_class("saved is-saved")
    again.fill("#q-referees-0-name", "First of two")
    expect(status(again)).to_have_class("saved is-saved")
    again.click("text=Save and continue")
    again.wait_for_url("**/sections/statements")
    assert kept(draft, "referees") == [{"name": "First of two"}, {"name": "Second"}]


def test_two_tabs_choose_by_hand(context: BrowserContext, address: str, draft: Application) -> None:
    one = open_step(context, address, draft, "motivation")
    other = open_step(context, address, draft, "motivation")
    one.fill("#q-motivation", "from the first tab")
    expect(status(one)).to_have_class("saved is-saved")
    other.fill("#q-motivation", "from the second tab")
    expect(other.locator(".conflict")).to_contain_text("from the first tab")
    assert kept(draft, "motivation") == "from the first tab"
    other.click("text=Keep what I wrote")
    expect(status(other)).to_have_class("saved is-saved")
    assert kept(draft, "motivation") == "from the second tab"


def test_the_button_pressed_while_a_slow_reply_is_on_its_way_meets_no_conflict(
    context: BrowserContext, address: str, draft: Application
) -> None:
    page = open_step(context, address, draft, "motivation")

    def slowly(route: Route) -> None:
        page.wait_for_timeout(700)
        route.continue_()

    page.route("**/answers", slowly)
    page.locator("#q-motivation").press_sequentially("one two three", delay=150)
    page.click("text=Save and continue")
    page.wait_for_url("**/sections/documents")
    assert kept(draft, "motivation") == "one two three"


def test_a_document_is_uploaded_checked_and_shown(context: BrowserContext, address: str, draft: Application) -> None:
    page = open_step(context, address, draft, "documents")
    page.set_input_files("#q-cv", {"name": "CV 李小龙.pdf", "mimeType": "application/pdf", "buffer": pdf(2)})
    expect(page.locator("#q-cv-files")).to_contain_text("Being checked")
    run_due()
    expect(page.locator("#q-cv-files")).to_contain_text("checked and ready")
    page.set_input_files("#q-cv", {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": b"PK no pdf"})
    expect(page.locator(".error-summary")).to_contain_text("This is not a PDF")
    expect(page.locator("#q-cv-files")).to_contain_text("CV 李小龙.pdf")
