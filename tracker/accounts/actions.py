"""Signing up, in and out: sessions, verification, a new password."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from tracker.accounts import mails, throttle
from tracker.accounts.credentials import forget_all
from tracker.accounts.links import make_link, replace_links, token_hash, use_link
from tracker.accounts.notices import Changed, tell
from tracker.accounts.queries import claimant, newest_unclaimed
from tracker.accounts.secrets_kept import hash_password, is_outdated, matches
from tracker.accounts.visits import Visit
from tracker.models import LinkPurpose, Person, Session, new_id
from tracker.plumbing.database import db
from tracker.plumbing.events import AccountsJoined, PasswordChanged, PersonSignedUp, announce
from tracker.plumbing.history import remember
from tracker.rules.emails import canonical_email, looks_like_email
from tracker.rules.limits import TextRefused
from tracker.rules.passwords import password_problem
from tracker.rules.people_names import clean_name
from tracker.rules.refusals import Invalid, NotAllowedNow
from tracker.rules.sentences import Sentence, say


class Mistyped(Invalid):
    """Something typed cannot be taken; `field` says which: name, email, password or current."""

    def __init__(self, field: str, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.field = field


class WrongPassword(Mistyped):
    status = HTTPStatus.FORBIDDEN

    def __init__(self) -> None:
        super().__init__("current", say("That is not your current password."))


# --- sessions


def open_session(
    person: Person,
    *,
    now: datetime,
    device: str = "",
    address: str = "",
    factor_at: datetime | None = None,
    proved_at: datetime | None = None,
) -> Session:
    """Open a session; the person has its key, which otherwise only the cookie keeps. The row holds a hash."""
    person.session_key = secrets.token_urlsafe(32)
    opened = Session(
        key_hash=token_hash(person.session_key),
        id=new_id(),
        person_id=person.id,
        opened_at=now,
        seen_at=now,
        factor_at=factor_at,
        proved_at=proved_at,
        device=device[:200],
        address=address[:64],
    )
    db.session.add(opened)
    db.session.flush()
    return opened


def end_session(session: Session, *, now: datetime) -> None:
    session.ended_at = session.ended_at or now


def end_sessions(person: Person, *, now: datetime, but: str | None = None) -> None:
    """End every session of the person, but the one with this key where given."""
    others = [Session.key_hash != token_hash(but)] if but else []
    _end(Session.person_id == person.id, *others, now=now)


def end_others(person: Person, *, now: datetime) -> None:
    """End all sessions of the person but the one that asks."""
    end_sessions(person, now=now, but=person.session_key)


def _end(*which: object, now: datetime) -> None:
    db.session.execute(
        update(Session)
        .where(*which, Session.ended_at.is_(None))  # type: ignore[arg-type]  # conditions all
        .values(ended_at=now)
        .execution_options(synchronize_session="fetch")
    )


# --- signing up


def sign_up(
    name: str,
    email: str,
    password: str | None,
    *,
    now: datetime,
    visit: Visit,
    language: str,
    time_zone: str,
    id_to_have: str | None = None,
) -> Person:
    """A new account that does not own its address yet, whoever else may have it; see the decision on signing up.

    Without a password for one that a provider vouches for. IntegrityError where somebody has that id.
    The mail differs: it asks to verify, or tells the owner of the address that they have an account already.
    """
    from_here = "sign-up by address", visit.address
    may_mail = throttle.admit("mail to", canonical_email(email), now=now, after=[from_here])
    address = checked_email(email)
    person = Person(
        id=id_to_have or new_id(),
        name=checked_name(name),
        email=address,
        email_canonical="",
        password_hash=None
        if password is None
        else hash_password(checked_password(password, email=address, names=[name])),
        language=language,
        time_zone=time_zone,
        created_at=now,
    )
    person.email_canonical = unclaimed(address, person.id)
    db.session.add(person)
    db.session.flush()
    remember("person", person.id, "signed_up", by=person, now=now, is_new=True)
    if may_mail:
        _mail_verification(person, now=now, is_first=True)
    announce(PersonSignedUp(person.id), now=now)
    return person


def send_verification(person: Person, *, now: datetime) -> None:
    """Send the mail with which the person proves their address, at most a few an hour to one address."""
    if person.email_verified_at is not None:
        raise NotAllowedNow(say("Your e-mail address is verified already."))
    throttle.count("mail to", canonical_email(person.email), now=now)
    _mail_verification(person, now=now)


def _mail_verification(person: Person, *, now: datetime, is_first: bool = False) -> None:
    owner = claimant(person.email)
    token = make_link(LinkPurpose.VERIFY, now=now, person_id=person.id, email=person.email, is_first=is_first)
    if owner is None or owner.id == person.id:
        mails.verification(person, token, now=now)
    else:
        mails.already_has_account(owner, person, token, now=now)


@dataclass(frozen=True)
class Verified:
    """Whose address it is from now on."""

    person: Person
    brought_over: bool = False
    """An older account has the address: what the newer one began is in that now."""


def verify(kept_hash: str, *, now: datetime) -> Verified:
    """The address is theirs, or that of another account that proved it before: the database knows, even where both do
    so at the same moment."""
    person = _who_proves(kept_hash, now=now)
    try:
        claim(person, now=now)
    except IntegrityError:
        db.session.rollback()
        person = _who_proves(kept_hash, now=now)
        owner = claimant(person.email)
        if owner is None:
            raise
        return Verified(_join(person, owner, now=now), brought_over=True)
    return Verified(person)


def _who_proves(kept_hash: str, *, now: datetime) -> Person:
    """Whose address the link has proved, once."""
    link = use_link(kept_hash, LinkPurpose.VERIFY, now=now)
    person = db.session.get(Person, link.person_id) if link else None
    if person is None or not person.is_active or link is None or link.email != person.email:
        raise NotAllowedNow(say("This link no longer works."))
    return person


def claim(person: Person, *, now: datetime) -> None:
    """The person has shown that the mailbox is theirs, and owns the address from now on."""
    if person.email_verified_at is None:
        remember("person", person.id, "email_verified", by=person, now=now)
        person.email_verified_at = now
    person.email_canonical = canonical_email(person.email)
    db.session.flush()


def _join(person: Person, owner: Person, *, now: datetime) -> Person:
    end_sessions(person, now=now)
    person.closed_at = now
    remember("person", person.id, "joined_into", by=owner, now=now, owner=owner.id)
    remember("person", owner.id, "joined", by=owner, now=now, account=person.id)
    db.session.flush()
    announce(AccountsJoined(from_id=person.id, to_id=owner.id), now=now)
    return owner


def unclaimed(email: str, person_id: str) -> str:
    """What stands in the unique column for an account that has not proved its address; no address has a space."""
    return f"{canonical_email(email)} {person_id}"


# --- signing in


def sign_in(email: str, password: str, *, now: datetime, visit: Visit) -> Person | None:
    """The person with this address and password, or None; the same answer and work for every reason.

    Counted per address, and per account for devices that never signed in to it: so nobody who tries from many
    addresses locks the owner out.
    """
    canonical = canonical_email(email)
    buckets = _sign_in_buckets(canonical, visit)
    throttle.count_all(buckets, now=now)
    people = (claimant(email), newest_unclaimed(email))
    right = [matches(password, one.password_hash if one else None) for one in people]
    person = next((one for one, is_right in zip(people, right, strict=True) if one and is_right), None)
    if person is None:
        return None
    throttle.forgive_all(buckets, now=now)
    if person.password_hash and is_outdated(person.password_hash):
        person.password_hash = hash_password(password)
    return person


def _sign_in_buckets(canonical: str, visit: Visit) -> list[tuple[str, str]]:
    if visit.known_device:
        return [("sign-in from device", f"{canonical} {visit.known_device}")]
    return [("sign-in by address", visit.address), ("sign-in to account", canonical)]


# --- a new password


def ask_reset(email: str, *, now: datetime, language: str) -> None:
    """Send a link for a new password, or the news that there is no account; the asker cannot tell which."""
    address = checked_email(email)
    if not throttle.admit("mail to", canonical_email(address), now=now):
        return
    owner, newest = claimant(address), newest_unclaimed(address)
    person = owner or newest
    if person is None:
        make_link(LinkPurpose.RESET, now=now, email=address)  # nobody gets it: only so that the work is the same
        mails.no_account(address, language=language, now=now)
        return
    mails.reset(person, make_link(LinkPurpose.RESET, now=now, person_id=person.id, email=person.email), now=now)


def reset(kept_hash: str, password: str, *, now: datetime, visit: Visit) -> Person:
    """Set the new password; every session ends. Whoever could read the mail owns the address: what somebody
    who had not proved it added to the account, to come back by, goes."""
    link = use_link(kept_hash, LinkPurpose.RESET, now=now)
    person = db.session.get(Person, link.person_id) if link else None
    if person is None or link is None or not person.is_active or link.email != person.email:
        raise NotAllowedNow(say("This link no longer works."))
    if person.email_verified_at is None:
        forget_all(person)
    if claimant(person.email) in (None, person):
        claim(person, now=now)
    set_password(person, password, now=now, visit=visit)
    return person


def set_password(
    person: Person, password: str, *, now: datetime, visit: Visit, keep_session: str | None = None
) -> None:
    """Change the password: other sessions end, links for a new password stop working, the owner is told."""
    checked = checked_password(password, email=person.email, names=[person.name])
    person.password_hash = hash_password(checked)
    end_sessions(person, now=now, but=keep_session)
    replace_links(LinkPurpose.RESET, now=now, person_id=person.id)
    remember("person", person.id, "password_changed", by=person, now=now)
    tell(person, Changed.PASSWORD, now=now, visit=visit)
    announce(PasswordChanged(person.id), now=now)


def check_own_password(person: Person, password: str, *, now: datetime) -> None:
    """WrongPassword unless it is the person's own; asked before what a stranger at an open screen must not do."""
    throttle.count("password of person", person.id, now=now)
    if not matches(password, person.password_hash):
        raise WrongPassword
    throttle.forgive("password of person", person.id, now=now)


# --- what is typed


def checked_email(raw: str) -> str:
    address = raw.strip()
    if not looks_like_email(canonical_email(address)):
        raise Mistyped("email", say("This does not look like an e-mail address, such as name@example.org."))
    return address


def checked_name(raw: str) -> str:
    try:
        return clean_name(raw)
    except TextRefused as refusal:
        raise Mistyped("name", refusal.sentence) from refusal


def checked_password(raw: str, *, email: str, names: Iterable[str]) -> str:
    problem = password_problem(raw, email=email, names=names)
    if problem is not None:
        raise Mistyped("password", problem)
    return raw
