"""People and their open sessions."""

import secrets
from datetime import datetime

from argon2 import PasswordHasher

from tests.factories.names import email_for, next_name
from tracker.models import Person, Session, SiteRole, new_id
from tracker.plumbing.clock import now as clock_now
from tracker.plumbing.database import db
from tracker.rules.emails import canonical_email
from tracker.web.access import key_hash

PASSWORD = "correct horse battery staple"
_quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def make_person(
    name: str | None = None,
    *,
    email: str | None = None,
    site_role: SiteRole = SiteRole.NONE,
    is_staff: bool = False,
    verified: bool = True,
    password: str | None = None,
    language: str = "en",
    time_zone: str = "Europe/Amsterdam",
    now: datetime | None = None,
) -> Person:
    """A candidate, unless said otherwise; without `password` nobody can sign in as them by the form."""
    moment = now or clock_now()
    address = email or email_for("staff" if is_staff else "candidate")
    person = Person(
        name=name or next_name(),
        email=address,
        email_canonical=canonical_email(address),
        email_verified_at=moment if verified else None,
        password_hash=_quick.hash(password) if password else None,
        site_role=site_role,
        is_staff=is_staff,
        language=language,
        time_zone=time_zone,
        created_at=moment,
    )
    db.session.add(person)
    db.session.flush()
    return person


def make_staff(
    name: str | None = None, *, email: str | None = None, password: str | None = None, language: str = "en"
) -> Person:
    """Came by invitation; has no role yet."""
    return make_person(name, email=email, is_staff=True, password=password, language=language)


def make_hr(name: str | None = None, *, email: str | None = None, password: str | None = None) -> Person:
    return make_person(name, email=email, site_role=SiteRole.HR, is_staff=True, password=password)


def make_admin(name: str | None = None, *, email: str | None = None, password: str | None = None) -> Person:
    return make_person(name, email=email, site_role=SiteRole.ADMIN, is_staff=True, password=password)


def make_session(
    person: Person, *, now: datetime | None = None, device: str = "Test browser", with_factor: bool = False
) -> str:
    """Open a session; gives back the key that the cookie holds."""
    moment = now or clock_now()
    key = secrets.token_urlsafe(32)
    session = Session(
        key_hash=key_hash(key),
        id=new_id(),
        person_id=person.id,
        opened_at=moment,
        seen_at=moment,
        factor_at=moment if with_factor else None,
        proved_at=moment,
        device=device,
        address="127.0.0.1",
    )
    db.session.add(session)
    db.session.flush()
    return key
