"""Passkeys: asking a browser to sign, and believing what it signed, once."""

import hashlib
import ipaddress
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import delete, select, update

from tracker.accounts.notices import Changed, tell
from tracker.accounts.second_factor import factor_came, factor_went
from tracker.accounts.visits import Visit
from tracker.models import Passkey, PasskeyChallenge, Person, new_id
from tracker.plumbing.database import apart, db
from tracker.plumbing.history import remember
from tracker.plumbing.later import webauthn
from tracker.plumbing.settings import Settings
from tracker.rules.limits import TextRefused, clean_text
from tracker.rules.refusals import Invalid, NotAllowedNow
from tracker.rules.sentences import say

LASTS: Final = timedelta(minutes=10)
LONGEST: Final = 20_000
MOST: Final = 20
NAME: Final = 80


class PasskeyRefused(Invalid):
    def __init__(self) -> None:
        super().__init__(say("This passkey could not be checked. Please try again, or use another way."))


@dataclass(frozen=True)
class Site:
    """For which site passkeys are made: its host and its origin, always as configured."""

    host: str
    origin: str

    @property
    def can_have_passkeys(self) -> bool:
        """Browsers make none for a bare number, nor for a site without https that is not this machine."""
        try:
            ipaddress.ip_address(self.host)
        except ValueError:
            return self.origin.startswith("https://") or self.host == "localhost"
        return False


def site() -> Site:
    settings: Settings = current_app.config["TRACKER"]
    return Site(host=urlsplit(settings.base_url).hostname or "", origin=settings.base_url)


def passkeys_of(person: Person) -> list[Passkey]:
    return list(
        db.session.scalars(
            select(Passkey).where(Passkey.person_id == person.id).order_by(Passkey.created_at, Passkey.id)
        )
    )


# --- asking


def _challenge(person_id: str | None, *, now: datetime) -> bytes:
    challenge = secrets.token_bytes(32)
    db.session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.expires_at < now))
    db.session.add(PasskeyChallenge(challenge_hash=_hash(challenge), person_id=person_id, expires_at=now + LASTS))
    return challenge


def _hash(challenge: bytes) -> str:
    return hashlib.sha256(challenge).hexdigest()


def ask_to_make(person: Person, *, now: datetime) -> str:
    """What the browser needs to make a passkey, as JSON."""
    settings: Settings = current_app.config["TRACKER"]
    structs = webauthn.helpers.structs
    return webauthn.options_to_json(
        webauthn.generate_registration_options(
            rp_id=site().host,
            rp_name=settings.institute_name,
            user_id=person.id.encode("ascii"),
            user_name=person.email,
            user_display_name=person.name,
            challenge=_challenge(person.id, now=now),
            authenticator_selection=structs.AuthenticatorSelectionCriteria(
                resident_key=structs.ResidentKeyRequirement.PREFERRED,
                user_verification=structs.UserVerificationRequirement.PREFERRED,
            ),
            exclude_credentials=[_described(one) for one in passkeys_of(person)],
        )
    )


def ask_to_show(person: Person | None, *, now: datetime) -> str:
    """What the browser needs to show a passkey: of this person, or whichever it has, which then says who they are.

    For nobody in particular it names no passkey, so that it tells nothing of who has one.
    """
    checked = webauthn.helpers.structs.UserVerificationRequirement
    return webauthn.options_to_json(
        webauthn.generate_authentication_options(
            rp_id=site().host,
            challenge=_challenge(person.id if person else None, now=now),
            allow_credentials=[_described(one) for one in passkeys_of(person)] if person else [],
            user_verification=checked.PREFERRED if person else checked.REQUIRED,
        )
    )


def _described(passkey: Passkey) -> "webauthn.helpers.structs.PublicKeyCredentialDescriptor":
    known = {one.value: one for one in webauthn.helpers.structs.AuthenticatorTransport}
    return webauthn.helpers.structs.PublicKeyCredentialDescriptor(
        id=webauthn.base64url_to_bytes(passkey.credential_id),
        transports=[known[one] for one in passkey.transports if one in known] or None,
    )


# --- believing


def make_passkey(person: Person, answer: str, *, name: str, now: datetime, visit: Visit) -> list[str]:
    """Keep the passkey that the browser made. Gives recovery codes where there were none."""
    called = checked_passkey_name(name)
    sent, challenge = _read(answer)
    _take(challenge, person.id, now=now)
    if len(passkeys_of(person)) >= MOST:
        raise NotAllowedNow(say("You have %(most)s passkeys. Remove one that you no longer use.", most=MOST))
    try:
        made = webauthn.verify_registration_response(
            credential=sent, expected_challenge=challenge, expected_rp_id=site().host, expected_origin=site().origin
        )
    except (webauthn.helpers.exceptions.WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyRefused from error
    kept_id = webauthn.helpers.bytes_to_base64url(made.credential_id)
    if len(kept_id) > 1400 or db.session.scalar(select(Passkey.id).where(Passkey.credential_id == kept_id)):
        raise PasskeyRefused
    passkey = Passkey(
        id=new_id(),
        person_id=person.id,
        credential_id=kept_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=_transports(sent),
        name=called,
        created_at=now,
    )
    db.session.add(passkey)
    db.session.flush()
    remember("person", person.id, "passkey_added", by=person, now=now, passkey=passkey.id)
    tell(person, Changed.PASSKEY_ADDED, now=now, visit=visit, name=called)
    return factor_came(person, now=now)


def _transports(sent: dict[str, Any]) -> list[str]:
    given = sent["response"].get("transports")
    known = {one.value for one in webauthn.helpers.structs.AuthenticatorTransport}
    return [one for one in given if isinstance(one, str) and one in known][:8] if isinstance(given, list) else []


def show_passkey(person: Person | None, answer: str, *, now: datetime, whole: bool) -> Person:
    """Whose passkey this is; PasskeyRefused unless it is right, asked for, and of this person where one is given.

    `whole`: it stands for password and second factor, so the device must have checked who holds it.
    Written apart, so that what was taken once stays taken.
    """
    sent, challenge = _read(answer)
    person_id = person.id if person else None
    _take(challenge, person_id, now=now)
    passkey = db.session.scalars(
        select(Passkey)
        .join(Person, Person.id == Passkey.person_id)
        .where(Passkey.credential_id == str(sent.get("id", ""))[:1400], Person.closed_at.is_(None))
    ).one_or_none()
    if passkey is None or (person_id is not None and passkey.person_id != person_id):
        raise PasskeyRefused
    holder, owner = sent["response"].get("userHandle"), passkey.person_id.encode("ascii")
    if (person_id is None or holder) and holder != webauthn.helpers.bytes_to_base64url(owner):
        raise PasskeyRefused
    try:
        shown = webauthn.verify_authentication_response(
            credential=sent,
            expected_challenge=challenge,
            expected_rp_id=site().host,
            expected_origin=site().origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=whole,
        )
    except (webauthn.helpers.exceptions.WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyRefused from error
    passkey_id, owner_id = passkey.id, passkey.person_id
    with apart() as session:
        session.execute(
            update(Passkey).where(Passkey.id == passkey_id).values(sign_count=shown.new_sign_count, used_at=now)
        )
    return db.session.get_one(Person, owner_id)


def _read(answer: str) -> tuple[dict[str, Any], bytes]:
    """What the browser sent, and the challenge it says it signed; the signature is checked against the same."""
    try:
        sent = json.loads(answer[: LONGEST + 1]) if len(answer) <= LONGEST else None
        signed = sent["response"]["clientDataJSON"] if isinstance(sent, dict) else ""
        return sent or {}, webauthn.base64url_to_bytes(json.loads(webauthn.base64url_to_bytes(signed))["challenge"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PasskeyRefused from error


def _take(challenge: bytes, person_id: str | None, *, now: datetime) -> None:
    """PasskeyRefused unless we asked for it, of this person, lately, and for the first time."""
    with apart() as session:
        taken = session.execute(
            delete(PasskeyChallenge)
            .where(
                PasskeyChallenge.challenge_hash == _hash(challenge),
                PasskeyChallenge.expires_at > now,
                PasskeyChallenge.person_id.is_(None) if person_id is None else PasskeyChallenge.person_id == person_id,
            )
            .returning(PasskeyChallenge.challenge_hash)
        ).first()
    if taken is None:
        raise PasskeyRefused


# --- keeping


def rename_passkey(passkey: Passkey, name: str) -> None:
    passkey.name = checked_passkey_name(name)


def remove_passkey(passkey: Passkey, person: Person, *, must_have: bool, now: datetime, visit: Visit) -> None:
    name = passkey.name
    remember("person", person.id, "passkey_removed", by=person, now=now, passkey=passkey.id)
    db.session.delete(passkey)
    db.session.flush()
    tell(person, Changed.PASSKEY_REMOVED, now=now, visit=visit, name=name)
    factor_went(person, must_have=must_have, now=now)


def checked_passkey_name(raw: str) -> str:
    try:
        name = clean_text(raw, maximum=NAME, multiline=False)
    except TextRefused as refusal:
        raise Invalid(refusal.sentence) from refusal
    if not name:
        raise Invalid(say("Give the passkey a name by which you know it."))
    return name
