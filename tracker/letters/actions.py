"""Asking for letters, reminding, giving them back, declining, cancelling."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from tracker.accounts.links import make_link, replace_links, use_link
from tracker.applications.drafts import form_of
from tracker.applications.queries import answers_of
from tracker.letters import mails
from tracker.letters.files import forget_file
from tracker.letters.queries import ACTIVE, open_places, reminders_of
from tracker.models import Application, Letter, LetterState, LinkPurpose, Person, new_id
from tracker.plumbing.clock import now as clock_now
from tracker.plumbing.database import db
from tracker.plumbing.events import LetterAnswered, PositionCancelled, Submitted, Withdrawn, announce
from tracker.plumbing.history import remember
from tracker.plumbing.jobs import periodic
from tracker.plumbing.mail import queue_all
from tracker.rules.emails import canonical_email, looks_like_email
from tracker.rules.letters import LONGEST, RATINGS, SOON, due, is_open, refuse_reminder
from tracker.rules.limits import LINE, NAME, PARAGRAPH, TextRefused, clean_text
from tracker.rules.questions import QuestionType
from tracker.rules.refusals import Invalid, NotAllowedNow
from tracker.rules.sentences import say
from tracker.rules.words import FALLBACK, LANGUAGES


@dataclass(frozen=True)
class Referee:
    name: str
    email: str
    organisation: str = ""
    relation: str = ""
    language: str = FALLBACK


@dataclass(frozen=True)
class Written:
    """What a referee wrote, before it is sent."""

    text: str = ""
    rating: str = ""


# --- asking


def ask_referees(event: Submitted, *, now: datetime) -> None:
    """Ask everyone the candidate named, once the application is there; where the position wants letters."""
    application = db.session.get_one(Application, event.application_id)
    if application.position.letters_wanted <= 0:
        return
    ask_all(application, _named(application), now=now)


def _named(application: Application) -> list[Referee]:
    keys = sorted(one.key for one in form_of(application).questions if one.type is QuestionType.REFEREES)
    answers = answers_of(application)
    found = [_referee(entry) for key in keys if key in answers for entry in answers[key].value or []]
    return list({canonical_email(one.email): one for one in found if looks_like_email(one.email)}.values())


def _referee(entry: Mapping[str, Any]) -> Referee:
    return Referee(
        name=str(entry.get("name", ""))[:NAME],
        email=str(entry.get("email", "")),
        organisation=str(entry.get("organisation", ""))[:200],
        relation=str(entry.get("relation", ""))[:200],
        language=_spoken(entry.get("language")),
    )


def _spoken(language: object) -> str:
    """Referees are all over the world: English where the candidate chose nothing else."""
    return str(language) if language in LANGUAGES else FALLBACK


def ask(application: Application, referee: Referee, *, now: datetime, by: Person | None = None) -> Letter:
    """Ask for a letter, by a link that no one but this referee gets."""
    return ask_all(application, [referee], now=now, by=by)[0]


def ask_all(
    application: Application, referees: Sequence[Referee], *, now: datetime, by: Person | None = None
) -> list[Letter]:
    """Each for a letter, in as many statements as for one."""
    letters = [
        Letter(
            id=new_id(),
            application=application,
            referee_name=referee.name,
            referee_email=referee.email,
            referee_organisation=referee.organisation,
            relation=referee.relation,
            language=referee.language,
            state=LetterState.ASKED,
            asked_at=now,
            due_at=due(application, now),
        )
        for referee in referees
    ]
    db.session.add_all(letters)
    for letter in letters:
        remember("application", application.id, "letter_asked", by=by, now=now, letter=letter.id)
    queue_all([mails.asked(letter, _link(letter, now, is_first=True), now=now) for letter in letters], now=now)
    return letters


def _link(letter: Letter, now: datetime, *, is_first: bool = False) -> str:
    return make_link(
        LinkPurpose.LETTER,
        now=now,
        subject_id=letter.id,
        email=letter.referee_email,
        until=letter.due_at,
        is_first=is_first,
    )


def ask_another(application: Application, referee: Referee, *, by: Person, now: datetime) -> Letter:
    """The candidate names somebody else in the place of who declined."""
    db.session.refresh(application, with_for_update=True)
    if application.submitted_at is None or application.ended_at is not None:
        raise NotAllowedNow(say("Letters are no longer asked for this application."))
    if open_places(application) <= 0:
        raise NotAllowedNow(say("There are as many referees as the position wants."))
    taken = db.session.scalars(
        select(Letter.referee_email).where(
            Letter.application_id == application.id, Letter.state.in_((*ACTIVE, LetterState.DECLINED))
        )
    )
    wanted = _checked(referee)
    if canonical_email(wanted.email) in {canonical_email(one) for one in taken}:
        raise Invalid(say("This person was asked already. Please name somebody else."))
    if canonical_email(wanted.email) == canonical_email(by.email):
        raise Invalid(say("This is your own address. A letter comes from somebody else."))
    return ask(application, wanted, now=now, by=by)


def _checked(referee: Referee) -> Referee:
    try:
        checked = Referee(
            name=clean_text(referee.name, maximum=NAME, multiline=False),
            email=canonical_email(clean_text(referee.email, maximum=LINE, multiline=False)),
            organisation=clean_text(referee.organisation, maximum=200, multiline=False),
            relation=clean_text(referee.relation, maximum=200, multiline=False),
            language=_spoken(referee.language),
        )
    except TextRefused as refusal:
        raise Invalid(refusal.sentence) from refusal
    if not checked.name or not looks_like_email(checked.email):
        raise Invalid(say("Give the name and the e-mail address of your referee."))
    return checked


# --- reminding and cancelling


def remind(letter: Letter, *, by: Person | None, now: datetime) -> None:
    """A new link by mail; the earlier one stops working. NotAllowedNow when the referee was just mailed."""
    db.session.refresh(letter, with_for_update=True)
    hindrance = refuse_reminder(letter, reminders=reminders_of([letter.id]).get(letter.id, 0), now=now)
    if hindrance is not None:
        raise NotAllowedNow(hindrance)
    _remind(letter, by=by, now=now)


def remind_for_hr(letter: Letter, *, by: Person, now: datetime) -> None:
    """HR may ask again also after the day; the referee then has a week."""
    db.session.refresh(letter, with_for_update=True)
    if letter.state is not LetterState.ASKED or letter.application.ended_at is not None:
        raise NotAllowedNow(say("This referee is no longer asked for a letter."))
    letter.due_at = max(letter.due_at or now, due(letter.application, now))
    _remind(letter, by=by, now=now)


def _remind(letter: Letter, *, by: Person | None, now: datetime) -> None:
    letter.reminded_at = now
    db.session.flush()
    mails.reminded(letter, _link(letter, now), now=now)
    remember("application", letter.application_id, "letter_reminded", by=by, now=now, letter=letter.id)


@periodic("remind_referees", every=timedelta(hours=6))
def remind_referees() -> int:
    """Some days before the day, once, whoever has not answered."""
    now = clock_now()
    waiting = db.session.scalars(
        select(Letter)
        .where(
            Letter.state == LetterState.ASKED,
            Letter.reminded_at.is_(None),
            Letter.due_at > now,
            Letter.due_at <= now + SOON,
            Letter.asked_at < now - SOON,
        )
        .order_by(Letter.id)
        .with_for_update()
    ).all()
    open_ones = [letter for letter in waiting if is_open(letter, now)]
    for letter in open_ones:
        _remind(letter, by=None, now=now)
    return len(open_ones)


def cancel(letter: Letter, *, by: Person | None, now: datetime) -> None:
    """No longer wanted: the link dies and the referee is told; NotAllowedNow once it was answered."""
    db.session.refresh(letter, with_for_update=True)
    if letter.state is not LetterState.ASKED:
        raise NotAllowedNow(say("This referee has answered already."))
    letter.state, letter.answered_at = LetterState.CANCELLED, now
    forget_file(letter, now=now)
    letter.text, letter.rating = "", ""
    replace_links(LinkPurpose.LETTER, now=now, subject_id=letter.id)
    db.session.flush()
    remember("application", letter.application_id, "letter_cancelled", by=by, now=now, letter=letter.id)
    mails.not_needed(letter, now=now)


def cancel_open(event: Withdrawn, *, now: datetime) -> None:
    """Nobody writes about an application that was withdrawn."""
    asked = select(Letter).where(Letter.application_id == event.application_id, Letter.state == LetterState.ASKED)
    for letter in db.session.scalars(asked.order_by(Letter.id)).all():
        cancel(letter, by=None, now=now)


def cancel_open_of_position(event: PositionCancelled, *, now: datetime) -> None:
    """Nor about a position that was cancelled."""
    asked = (
        select(Letter)
        .join(Application)
        .where(Application.position_id == event.position_id, Letter.state == LetterState.ASKED)
    )
    for letter in db.session.scalars(asked.order_by(Letter.id)).all():
        cancel(letter, by=None, now=now)


# --- the referee


def keep(letter: Letter, written: Written, *, now: datetime) -> None:
    """Keep what the referee wrote, to look over before it is sent; nobody else sees it yet."""
    _refuse_answered(letter, now)
    try:
        letter.text = clean_text(written.text, maximum=LONGEST)
    except TextRefused as refusal:
        raise Invalid(refusal.sentence) from refusal
    letter.rating = written.rating if written.rating in RATINGS else ""
    db.session.flush()


def send(letter: Letter, kept_hash: str, *, now: datetime) -> None:
    """The letter goes to the committee, once; the link is used up."""
    _refuse_answered(letter, now)
    if not letter.text and letter.storage_key is None:
        raise Invalid(say("Upload a letter or write one first."))
    _use(kept_hash, now)
    letter.state, letter.answered_at = LetterState.RECEIVED, now
    db.session.flush()
    remember("application", letter.application_id, "letter_received", by=None, now=now, letter=letter.id)
    mails.thanked(letter, now=now)
    announce(LetterAnswered(letter.id), now=now)


def decline(letter: Letter, kept_hash: str, reason: str, *, now: datetime) -> None:
    """The referee will not write; the candidate learns that, not why."""
    _refuse_answered(letter, now)
    try:
        why = clean_text(reason, maximum=PARAGRAPH)
    except TextRefused as refusal:
        raise Invalid(refusal.sentence) from refusal
    _use(kept_hash, now)
    forget_file(letter, now=now)
    letter.state, letter.answered_at, letter.decline_reason = LetterState.DECLINED, now, why
    letter.text, letter.rating = "", ""
    db.session.flush()
    remember("application", letter.application_id, "letter_declined", by=None, now=now, letter=letter.id)
    mails.declined(letter, now=now)
    announce(LetterAnswered(letter.id), now=now)


def _use(kept_hash: str, now: datetime) -> None:
    if use_link(kept_hash, LinkPurpose.LETTER, now=now) is None:
        raise NotAllowedNow(say("This link no longer works."))


def _refuse_answered(letter: Letter, now: datetime) -> None:
    db.session.refresh(letter, with_for_update=True)
    if not is_open(letter, now):
        raise NotAllowedNow(say("This letter was answered already, or is no longer needed."))
