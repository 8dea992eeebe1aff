"""Taking away what opens an account, besides its password."""

from sqlalchemy import delete

from tracker.models import Authenticator, Identity, Passkey, Person, RecoveryCode
from tracker.plumbing.database import db


def forget_factors(person: Person) -> None:
    """No app, no passkey, no recovery code: only the password, or who vouches for them, opens the account now."""
    for kind in (Authenticator, Passkey, RecoveryCode):
        db.session.execute(delete(kind).where(kind.person_id == person.id))
    person.factor_since = None


def forget_all(person: Person) -> None:
    """Linked identities too: whoever added them had not proved that the address is theirs, or the account is closed."""
    forget_factors(person)
    db.session.execute(delete(Identity).where(Identity.person_id == person.id))
