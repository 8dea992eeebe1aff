"""What people sign in with besides a password, and sessions that have not shown it."""

from datetime import datetime

import pyotp

from tests.factories.people import _quick
from tracker.accounts.sealed import seal
from tracker.models import Authenticator, Identity, Passkey, Person, RecoveryCode
from tracker.plumbing.clock import now as clock_now
from tracker.plumbing.database import db
from tracker.rules.codes import new_recovery_code


def make_authenticator(person: Person, *, now: datetime | None = None) -> pyotp.TOTP:
    """An app that is set up; gives what shows its codes: `.now()`, `.at(moment)`."""
    moment, secret = now or clock_now(), pyotp.random_base32()
    db.session.add(
        Authenticator(
            person_id=person.id,
            secret=seal(secret, person_id=person.id),
            last_step=0,
            created_at=moment,
            confirmed_at=moment,
        )
    )
    person.factor_since = moment
    db.session.flush()
    return pyotp.TOTP(secret)


def make_recovery_codes(person: Person, *, how_many: int = 2) -> list[str]:
    codes = [new_recovery_code() for _ in range(how_many)]
    db.session.add_all(
        RecoveryCode(person_id=person.id, code_hash=_quick.hash(code), created_at=clock_now()) for code in codes
    )
    db.session.flush()
    return codes


def make_passkey(person: Person, *, name: str = "blue key") -> Passkey:
    """One that nobody holds."""
    passkey = Passkey(
        person_id=person.id,
        credential_id=f"key-of-{person.id}-{name}",
        public_key=b"nothing that verifies",
        sign_count=0,
        transports=[],
        name=name,
        created_at=clock_now(),
    )
    db.session.add(passkey)
    person.factor_since = person.factor_since or clock_now()
    db.session.flush()
    return passkey


def make_identity(person: Person, *, issuer: str, subject: str) -> Identity:
    identity = Identity(
        person_id=person.id, issuer=issuer, subject=subject, label=f"ORCID {subject}", linked_at=clock_now()
    )
    db.session.add(identity)
    db.session.flush()
    return identity
