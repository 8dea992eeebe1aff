"""Asking: who is mailed what, when the link works, reminders, another referee, and when it is over."""

from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.accounts.mailbox import kinds_to, link_to, mails_to
from tests.factories import make_person, move_to
from tests.letters.world import FIRST, REFEREES, SECOND, asked, letter_of
from tracker.letters import actions, mails
from tracker.letters.actions import Referee
from tracker.letters.queries import open_places, statuses
from tracker.models import Entry, Letter, LetterState, Link
from tracker.plumbing.events import Withdrawn, announce
from tracker.rules.letters import AFTER_DEADLINE, BETWEEN_REMINDERS
from tracker.rules.refusals import Invalid, NotAllowedNow

pytestmark = pytest.mark.usefixtures("app")


def test_each_referee_is_asked_once_by_a_mail_that_names_candidate_and_position(
    session: Session, now: datetime
) -> None:
    asked(now=now)
    assert kinds_to(session, FIRST) == kinds_to(session, SECOND) == ["letter_request"]
    mail = mails_to(session, FIRST)[0]
    assert "Nguyễn Thị Linh" in mail.subject
    assert "The sleeping brain" in mail.text
    assert mail.application_id is None


def test_a_referee_reads_the_language_that_the_candidate_chose_from_first_to_last(
    session: Session, now: datetime
) -> None:
    first, second = REFEREES
    application = asked(now=now, referees=[first | {"language": "nl"}, second | {"language": "tlh"}])
    letter, other = letter_of(session, FIRST), letter_of(session, SECOND)
    assert (letter.language, other.language) == ("nl", "en")
    actions.remind(letter, by=application.candidate, now=now + BETWEEN_REMINDERS)
    mails.thanked(letter, now=now)
    mails.not_needed(letter, now=now)
    session.commit()
    sent = mails_to(session, FIRST)
    assert [one.language for one in sent] == ["nl"] * 4
    english = (
        "The sleeping brain\n",
        "Dear ",
        "Kind regards",
        "Thank you",
        "letter of",
        "Questions",
        "cannot reply",
        "Please",
    )
    assert [word for word in english for one in sent if word in one.subject + one.text] == []
    assert "Dear Dr. Ngozi Okafor" in mails_to(session, SECOND)[0].text


def test_no_mail_to_a_referee_speaks_of_signing_in_and_each_names_whom_to_ask(session: Session, now: datetime) -> None:
    application = asked(now=now)
    letter = letter_of(session, FIRST)
    actions.remind(letter, by=application.candidate, now=now + BETWEEN_REMINDERS)
    mails.thanked(letter, now=now)
    mails.not_needed(letter, now=now)
    session.commit()
    for mail in mails_to(session, FIRST):
        for words in (mail.text, mail.html):
            assert "sign in" not in words.casefold()
            assert "answering this mail" not in words
            assert "Jan van der Berg, jobs@example.org" in words
    mails.declined(letter, now=now)
    session.commit()
    assert "Sign in at" in mails_to(session, application.candidate.email)[-1].text


def test_no_letter_is_asked_where_the_position_wants_none(session: Session, now: datetime) -> None:
    asked(now=now, letters_wanted=0)
    assert session.scalar(select(func.count()).select_from(Letter)) == 0


def test_an_address_named_twice_is_asked_once(session: Session, now: datetime) -> None:
    same = [{"name": "A", "email": FIRST}, {"name": "B", "email": FIRST.upper()}]
    asked(now=now, referees=same)
    assert session.scalar(select(func.count()).select_from(Letter)) == 1


def test_letters_are_due_two_weeks_after_the_deadline(session: Session, now: datetime) -> None:
    application = asked(now=now)
    closes_at = application.position.closes_at
    assert closes_at is not None
    assert letter_of(session).due_at == closes_at + AFTER_DEADLINE


def test_the_link_is_kept_as_a_hash_alone(session: Session, now: datetime) -> None:
    asked(now=now)
    token = link_to(session, FIRST).rsplit("/", 1)[1]
    assert len(token) >= 43
    assert session.scalar(select(func.count()).where(Link.token_hash == token)) == 0


def test_a_name_that_would_become_a_link_is_not_mailed(session: Session, now: datetime) -> None:
    application = asked(now=now, letters_wanted=0)
    application.name = "Win a prize at https://evil.example"
    actions.ask(application, Referee("www.evil.example", FIRST), now=now)
    session.commit()
    mail = mails_to(session, FIRST)[0]
    assert "evil.example" not in mail.text + mail.html + mail.subject + mail.to_name


def test_a_reminder_brings_a_new_link_and_ends_the_old(session: Session, now: datetime) -> None:
    application = asked(now=now)
    first = link_to(session, FIRST)
    moment = now + BETWEEN_REMINDERS
    actions.remind(letter_of(session), by=application.candidate, now=moment)
    session.commit()
    assert kinds_to(session, FIRST) == ["letter_request", "letter_reminder"]
    assert link_to(session, FIRST) != first
    working = select(func.count()).where(Link.subject_id == letter_of(session).id, Link.replaced_at.is_(None))
    assert session.scalar(working) == 1


def test_a_referee_is_reminded_at_most_three_times_and_not_within_three_days(session: Session, now: datetime) -> None:
    application = asked(now=now)
    with pytest.raises(NotAllowedNow):
        actions.remind(letter_of(session), by=application.candidate, now=now)
    for turn in (1, 2, 3):
        actions.remind(letter_of(session), by=application.candidate, now=now + turn * BETWEEN_REMINDERS)
        session.commit()
    with pytest.raises(NotAllowedNow):
        actions.remind(letter_of(session), by=application.candidate, now=now + 4 * BETWEEN_REMINDERS)


def test_who_has_not_answered_is_reminded_before_the_day_once(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(now=now)
    session.commit()
    due_at = letter_of(session).due_at
    assert due_at is not None
    before = due_at - BETWEEN_REMINDERS / 2
    monkeypatch.setattr(actions, "clock_now", lambda: before)
    assert actions.remind_referees() == 2
    session.commit()
    assert actions.remind_referees() == 0


def test_withdrawing_ends_what_was_asked_and_tells_the_referees(session: Session, now: datetime) -> None:
    application = asked(now=now)
    announce(Withdrawn(application.id), now=now)
    session.commit()
    assert letter_of(session).state is LetterState.CANCELLED
    assert kinds_to(session, SECOND) == ["letter_request", "letter_not_needed"]
    assert session.scalar(select(func.count()).where(Link.replaced_at.is_(None))) == 0


def test_another_referee_is_named_only_in_the_place_of_one_who_declined(session: Session, now: datetime) -> None:
    application = asked(now=now)
    with pytest.raises(NotAllowedNow):
        actions.ask_another(application, Referee("Eve", "eve@uni.example"), by=application.candidate, now=now)
    letter_of(session).state = LetterState.DECLINED
    session.commit()
    assert open_places(application) == 1
    actions.ask_another(application, Referee("Eve", "Eve@Uni.example"), by=application.candidate, now=now)
    session.commit()
    assert kinds_to(session, "eve@uni.example") == ["letter_request"]
    assert open_places(application) == 0


@pytest.mark.parametrize("email", [FIRST, SECOND.upper(), "linh@example.org", "not an address", ""])
def test_another_referee_is_a_new_person_with_an_address(session: Session, now: datetime, email: str) -> None:
    application = asked(now=now)
    letter_of(session).state = LetterState.DECLINED
    session.commit()
    with pytest.raises(Invalid):
        actions.ask_another(application, Referee("Somebody", email), by=application.candidate, now=now)


def test_nothing_is_asked_once_the_procedure_is_over_for_the_candidate(session: Session, now: datetime) -> None:
    application = asked(now=now)
    letter_of(session).state = LetterState.DECLINED
    move_to(application, "rejected", now=now)
    session.commit()
    with pytest.raises(NotAllowedNow):
        actions.ask_another(application, Referee("Eve", "eve@uni.example"), by=application.candidate, now=now)
    assert not any(one.is_open for one in statuses(application, now))


def test_every_step_is_a_line_of_the_history_without_names_or_words(session: Session, now: datetime) -> None:
    application = asked(now=now)
    actions.cancel(letter_of(session), by=make_person("HR"), now=now)
    session.commit()
    lines = session.scalars(select(Entry).where(Entry.thing_id == application.id).order_by(Entry.number)).all()
    assert [line.what for line in lines] == ["letter_asked", "letter_asked", "letter_cancelled"]
    assert all(set(line.data) == {"letter"} for line in lines)
