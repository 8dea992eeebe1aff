"""What a person changes about their own account."""

from datetime import datetime
from zoneinfo import available_timezones

from tracker.accounts import mails, throttle
from tracker.accounts.actions import (
    check_own_password,
    checked_email,
    checked_name,
    end_sessions,
    set_password,
    unclaimed,
)
from tracker.accounts.credentials import forget_all
from tracker.accounts.links import make_link, replace_links, use_link
from tracker.accounts.notices import Changed, tell
from tracker.accounts.queries import claimant
from tracker.accounts.staffing import keep_an_administrator
from tracker.accounts.visits import Visit
from tracker.models import LinkPurpose, Person
from tracker.plumbing.database import db
from tracker.plumbing.events import EmailChanged, announce
from tracker.plumbing.history import remember
from tracker.rules.emails import canonical_email
from tracker.rules.refusals import Invalid, NotAllowedNow
from tracker.rules.sentences import say
from tracker.rules.words import LANGUAGES


def change_details(person: Person, *, name: str, language: str, time_zone: str, now: datetime) -> None:
    changed = checked_name(name)
    choose_language(person, language)
    if time_zone not in available_timezones():
        raise Invalid(say("Choose a time zone from the list."))
    if changed != person.name:
        remember("person", person.id, "name_changed", by=person, now=now)
    person.name, person.time_zone = changed, time_zone


def choose_language(person: Person, language: str) -> None:
    if language not in LANGUAGES:
        raise Invalid(say("Choose a language from the list."))
    person.language = language


def change_password(person: Person, *, current: str, new: str, now: datetime, visit: Visit) -> None:
    """Asks for the current one, where there is one; other sessions end, this one goes on."""
    if person.password_hash is not None:
        check_own_password(person, current, now=now)
    set_password(person, new, now=now, visit=visit, keep_session=person.session_key)


def ask_email_change(person: Person, *, email: str, now: datetime) -> None:
    """Write to the new address; the old one counts until the new one is confirmed. Says nothing of other accounts."""
    address = checked_email(email)
    throttle.count("mail to", canonical_email(address), now=now)
    owner = claimant(address)
    if owner is not None and owner.id != person.id:
        mails.address_is_taken(owner, now=now)
        return
    token = make_link(LinkPurpose.EMAIL, now=now, person_id=person.id, email=address)
    mails.new_address(person, address, token, now=now)


def confirm_email_change(kept_hash: str, *, now: datetime, visit: Visit) -> Person:
    """The new address counts from now on; the old one is told."""
    link = use_link(kept_hash, LinkPurpose.EMAIL, now=now)
    person = db.session.get(Person, link.person_id) if link else None
    if link is None or person is None or not person.is_active:
        raise NotAllowedNow(say("This link no longer works."))
    owner = claimant(link.email)
    if owner is not None and owner.id != person.id:
        raise NotAllowedNow(say("This link no longer works."))
    old, was_theirs = person.email, person.email_verified_at is not None
    person.email = link.email
    person.email_canonical, person.email_verified_at = canonical_email(link.email), now
    for purpose in (LinkPurpose.RESET, LinkPurpose.VERIFY):
        replace_links(purpose, now=now, person_id=person.id)
    remember("person", person.id, "email_changed", by=person, now=now)
    if was_theirs:
        tell(person, Changed.ADDRESS, now=now, visit=visit, to=old)
    announce(EmailChanged(person.id), now=now)
    return person


def close_account(person: Person, *, by: Person, now: datetime) -> None:
    """Nobody signs in with it any more; what was done with it stays in the history. Frees the address."""
    keep_an_administrator(person)
    person.closed_at = now
    person.email_canonical = unclaimed(person.email, person.id)
    for purpose in (LinkPurpose.RESET, LinkPurpose.VERIFY, LinkPurpose.EMAIL, LinkPurpose.INVITE):
        replace_links(purpose, now=now, person_id=person.id)
    forget_all(person)
    end_sessions(person, now=now)
    remember("person", person.id, "account_closed", by=by, now=now)
