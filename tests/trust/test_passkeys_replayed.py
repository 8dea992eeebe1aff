"""A passkey in software, held by somebody who keeps what was signed and shows it again."""

import hashlib
import json
from datetime import datetime, timedelta

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from webauthn.helpers import bytes_to_base64url

from tests.factories import make_person
from tests.factories.credentials import make_passkey
from tracker.accounts.passkeys import LASTS, PasskeyRefused, ask_to_show, show_passkey, site
from tracker.models import Person
from tracker.plumbing.database import db

PRESENT, VERIFIED = 1, 4


class Key:
    """Signs as an authenticator does; `checks_holder` where it asks for a finger or a PIN."""

    def __init__(self, person: Person) -> None:
        self._secret = ec.generate_private_key(ec.SECP256R1())
        point = self._secret.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        self.person_id = person.id
        self.row = make_passkey(person)
        self.row.public_key = cbor2.dumps(cose)
        self.row.credential_id = bytes_to_base64url(f"key of {person.id}".encode())
        self.uses = 0
        db.session.commit()

    def sign(self, options: str, *, origin: str | None = None, checks_holder: bool = True) -> str:
        self.uses += 1
        said = {
            "type": "webauthn.get",
            "challenge": json.loads(options)["challenge"],
            "origin": origin or site().origin,
            "crossOrigin": False,
        }
        client = json.dumps(said).encode()
        flags = PRESENT | (VERIFIED if checks_holder else 0)
        data = hashlib.sha256(site().host.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4, "big")
        signature = self._secret.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        kept_id = self.row.credential_id
        holder = {"userHandle": bytes_to_base64url(self.person_id.encode())}
        parts = {name: bytes_to_base64url(value) for name, value in response.items()} | holder
        db.session.rollback()
        return json.dumps({"id": kept_id, "rawId": kept_id, "type": "public-key", "response": parts})


def asked(person: Person | None, now: datetime) -> str:
    options = ask_to_show(person, now=now)
    db.session.commit()
    return options


@pytest.fixture
def key(app: Flask) -> Key:
    return Key(make_person("Noor"))


def owner(key: Key) -> Person:
    return db.session.get_one(Person, key.person_id)


def test_what_was_signed_opens_once(key: Key, now: datetime) -> None:
    signed = key.sign(asked(None, now))
    assert show_passkey(None, signed, now=now, whole=True).id == key.person_id
    with pytest.raises(PasskeyRefused):
        show_passkey(None, signed, now=now, whole=True)


def test_a_challenge_that_was_never_given_or_is_old_opens_nothing(key: Key, now: datetime) -> None:
    made_up = json.dumps({"challenge": bytes_to_base64url(b"x" * 32)})
    for options, when in ((made_up, now), (asked(None, now), now + LASTS + timedelta(seconds=1))):
        with pytest.raises(PasskeyRefused):
            show_passkey(None, key.sign(options), now=when, whole=True)


def test_a_challenge_for_one_person_is_not_answered_by_another(key: Key, now: datetime) -> None:
    other = Key(make_person("Mallory"))
    for signer, whom in ((other, owner(key)), (key, owner(other))):
        with pytest.raises(PasskeyRefused):
            show_passkey(whom, signer.sign(asked(whom, now)), now=now, whole=False)
    with pytest.raises(PasskeyRefused):  # asked of Noor, shown where nobody was named
        show_passkey(None, key.sign(asked(owner(key), now)), now=now, whole=True)


def test_what_another_site_had_signed_opens_nothing(key: Key, now: datetime) -> None:
    with pytest.raises(PasskeyRefused):
        show_passkey(None, key.sign(asked(None, now), origin="https://evil.example"), now=now, whole=True)


def test_the_whole_sign_in_needs_a_device_that_checked_its_holder(key: Key, now: datetime) -> None:
    with pytest.raises(PasskeyRefused):
        show_passkey(None, key.sign(asked(None, now), checks_holder=False), now=now, whole=True)
    signed = key.sign(asked(owner(key), now), checks_holder=False)
    assert show_passkey(owner(key), signed, now=now, whole=False).id == key.person_id


def test_a_copied_key_that_counts_from_the_beginning_is_refused(key: Key, now: datetime) -> None:
    for _ in range(2):
        show_passkey(None, key.sign(asked(None, now)), now=now, whole=True)
        db.session.commit()
    key.uses = 0
    with pytest.raises(PasskeyRefused):
        show_passkey(None, key.sign(asked(None, now)), now=now, whole=True)
