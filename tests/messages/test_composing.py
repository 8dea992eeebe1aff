"""Composing from a template fills literal placeholders, and nothing else."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_application, make_hr, make_person, make_position
from tracker.messages.actions import compose, install_shipped, send
from tracker.messages.queries import of_application
from tracker.models import Application, Entry, Job, Message, MessageTemplate
from tracker.rules.refusals import Invalid

TRICKS = (
    "{candidate.__class__}",
    "{candidate!r}",
    "{0}",
    "{}",
    "%s %(candidate)s",
    "{{candidate}}",
    "{__init__}",
    "{{ config }}",
    "${candidate}",
)


def template(session: Session, *, body: str, subject: str = "About {position}") -> MessageTemplate:
    row = MessageTemplate(key="test", subject={"en": subject, "nl": subject}, body={"en": body, "nl": body})
    session.add(row)
    session.flush()
    return row


def applicant(language: str = "en", name: str = "Amélie Nguyễn") -> Application:
    return make_application(candidate=make_person(name=name, language=language))


@pytest.mark.parametrize("trick", TRICKS)
def test_only_literal_names_are_filled_in(session: Session, now: datetime, trick: str) -> None:
    template(session, body=f"A {trick} B")
    body = compose("test", applicant(), now=now).body
    assert body == f"A {trick.replace('{candidate}', 'Amélie Nguyễn')} B"


def test_what_a_value_holds_is_not_filled_in_again(session: Session, now: datetime) -> None:
    template(session, body="Dear {candidate}, {reference}")
    application = applicant(name="{reference} {institute}")
    assert compose("test", application, now=now).body == (
        f"Dear {{reference}} {{institute}}, {application.position.reference}"
    )


def test_every_placeholder_has_a_value(session: Session, now: datetime) -> None:
    install_shipped(now)
    application = applicant()
    for row in session.scalars(select(MessageTemplate)):
        for language in ("en", "nl"):
            draft = compose(row.key, application, language=language, now=now, reason="Because.")
            assert "{" not in draft.subject + draft.body


def test_dates_are_written_in_the_language_of_the_candidate(session: Session, now: datetime) -> None:
    position = make_position()
    position.closes_at = datetime(2027, 3, 12, 22, 59, tzinfo=UTC)
    position.decision_by = date(2099, 5, 1)
    template(session, body="{deadline} / {decision_by}")
    dutch = make_application(position, make_person(language="nl"))
    english = make_application(position, make_person(language="en"))
    assert compose("test", dutch, now=now).body == "12 maart 2027, 23:59 CET / 1 mei 2099"
    assert compose("test", english, now=now).body == "12 March 2027, 23:59 CET / 1 May 2099"


def test_a_decision_date_that_has_passed_is_not_promised(session: Session, now: datetime) -> None:
    application = applicant()
    application.position.decision_by = date(2020, 1, 1)
    template(session, body="{decision_by}")
    assert compose("test", application, now=now).body == "a date that we still have to set"


def test_an_absent_reason_leaves_no_hole(session: Session, now: datetime) -> None:
    template(session, body="One.\n\n{reason}\n\nTwo.")
    assert compose("test", applicant(), now=now).body == "One.\n\nTwo."
    assert compose("test", applicant(), now=now, reason="Why.").body == "One.\n\nWhy.\n\nTwo."


def test_a_name_with_markup_stays_text_in_the_mail(session: Session, now: datetime) -> None:
    application = applicant(name="<b>{candidate}</b> <script>alert(1)</script>")
    template(session, body="Dear {candidate},\n\nSee {status_link}")
    draft = compose("test", application, now=now)
    message = send(application, draft.subject, draft.body, kind="test", by=None, now=now)
    assert "<script>alert" not in message.html
    assert "&lt;b&gt;{candidate}&lt;/b&gt; &lt;script&gt;" in message.html
    assert "<b>{candidate}</b> <script>alert(1)</script>" in message.text


def test_the_own_page_is_a_button_and_stands_written_out(session: Session, now: datetime) -> None:
    application = applicant()
    template(session, body="Dear {candidate},\n\nYour application:\n{status_link}\n\nKind regards,\n{institute}")
    draft = compose("test", application, now=now)
    message = send(application, draft.subject, draft.body, kind="test", by=None, now=now)
    link = f"/applications/{application.id}"
    assert message.html.count(f'{link}"') == 2
    assert link in message.text
    assert message.text.count("Kind regards,") == 1
    assert message.html.count("Dear ") == 1


def test_a_message_goes_to_the_candidate_in_their_language_and_is_remembered(session: Session, now: datetime) -> None:
    application, hr = applicant("nl"), make_hr()
    message = send(application, "Onderwerp", "Tekst", kind="not_selected", by=hr, now=now)
    assert (message.to_email, message.language, message.by_id) == (application.candidate.email, "nl", hr.id)
    assert session.scalars(of_application(application.id)).all() == [message]
    jobs = session.scalars(select(Job).where(Job.name == "send_message")).all()
    assert [job.arguments for job in jobs] == [{"message": message.id}]
    entry = session.scalars(select(Entry).where(Entry.thing_id == application.id)).one()
    assert (entry.what, entry.by_id) == ("message_queued", hr.id)
    assert entry.data == {"message": message.id, "kind": "not_selected"}


def test_a_subject_cannot_carry_headers(session: Session, now: datetime) -> None:
    message = send(applicant(), "Hello\r\nBcc: all@example.org", "Text", kind="test", by=None, now=now)
    assert message.subject == "Hello Bcc: all@example.org"


@pytest.mark.parametrize(
    ("subject", "body"), [("", "Text"), ("Subject", "  \n "), ("Subject", "nul \x00"), ("a", "\ud83d")]
)
def test_an_empty_or_broken_message_is_refused(session: Session, now: datetime, subject: str, body: str) -> None:
    application = applicant()
    with pytest.raises(Invalid):
        send(application, subject, body, kind="test", by=None, now=now)
    assert session.scalars(select(Message)).all() == []


def test_a_template_that_is_not_there_is_named(session: Session, now: datetime) -> None:
    with pytest.raises(LookupError, match="nothing"):
        compose("nothing", applicant(), now=now)


def test_installing_twice_keeps_what_was_changed(session: Session, now: datetime) -> None:
    install_shipped(now)
    before = session.scalars(select(MessageTemplate)).all()
    before[0].subject = {"en": "Ours", "nl": "Het onze"}
    session.flush()
    install_shipped(now)
    assert len(session.scalars(select(MessageTemplate)).all()) == len(before) == 16
    assert before[0].subject["en"] == "Ours"
