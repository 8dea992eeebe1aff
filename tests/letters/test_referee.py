"""The referee's minutes: the link, the letter, one look, sent once; and what the page says afterwards."""

import io
import re
from datetime import datetime

import pikepdf
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.accounts.mailbox import kinds_to, link_to
from tests.factories import move_to
from tests.letters.world import FIRST, SECOND, SECRET, asked, follow_link, later, letter_of, pdf
from tests.mail_server import MailServer
from tests.visitor import Visitor
from tracker.letters import actions
from tracker.models import LetterState
from tracker.plumbing import events, storage
from tracker.plumbing.jobs import run_due
from tracker.rules.letters import BETWEEN_REMINDERS


def upload(data: bytes, name: str = "brief.pdf") -> dict[str, object]:
    return {"file": (io.BytesIO(data), name), "text": "", "rating": "top_10"}


def test_the_secret_leaves_the_address_and_nothing_changes_by_looking(
    client: Visitor, session: Session, now: datetime
) -> None:
    asked(now=now)
    address = f"/letter?letter={letter_of(session).id}"
    assert follow_link(client, session) == address
    page = client.get(address)
    assert page.status_code == 200
    assert "Nguyễn Thị Linh" in page.text
    assert "The sleeping brain" in page.text
    assert page.headers["Cache-Control"].find("no-store") >= 0
    client.get("/letter/decline")
    assert letter_of(session).state is LetterState.ASKED
    assert follow_link(client, session) == address


@pytest.mark.parametrize("latest", [FIRST, SECOND])
def test_two_letters_in_one_browser_stay_apart(client: Visitor, session: Session, now: datetime, latest: str) -> None:
    asked(now=now)
    for email in (FIRST, SECOND, latest):
        follow_link(client, session, email)
    letters = {email: letter_of(session, email).id for email in (FIRST, SECOND)}
    for email, id_ in letters.items():
        kept = client.post(f"/letter?letter={id_}", data={"text": f"About {email}.", "rating": ""})
        assert (kept.status_code, kept.location) == (303, f"/letter/check?letter={id_}")
    assert [letter_of(session, email).text for email in letters] == [f"About {email}." for email in letters]
    client.post(f"/letter/send?letter={letters[FIRST]}")
    client.post(f"/letter/decline?letter={letters[SECOND]}", data={"reason": ""})
    assert [letter_of(session, email).state for email in letters] == [LetterState.RECEIVED, LetterState.DECLINED]


def test_every_address_of_a_letters_pages_says_which_letter_it_is(
    client: Visitor, session: Session, now: datetime
) -> None:
    asked(now=now)
    follow_link(client, session)
    its = f"?letter={letter_of(session).id}"
    client.post(f"/letter{its}", data=upload(pdf(1)))
    pages = "".join(client.get(f"/letter{page}{its}").text for page in ("", "/check", "/decline"))
    led = re.findall(r'(?:href|action)="(/letter[^"]*)"', pages)
    assert len(led) == 10
    assert [one for one in led if not one.endswith(its)] == []


def test_the_link_to_one_letter_opens_no_other(client: Visitor, session: Session, now: datetime) -> None:
    asked(now=now)
    follow_link(client, session)
    other = f"?letter={letter_of(session, SECOND).id}"
    answers = [client.get(f"/letter{page}{other}").status_code for page in ("", "/check", "/decline", "/file")]
    written = client.post(f"/letter{other}", data={"text": SECRET, "rating": ""})
    sent = client.post(f"/letter/send{other}")
    assert [*answers, written.status_code, sent.status_code] == [410] * 6
    assert letter_of(session, SECOND).text == ""


def test_a_letter_is_written_looked_over_and_sent_once(client: Visitor, session: Session, now: datetime) -> None:
    asked(now=now)
    follow_link(client, session)
    kept = client.post("/letter", data={"text": SECRET, "rating": "below"})
    assert (kept.status_code, kept.location) == (303, f"/letter/check?letter={letter_of(session).id}")
    assert SECRET in client.get("/letter/check").text
    assert letter_of(session).state is LetterState.ASKED
    client.post("/letter/send")
    letter = letter_of(session)
    assert (letter.state, letter.text, letter.rating) == (LetterState.RECEIVED, SECRET, "below")
    after = client.get("/letter")
    assert after.status_code == 200
    assert SECRET not in after.text
    client.post("/letter", data={"text": "Changed my mind.", "rating": ""})
    client.post("/letter/send")
    assert letter_of(session).text == SECRET
    assert kinds_to(session, FIRST) == ["letter_request", "letter_thanks"]


def test_a_pdf_is_kept_without_what_it_says_of_its_author(client: Visitor, session: Session, now: datetime) -> None:
    asked(now=now)
    follow_link(client, session)
    assert client.post("/letter", data=upload(pdf(2))).location == f"/letter/check?letter={letter_of(session).id}"
    shown = client.get("/letter/file")
    assert shown.mimetype == "application/pdf"
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
    client.post("/letter/send")
    letter = letter_of(session)
    assert (letter.state, letter.pages) == (LetterState.RECEIVED, 2)
    data = storage.read(letter.storage_key or "")
    assert b"Secret" not in data
    assert len(data) == letter.size
    with pikepdf.open(io.BytesIO(data)) as opened:
        assert len(opened.pages) == 2


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04 a document of another kind", "This is not a PDF"),
        (b"%PDF-1.7\nbroken", "cannot be read"),
        (pdf(21), "more pages"),
    ],
)
def test_what_is_no_good_pdf_is_refused_with_what_to_do_and_the_words_are_kept(
    client: Visitor, session: Session, now: datetime, data: bytes, said: str
) -> None:
    asked(now=now)
    follow_link(client, session)
    page = client.post("/letter", data=upload(data) | {"text": "My words."})
    assert page.status_code == 422
    assert said in page.text
    assert "My words." in page.text
    letter = letter_of(session)
    assert (letter.storage_key, letter.state) == (None, LetterState.ASKED)


def test_an_uploaded_file_can_be_replaced_and_removed_and_leaves_nothing_behind(
    client: Visitor, session: Session, app: Flask, now: datetime
) -> None:
    asked(now=now)
    follow_link(client, session)
    client.post("/letter", data=upload(pdf(1)))
    client.post("/letter", data=upload(pdf(3)))
    assert letter_of(session).pages == 3
    client.post("/letter", data={"text": "Instead.", "rating": "", "do": "remove"})
    letter = letter_of(session)
    assert (letter.storage_key, letter.size, letter.text) == (None, 0, "Instead.")
    run_due()
    assert list(storage.keys("letters")) == []


def test_an_empty_letter_cannot_be_sent(client: Visitor, session: Session, now: datetime) -> None:
    asked(now=now)
    follow_link(client, session)
    assert client.post("/letter", data={"text": "  ", "rating": "top_2"}).status_code == 422
    client.post("/letter/send")
    assert letter_of(session).state is LetterState.ASKED


def test_declining_tells_the_candidate_who_and_not_why(client: Visitor, session: Session, now: datetime) -> None:
    asked(now=now)
    follow_link(client, session)
    client.post("/letter/decline", data={"reason": SECRET})
    letter = letter_of(session)
    assert (letter.state, letter.decline_reason) == (LetterState.DECLINED, SECRET)
    assert "Thank you for telling us" in client.get("/letter").text
    session.rollback()
    told = kinds_to(session, "linh@example.org")
    assert told == ["letter_declined"]
    from tests.accounts.mailbox import mails_to

    assert SECRET not in mails_to(session, "linh@example.org")[0].text


def test_an_answer_is_announced(client: Visitor, session: Session, app: Flask, now: datetime) -> None:
    heard: list[object] = []
    before = dict(events._table)
    events.set_reactions(before | {events.LetterAnswered: (lambda event, now: heard.append(event),)})
    try:
        asked(now=now)
        follow_link(client, session)
        client.post("/letter", data={"text": SECRET, "rating": ""})
        client.post("/letter/send")
    finally:
        events.set_reactions(before)
    assert heard == [events.LetterAnswered(letter_of(session).id)]


def test_a_replaced_link_says_that_there_is_a_newer_one(client: Visitor, session: Session, now: datetime) -> None:
    application = asked(now=now)
    follow_link(client, session)
    actions.remind(letter_of(session), by=application.candidate, now=now + BETWEEN_REMINDERS)
    page = client.get("/letter")
    assert page.status_code == 410
    assert "newer" in page.text
    assert "Nguyễn" not in page.text


@pytest.mark.parametrize("path", ["/letter", "/letter/check", "/letter/file", "/letter/decline"])
def test_without_a_link_there_is_a_kind_page_and_no_letter(client: Visitor, now: datetime, path: str) -> None:
    asked(now=now)
    assert client.get(path).status_code == 410
    client.get("/link/letter/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    page = client.get(path)
    assert page.status_code == 410
    assert "Nguyễn" not in page.text


@pytest.mark.parametrize(("stage", "status"), [("rejected", 410), ("withdrawn", 410), ("review", 200)])
def test_the_link_opens_while_the_application_is_in_the_procedure(
    client: Visitor, session: Session, now: datetime, stage: str, status: int
) -> None:
    application = asked(now=now)
    follow_link(client, session)
    move_to(application, stage, now=now)
    session.commit()
    assert client.get("/letter").status_code == status


def test_after_the_day_the_page_says_whom_to_write_to(client: Visitor, session: Session, now: datetime) -> None:
    asked(now=now)
    follow_link(client, session)
    letter_of(session).due_at = later(now, -1)
    session.commit()
    page = client.get("/letter")
    assert (page.status_code, "jobs@example.org" in page.text) == (410, True)
    assert client.post("/letter", data={"text": SECRET, "rating": ""}).status_code == 410


def test_one_link_opens_one_letter(client: Visitor, session: Session, now: datetime) -> None:
    asked(now=now)
    follow_link(client, session, FIRST)
    client.post("/letter", data={"text": SECRET, "rating": ""})
    follow_link(client, session, SECOND)
    assert SECRET not in client.get("/letter").text
    assert letter_of(session, SECOND).text == ""


def test_a_post_without_the_token_of_the_form_changes_nothing(client: Visitor, session: Session, now: datetime) -> None:
    asked(now=now)
    follow_link(client, session)
    assert client.post("/letter/decline", data={"reason": ""}, csrf=False).status_code >= 400
    assert letter_of(session).state is LetterState.ASKED


def test_the_request_reaches_the_referee_by_smtp_with_its_link(
    session: Session, smtp_server: MailServer, now: datetime
) -> None:
    asked(now=now)
    path = link_to(session, FIRST)
    run_due()
    to_first = next(one for one in smtp_server.letters if FIRST in str(one["To"]))
    body = to_first.get_body(("plain",))
    assert body is not None
    assert path in body.get_content().replace("=\n", "")
