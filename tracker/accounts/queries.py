"""Finding people: by address, their sessions, and the administrator's list."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, false, or_, select

from tracker.models import Identity, Passkey, Person, Session, SiteRole
from tracker.plumbing.database import db
from tracker.rules.emails import canonical_email
from tracker.rules.roles import Standing

_owner = select(Person).where(Person.email_canonical == bindparam("canonical"), Person.closed_at.is_(None))


def claimant(email: str) -> Person | None:
    """The open account that owns this address, however it is written."""
    return db.session.scalars(_owner, {"canonical": canonical_email(email)}).one_or_none()


def newest_unclaimed(email: str) -> Person | None:
    """The latest open account that gave this address and has not proved it; `actions.unclaimed` says how it is kept."""
    canonical = canonical_email(email)
    waiting = (
        select(Person)
        .where(
            Person.email_canonical.startswith(f"{canonical} ", autoescape=True),
            Person.closed_at.is_(None),
        )
        .order_by(Person.created_at.desc(), Person.id.desc())
        .limit(1)
    )
    return db.session.scalars(waiting).one_or_none()


def own_sessions(who: Standing) -> Select[Any]:
    """One's open sessions."""
    return select(Session).where(Session.person_id == (who.person_id or None), Session.ended_at.is_(None))


def own_passkeys(who: Standing) -> Select[Any]:
    return select(Passkey).where(Passkey.person_id == (who.person_id or None))


def own_identities(who: Standing) -> Select[Any]:
    return select(Identity).where(Identity.person_id == (who.person_id or None))


def open_sessions(person: Person, *, seen_after: datetime, opened_after: datetime) -> list[Session]:
    """Those that still open something, the last used first."""
    live = select(Session).where(
        Session.person_id == person.id,
        Session.ended_at.is_(None),
        Session.seen_at > seen_after,
        Session.opened_at > opened_after,
    )
    return list(db.session.scalars(live.order_by(Session.seen_at.desc(), Session.id)))


def people(who: Standing) -> Select[Any]:
    """Everybody with an account, for the administrator alone."""
    return select(Person) if who.is_admin else select(Person).where(false())


def working_here() -> Select[Any]:
    """Staff whose account is open: whom one may seat on a committee or mention."""
    works = or_(Person.is_staff.is_(True), Person.site_role != SiteRole.NONE)
    return select(Person).where(works, Person.closed_at.is_(None))


def has_way_in() -> ColumnElement[bool]:
    """Has a password, or somebody who vouches for them: has come here, where they were invited."""
    return or_(Person.password_hash.is_not(None), select(Identity.id).where(Identity.person_id == Person.id).exists())


def has_come(person: Person) -> bool:
    return db.session.scalar(select(Person.id).where(Person.id == person.id, has_way_in())) is not None


def has_administrator() -> bool:
    admins = select(Person.id).where(Person.site_role == SiteRole.ADMIN, Person.closed_at.is_(None)).limit(1)
    return db.session.scalar(admins) is not None
