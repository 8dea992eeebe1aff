"""Who people are elsewhere: an identity opens an account only after somebody who was in it linked the two."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tracker.accounts.notices import Changed, tell
from tracker.accounts.visits import Visit
from tracker.models import Identity, Passkey, Person, new_id
from tracker.plumbing.database import db
from tracker.plumbing.history import remember
from tracker.rules.refusals import NotAllowedNow
from tracker.rules.sentences import say

TAKEN = say("This identity is linked to another account already. Sign in with it, and unlink it there first.")


@dataclass(frozen=True)
class Vouched:
    """What a provider says about somebody, its signature checked. The address is no proof of anything here."""

    provider: str
    issuer: str
    subject: str
    label: str
    name: str = ""
    email: str = ""
    has_factor: bool = False
    """It asked for a second factor, and the settings let that count."""
    proved_at: datetime | None = None
    """When it last made sure of them; None where it does not say."""


def identities_of(person: Person) -> list[Identity]:
    return list(
        db.session.scalars(
            select(Identity).where(Identity.person_id == person.id).order_by(Identity.linked_at, Identity.id)
        )
    )


def owner_of(vouched: Vouched) -> Person | None:
    """The open account to which this identity is linked; issuer and subject decide, nothing else."""
    return db.session.scalars(
        select(Person)
        .join(Identity, Identity.person_id == Person.id)
        .where(Identity.issuer == vouched.issuer, Identity.subject == vouched.subject, Person.closed_at.is_(None))
    ).one_or_none()


def note_use(vouched: Vouched, *, now: datetime) -> None:
    used = db.session.scalars(
        select(Identity).where(Identity.issuer == vouched.issuer, Identity.subject == vouched.subject)
    ).one()
    used.used_at, used.label = now, vouched.label


def link(person: Person, vouched: Vouched, *, now: datetime, visit: Visit) -> None:
    """From now on it opens this account. For who is in it and has just shown who they are."""
    owner = owner_of(vouched)
    if owner is not None and owner.id == person.id:
        return
    if owner is not None:
        raise NotAllowedNow(TAKEN)
    db.session.add(
        Identity(
            id=new_id(),
            person_id=person.id,
            issuer=vouched.issuer,
            subject=vouched.subject,
            label=vouched.label,
            linked_at=now,
            used_at=now,
        )
    )
    try:
        db.session.flush()
    except IntegrityError as error:
        raise NotAllowedNow(TAKEN) from error
    remember("person", person.id, "identity_linked", by=person, now=now, issuer=vouched.issuer)
    tell(person, Changed.IDENTITY_LINKED, now=now, visit=visit, name=vouched.label)


def unlink(identity: Identity, person: Person, *, now: datetime, visit: Visit) -> None:
    """Refused where nothing else opens the account."""
    others = db.session.scalar(select(func.count()).where(Identity.person_id == person.id, Identity.id != identity.id))
    passkeys = db.session.scalar(select(func.count()).where(Passkey.person_id == person.id))
    if person.password_hash is None and not others and not passkeys:
        raise NotAllowedNow(say("Nothing else opens your account. Choose a password first."))
    remember("person", person.id, "identity_unlinked", by=person, now=now, issuer=identity.issuer)
    tell(person, Changed.IDENTITY_UNLINKED, now=now, visit=visit, name=identity.label)
    db.session.delete(identity)
