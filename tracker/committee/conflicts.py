"""Declaring conflicts of interest, an administrator's reason, and taking a declaration back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from tracker.models import (
    Application,
    Assignment,
    Conflict,
    ConflictKind,
    Notice,
    Opening,
    Person,
    SiteRole,
    new_id,
)
from tracker.plumbing.database import db
from tracker.plumbing.events import ConflictDeclared, announce
from tracker.plumbing.history import remember
from tracker.plumbing.standing import standing_of
from tracker.rules.facets import knows_name
from tracker.rules.limits import PARAGRAPH, TextRefused, clean_text
from tracker.rules.permissions import May
from tracker.rules.policy import can
from tracker.rules.predicates import is_blind
from tracker.rules.refusals import Forbidden, Invalid
from tracker.rules.roles import Standing
from tracker.rules.sentences import say

BLOCKING = frozenset(ConflictKind) - {ConflictKind.NONE, ConflictKind.OTHER}
REASON_HOLDS = timedelta(hours=1)


@dataclass(frozen=True)
class Declaration:
    """What a reader says about one applicant."""

    application: Application
    kind: ConflictKind
    note: str = ""


def declare(declarations: Iterable[Declaration], *, by: Person, now: datetime) -> int:
    """Keep what this reader declares; the number of applications that thereby left their sight."""
    who = standing_of(by)
    return sum(_declare(one, who, by=by, now=now) for one in declarations)


def _declare(declared: Declaration, who: Standing, *, by: Person, now: datetime) -> bool:
    application = declared.application
    if not can(who, May.DECLARE_CONFLICT, application):
        raise Forbidden(say("You do not declare conflicts for this application."))
    note = checked_note(declared.kind, declared.note)
    conflict = _row(application, by)
    conflict.kind, conflict.note = declared.kind, note
    conflict.blocks = declared.kind in BLOCKING
    conflict.was_blind = _is_blind_to(who, application)
    conflict.declared_at = now
    db.session.flush()
    if conflict.blocks:
        _unassign(application, by, now=now)
    if conflict.kind is ConflictKind.OTHER:
        _tell_hr(application, now=now)
    remember(
        "application", application.id, "conflict_declared", by=by, now=now, kind=conflict.kind, blocks=conflict.blocks
    )
    announce(ConflictDeclared(application.id, by.id), now=now)
    return conflict.blocks


def is_news(declared: Declaration, who: Standing) -> bool:
    """Whether it differs from what this reader said of the applicant, knowing as much."""
    application = declared.application
    before = _said_before(application, who.person_id)
    said = declared.kind, checked_note(declared.kind, declared.note), _is_blind_to(who, application)
    return before is None or (before.kind, before.note, before.was_blind) != said


def _said_before(application: Application, person_id: str) -> Conflict | None:
    return next((one for one in application.conflicts if one.person_id == person_id), None)


def _is_blind_to(who: Standing, application: Application) -> bool:
    return is_blind(application) and not knows_name(who, application)


def _row(application: Application, by: Person) -> Conflict:
    found = _said_before(application, by.id)
    if found is None:
        found = Conflict(application_id=application.id, person_id=by.id)
        application.conflicts.append(found)
    return found


def checked_note(kind: ConflictKind, note: str) -> str:
    """The note as it is kept; Invalid where another kind of conflict is not told in words."""
    try:
        text = clean_text(note, maximum=PARAGRAPH)
    except TextRefused as refusal:
        raise Invalid(refusal.sentence) from refusal
    if kind is ConflictKind.OTHER and not text:
        raise Invalid(say("Tell HR in a few words what it is."))
    return "" if kind is ConflictKind.NONE else text


def _unassign(application: Application, person: Person, *, now: datetime) -> None:
    """Whoever steps aside no longer has it to review."""
    gone = db.session.execute(
        delete(Assignment).where(Assignment.application_id == application.id, Assignment.person_id == person.id)
    )
    if gone.rowcount:  # type: ignore[attr-defined]  # a cursor's
        db.session.expire(application, ["assignments"])
        remember("application", application.id, "unassigned", by=person, now=now, reviewer=person.id)


def _tell_hr(application: Application, *, now: datetime) -> None:
    officers = select(Person.id).where(Person.site_role == SiteRole.HR, Person.closed_at.is_(None))
    for officer in db.session.scalars(officers):
        db.session.add(
            Notice(id=new_id(), person_id=officer, kind="conflict_told", application_id=application.id, at=now)
        )


def lift(conflict: Conflict, *, by: Person, now: datetime) -> None:
    """HR takes a declaration back that was made by mistake; its author is asked again."""
    if not standing_of(by).is_hr:
        raise Forbidden(say("Only HR takes a declaration back."))
    application_id, person_id, kind = conflict.application_id, conflict.person_id, conflict.kind
    db.session.delete(conflict)
    db.session.flush()
    remember("application", application_id, "conflict_lifted", by=by, now=now, person=person_id, kind=kind)


def open_with_reason(application: Application, reason: str, *, by: Person, now: datetime) -> Opening:
    """An administrator says why they look into this application; holds for an hour."""
    who = standing_of(by)
    if not who.is_admin or not can(who, May.OPEN_DOSSIER, application):
        raise Forbidden(say("Only an administrator opens an application for a reason."))
    try:
        text = clean_text(reason, maximum=PARAGRAPH)
    except TextRefused as refusal:
        raise Invalid(refusal.sentence) from refusal
    if len(text) < 10:
        raise Invalid(say("Write in a sentence why you need to look into this application."))
    opening = Opening(
        id=new_id(), application_id=application.id, person_id=by.id, reason=text, until=now + REASON_HOLDS
    )
    db.session.add(opening)
    remember("application", application.id, "opened_with_reason", by=by, now=now, opening=opening.id)
    return opening
