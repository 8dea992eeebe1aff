"""Which letters there are; who may read what of them, the facets say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from tracker.accounts.links import link_of
from tracker.models import Application, Letter, LetterState, Link, LinkPurpose
from tracker.plumbing.database import db
from tracker.plumbing.sight import sees
from tracker.rules.letters import is_open, refuse_reminder
from tracker.rules.roles import Standing
from tracker.rules.sentences import Sentence

ACTIVE = (LetterState.ASKED, LetterState.RECEIVED)


def letters_of(application_id: str) -> Sequence[Letter]:
    """All letters of an application, in the order in which they were asked for."""
    return db.session.scalars(
        select(Letter).where(Letter.application_id == application_id).order_by(Letter.asked_at, Letter.id)
    ).all()


def visible_letters(who: Standing) -> Select[Letter]:
    """Letters of applications that this standing sees as a reader; what they may do with them is policy."""
    return select(Letter).join(Application).where(sees(who))


@dataclass(frozen=True)
class Status:
    """What a candidate knows of a letter: that it was asked, and what became of it; never a word of it."""

    id: str
    referee: str
    organisation: str
    state: LetterState
    at: datetime
    is_open: bool
    obstacle: Sentence | None
    """Why the referee cannot be reminded now."""


def statuses(application: Application, now: datetime) -> list[Status]:
    letters = letters_of(application.id)
    counts = reminders_of([letter.id for letter in letters])
    return [
        Status(
            id=letter.id,
            referee=letter.referee_name,
            organisation=letter.referee_organisation,
            state=letter.state,
            at=letter.answered_at or letter.reminded_at or letter.asked_at,
            is_open=is_open(letter, now),
            obstacle=refuse_reminder(letter, reminders=counts.get(letter.id, 0), now=now),
        )
        for letter in letters
    ]


def reminders_of(letter_ids: Sequence[str]) -> dict[str, int]:
    """How often each referee was reminded: every reminder brought a new link."""
    rows = db.session.execute(
        select(Link.subject_id, func.count())
        .where(Link.purpose == LinkPurpose.LETTER, Link.subject_id.in_(letter_ids))
        .group_by(Link.subject_id)
    )
    return {str(letter_id): count - 1 for letter_id, count in rows}


def open_places(application: Application) -> int:
    """How many more referees the candidate may name: places left by those who declined."""
    active = db.session.scalar(
        select(func.count()).where(Letter.application_id == application.id, Letter.state.in_(ACTIVE))
    )
    return max(0, application.position.letters_wanted - int(active or 0))


@dataclass(frozen=True)
class Behind:
    """What stands behind the link a browser came with."""

    letter: Letter | None = None
    works: bool = False
    """The link opens the letter now, and the letter can be answered."""


def behind(kept_hash: str, now: datetime) -> Behind:
    """The letter of this link, also of one that was used or replaced, so that its page can say what happened."""
    known = db.session.get(Link, kept_hash) if kept_hash else None
    if known is None or known.purpose is not LinkPurpose.LETTER or known.subject_id is None:
        return Behind()
    letter = db.session.get(Letter, known.subject_id)
    if letter is None:
        return Behind()
    return Behind(letter, link_of(kept_hash, LinkPurpose.LETTER, now=now) is not None and is_open(letter, now))
