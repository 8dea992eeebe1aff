"""Comments as they are read, and who may be called upon in them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select

from tracker.models import (
    Application,
    Audience,
    Person,
    PositionRole,
    PositionTheme,
    Review,
    ReviewState,
    Seat,
    SiteRole,
    ThemeSeat,
)
from tracker.plumbing.database import db
from tracker.rules.facets import COMMENTS, Facet, facets
from tracker.rules.permissions import May
from tracker.rules.policy import can
from tracker.rules.roles import Standing


@dataclass(frozen=True)
class Reader:
    """Somebody who reads this application, with their standing towards it."""

    person: Person
    standing: Standing


@dataclass(frozen=True)
class Said:
    """A comment as stored; not yet narrowed to what a reader may see."""

    id: str
    author_id: str
    author: str
    audience: Audience
    text: str
    written_at: datetime
    edited_at: datetime | None
    withdrawn_at: datetime | None
    version: int


@dataclass(frozen=True)
class CommentView:
    """A comment as one reader may see it; a withdrawn one has no text."""

    id: str
    author: str
    audience: Audience
    text: str
    written_at: datetime
    edited_at: datetime | None
    is_withdrawn: bool
    is_mine: bool
    can_edit: bool
    edit_until: datetime
    version: int


@dataclass(frozen=True)
class Desk:
    """What the box under the comments offers this reader."""

    audiences: tuple[Audience, ...]
    edit_minutes: int
    text: str = ""
    audience: Audience | None = None
    error: str = ""


def views_of(
    said: Sequence[Said],
    seen: frozenset[Facet],
    *,
    reader_id: str,
    edit_time: timedelta,
    now: datetime,
    clean: Callable[[str], str],
) -> tuple[CommentView, ...]:
    """Those a reader with these facets may see: each audience is a facet, and one's own words are never hidden."""
    return tuple(
        CommentView(
            id=one.id,
            author=one.author,
            audience=one.audience,
            text="" if one.withdrawn_at else clean(one.text),
            written_at=one.written_at,
            edited_at=one.edited_at,
            is_withdrawn=one.withdrawn_at is not None,
            is_mine=one.author_id == reader_id,
            can_edit=one.author_id == reader_id and not one.withdrawn_at and now <= one.written_at + edit_time,
            edit_until=one.written_at + edit_time,
            version=one.version,
        )
        for one in said
        if one.author_id == reader_id or COMMENTS[one.audience] in seen
    )


def readers(application: Application) -> list[Reader]:
    """Everyone who may see the application, but administrators: they give a reason first."""
    seat = and_(Seat.person_id == Person.id, Seat.position_id == application.position_id)
    of_themes = select(PositionTheme.theme_id).where(PositionTheme.position_id == application.position_id)
    rows = db.session.execute(
        select(Person, Seat.role, ThemeSeat.theme_id)
        .outerjoin(Seat, seat)
        .outerjoin(ThemeSeat, and_(ThemeSeat.person_id == Person.id, ThemeSeat.theme_id.in_(of_themes)))
        .where(
            Person.closed_at.is_(None),
            Person.is_staff.is_(True),
            or_(Seat.role.is_not(None), ThemeSeat.theme_id.is_not(None), Person.site_role == SiteRole.HR),
        )
        .order_by(Person.name, Person.id)
    )
    roles: dict[Person, tuple[PositionRole | None, frozenset[str]]] = {}
    for person, role, theme in rows:
        before = roles.get(person, (None, frozenset[str]()))[1]
        roles[person] = (role, before | {theme} if theme else before)
    everyone = [Reader(person, _standing(person, application, *held)) for person, held in roles.items()]
    return [one for one in everyone if can(one.standing, May.VIEW_APPLICATION, application)]


def _standing(person: Person, application: Application, role: PositionRole | None, themes: frozenset[str]) -> Standing:
    """Towards this one application; what they are elsewhere does not matter here."""
    return Standing(
        person_id=person.id,
        site=person.site_role,
        is_staff=person.is_staff,
        seats={application.position_id: role} if role else {},
        themes=themes,
    )


def who_reads(application: Application, audience: Audience) -> list[Reader]:
    """Those who may read a comment to this audience now; a reviewer only once their own review is in."""
    done = set(
        db.session.scalars(
            select(Review.reviewer_id).where(Review.application_id == application.id, Review.state != ReviewState.DRAFT)
        )
    )
    return [
        one
        for one in readers(application)
        if COMMENTS[audience] in facets(one.standing, application, own_review_in=one.person.id in done)
    ]


def mentioned_in(text: str, among: Sequence[Reader]) -> list[Reader]:
    """Those whose name follows an @, longest names first, so that Ann is not found in Ann Lee."""
    left, found = text.casefold(), []
    for one in sorted(among, key=lambda reader: -len(reader.person.name)):
        mark = f"@{one.person.name.casefold()}"
        if mark in left:
            left = left.replace(mark, " ")
            found.append(one)
    return found
