"""Secrets that must be read again, such as an authenticator app's: encrypted at rest, each for one person."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app


def seal(secret: str, *, person_id: str) -> str:
    return _box().encrypt(f"{person_id} {secret}".encode()).decode("ascii")


def unseal(sealed: str, *, person_id: str) -> str | None:
    """The secret; None where it was sealed with another key or for another person."""
    try:
        owner, _, secret = _box().decrypt(sealed.encode("ascii")).decode().partition(" ")
    except InvalidToken:
        return None
    return secret if owner == person_id else None


def _box() -> Fernet:
    """A key of its own, derived from the secret key, so that a copy of the database alone opens nothing."""
    kept: str = current_app.config["TRACKER"].secret_key
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"tracker: secrets at rest").derive(kept.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
