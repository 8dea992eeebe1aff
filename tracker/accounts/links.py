"""Secret links: 256 random bits kept as a hash, for one purpose, once, until they expire or are replaced by a newer."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, select, update

from tracker.models import Link, LinkPurpose
from tracker.plumbing.database import db

LASTS: Final = {
    LinkPurpose.VERIFY: timedelta(days=7),
    LinkPurpose.RESET: timedelta(hours=2),
    LinkPurpose.INVITE: timedelta(days=14),
    LinkPurpose.EMAIL: timedelta(hours=24),
    LinkPurpose.FIRST_ADMIN: timedelta(days=7),
    LinkPurpose.LETTER: timedelta(days=60),
}


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def make_link(
    purpose: LinkPurpose,
    *,
    now: datetime,
    person_id: str | None = None,
    subject_id: str | None = None,
    email: str = "",
    until: datetime | None = None,
    is_first: bool = False,
) -> str:
    """The token of a new link; earlier links of the same purpose for the same person and subject stop working.

    `is_first` where there are none: person or subject were made in this transaction.
    """
    if not is_first:
        replace_links(purpose, now=now, person_id=person_id, subject_id=subject_id)
    token = secrets.token_urlsafe(32)
    db.session.add(
        Link(
            token_hash=token_hash(token),
            purpose=purpose,
            person_id=person_id,
            subject_id=subject_id,
            email=email,
            created_at=now,
            expires_at=until or now + LASTS[purpose],
        )
    )
    return token


def replace_links(
    purpose: LinkPurpose, *, now: datetime, person_id: str | None = None, subject_id: str | None = None
) -> None:
    """No link of this purpose for this person and subject works any more."""
    db.session.execute(
        update(Link)
        .where(
            Link.purpose == purpose,
            Link.person_id.is_(None) if person_id is None else Link.person_id == person_id,
            Link.subject_id.is_(None) if subject_id is None else Link.subject_id == subject_id,
            Link.used_at.is_(None),
            Link.replaced_at.is_(None),
        )
        .values(replaced_at=now)
        .execution_options(synchronize_session="fetch")
    )


def link_of(kept_hash: str, purpose: LinkPurpose, *, now: datetime) -> Link | None:
    """The link with this hash, if it opens that purpose now; unknown, used, replaced and expired are the same."""
    return db.session.scalars(
        select(Link).where(Link.token_hash == kept_hash, Link.purpose == purpose, _works(now))
    ).one_or_none()


def use_link(kept_hash: str, purpose: LinkPurpose, *, now: datetime) -> Link | None:
    """Take the link, so that nobody else can; None if it no longer works. Two who try at once: one has it."""
    taken = db.session.execute(
        update(Link)
        .where(Link.token_hash == kept_hash, Link.purpose == purpose, _works(now))
        .values(used_at=now)
        .returning(Link)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).first()
    return taken[0] if taken else None


def _works(now: datetime) -> ColumnElement[bool]:
    return and_(Link.used_at.is_(None), Link.replaced_at.is_(None), Link.expires_at > now)
