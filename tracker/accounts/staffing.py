"""Who works here: invitations, site roles, and the first administrator."""

from datetime import datetime

from sqlalchemy import select

from tracker.accounts import mails, throttle
from tracker.accounts.actions import Mistyped, checked_email, checked_name, checked_password, claim, end_sessions
from tracker.accounts.links import make_link, use_link
from tracker.accounts.queries import claimant, has_administrator, has_come
from tracker.accounts.secrets_kept import hash_password
from tracker.models import LinkPurpose, Person, SiteRole, new_id
from tracker.plumbing.database import db
from tracker.plumbing.events import PersonInvited, announce
from tracker.plumbing.history import remember
from tracker.plumbing.links import absolute
from tracker.rules.emails import canonical_email
from tracker.rules.refusals import NotAllowedNow
from tracker.rules.sentences import say


def invite(*, name: str, email: str, role: SiteRole, by: Person, now: datetime, language: str | None = None) -> Person:
    """An invitation by mail; whoever has an account with that address works here from the next request on."""
    address, called = checked_email(email), checked_name(name)
    throttle.count("mail to", canonical_email(address), now=now)
    person = claimant(address)
    if person is not None and person.email_verified_at is not None:
        return _make_staff(person, role, by=by, now=now)
    if person is None:
        person = Person(
            id=new_id(),
            name=called,
            email=address,
            email_canonical=canonical_email(address),
            language=language or by.language,
            time_zone=by.time_zone,
            created_at=now,
        )
        db.session.add(person)
    person.is_staff, person.site_role = True, role
    db.session.flush()
    remember("person", person.id, "invited", by=by, now=now, role=role)
    _mail_invitation(person, by=by, now=now)
    announce(PersonInvited(person.id), now=now)
    return person


def _make_staff(person: Person, role: SiteRole, *, by: Person, now: datetime) -> Person:
    if person.is_staff:
        raise NotAllowedNow(say("%(name)s works here already.", name=person.name))
    person.is_staff, person.site_role = True, role
    remember("person", person.id, "invited", by=by, now=now, role=role)
    mails.made_staff(person, by=by, now=now)
    announce(PersonInvited(person.id), now=now)
    return person


def invite_again(person: Person, *, by: Person, now: datetime) -> None:
    """A new link; the earlier one stops working."""
    if has_come(person) or not person.is_staff or not person.is_active:
        raise NotAllowedNow(say("%(name)s has accepted the invitation already.", name=person.name))
    throttle.count("mail to", canonical_email(person.email), now=now)
    remember("person", person.id, "invited_again", by=by, now=now)
    _mail_invitation(person, by=by, now=now)


def _mail_invitation(person: Person, *, by: Person, now: datetime) -> None:
    token = make_link(LinkPurpose.INVITE, now=now, person_id=person.id, email=person.email)
    mails.invitation(person, token, by=by, now=now)


def accept(kept_hash: str, *, name: str, password: str | None, now: datetime) -> Person:
    """The invited set their name and password; the mail has proved the address.

    Without a password where a provider vouches for them.
    """
    link = use_link(kept_hash, LinkPurpose.INVITE, now=now)
    person = db.session.get(Person, link.person_id) if link else None
    if link is None or person is None or not person.is_active or link.email != person.email:
        raise NotAllowedNow(say("This link no longer works."))
    person.name = checked_name(name)
    if password is not None:
        person.password_hash = hash_password(checked_password(password, email=person.email, names=[person.name]))
    end_sessions(person, now=now)
    remember("person", person.id, "invitation_accepted", by=person, now=now)
    claim(person, now=now)
    return person


def change_role(person: Person, *, role: SiteRole, is_staff: bool, by: Person, now: datetime) -> None:
    """Counts at the person's next request. There is always an administrator."""
    works_here = is_staff or role is not SiteRole.NONE
    if role is not SiteRole.ADMIN:
        keep_an_administrator(person)
    if (person.site_role, person.is_staff) == (role, works_here):
        return
    remember("person", person.id, "role_changed", by=by, now=now, before=person.site_role, role=role, staff=works_here)
    person.site_role, person.is_staff = role, works_here


def keep_an_administrator(leaving: Person) -> None:
    """NotAllowedNow if nobody could administer without them. Rows are locked: two cannot step down at once."""
    if leaving.site_role is not SiteRole.ADMIN or leaving.closed_at is not None:
        return
    admins = db.session.scalars(
        select(Person).where(Person.site_role == SiteRole.ADMIN, Person.closed_at.is_(None)).with_for_update()
    ).all()
    if not any(one.id != leaving.id and has_come(one) for one in admins):
        raise NotAllowedNow(
            say("%(name)s is the only administrator. Make somebody else administrator first.", name=leaving.name)
        )


def first_administrator_link(*, now: datetime) -> str:
    """The address at which the first administrator is made, once; NotAllowedNow when there is one."""
    if has_administrator():
        raise NotAllowedNow(say("There is an administrator already."))
    return absolute("accounts.first_link", token=make_link(LinkPurpose.FIRST_ADMIN, now=now))


def first_administrator(
    kept_hash: str, *, name: str, email: str, password: str, now: datetime, language: str
) -> Person:
    """Made by whoever reads what `tracker serve` prints on the machine itself, so the address counts as verified."""
    link = use_link(kept_hash, LinkPurpose.FIRST_ADMIN, now=now)
    if link is None or has_administrator():
        raise NotAllowedNow(say("This link no longer works."))
    address, called = checked_email(email), checked_name(name)
    if claimant(address) is not None:
        raise Mistyped("email", say("This e-mail address has an account already. Please use another."))
    person = Person(
        id=new_id(),
        name=called,
        email=address,
        email_canonical=canonical_email(address),
        email_verified_at=now,
        password_hash=hash_password(checked_password(password, email=address, names=[called])),
        site_role=SiteRole.ADMIN,
        is_staff=True,
        language=language,
        created_at=now,
    )
    db.session.add(person)
    db.session.flush()
    remember("person", person.id, "first_administrator", by=person, now=now)
    return person
