"""Sealing a stream with age: to public keys, or to a key of its own that a passphrase opens. Memory stays bounded.

A backup for public keys is an age file: `age -d -i identity FILE | tar t`. One for a passphrase begins with its key,
sealed by the passphrase, as text: `sed '/^-----END/q' FILE | age -d > key`, then
`sed '1,/^-----END/d' FILE | age -d -i key | tar t`.
"""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import BinaryIO

import pyrage
from pyrage import passphrase, x25519

BEGINS = b"-----BEGIN AGE ENCRYPTED FILE-----\n"
ENDS = b"-----END AGE ENCRYPTED FILE-----\n"
LONGEST_KEY = 20
"""Lines of a sealed key."""


class CannotOpen(Exception):
    """Not a backup, damaged, or sealed to another key; says which as a sentence."""


@dataclass(frozen=True)
class Lock:
    """To whom a backup is sealed: public keys, or a passphrase."""

    recipients: tuple[str, ...] = ()
    passphrase: str = ""

    def keys(self) -> list[x25519.Recipient]:
        try:
            return [x25519.Recipient.from_str(one) for one in self.recipients]
        except pyrage.RecipientError as error:
            raise CannotOpen("A recipient must be a public key of age, as age1….") from error


@dataclass(frozen=True)
class Key:
    """What opens a backup: secret keys of age, or a passphrase."""

    identities: tuple[str, ...] = ()
    passphrase: str = ""

    def keys(self) -> list[x25519.Identity]:
        try:
            return [x25519.Identity.from_str(one) for one in self.identities]
        except pyrage.IdentityError as error:
            raise CannotOpen("An identity must be a secret key of age, as AGE-SECRET-KEY-1….") from error


@contextmanager
def sealed(file: BinaryIO, lock: Lock) -> Iterator[BinaryIO]:
    """Somewhere to write in the clear; what is written arrives sealed in `file`."""
    recipients = lock.keys()
    if lock.passphrase:
        own = x25519.Identity.generate()
        file.write(passphrase.encrypt(str(own).encode("ascii"), lock.passphrase, armored=True))
        recipients = [own.to_public()]
    source, target = os.pipe()
    with _beside(source, lambda end: pyrage.encrypt_io(end, file, recipients), "rb"), os.fdopen(target, "wb") as pipe:
        yield pipe


@contextmanager
def opened(file: BinaryIO, key: Key) -> Iterator[BinaryIO]:
    """Somewhere to read in the clear what is sealed in `file`; raises CannotOpen."""
    identities = _identities(file, key)
    source, target = os.pipe()
    with _beside(target, lambda end: pyrage.decrypt_io(file, end, identities), "wb"), os.fdopen(source, "rb") as pipe:
        yield pipe


def _identities(file: BinaryIO, key: Key) -> Sequence[x25519.Identity]:
    if file.readline(len(BEGINS)) != BEGINS:
        file.seek(0)
        if not key.identities:
            raise CannotOpen("This backup is sealed to a public key: the secret key that belongs to it opens it.")
        return key.keys()
    if not key.passphrase:
        raise CannotOpen("This backup is sealed with a passphrase.")
    armour = [BEGINS]
    while armour[-1] != ENDS and len(armour) < LONGEST_KEY:
        armour.append(file.readline(200))
    try:
        opened = passphrase.decrypt(b"".join(armour), key.passphrase)
        return [x25519.Identity.from_str(opened.decode("ascii"))]
    except (pyrage.DecryptError, pyrage.IdentityError, ValueError) as error:
        raise CannotOpen("The passphrase does not open this backup.") from error


@contextmanager
def _beside(handle: int, work: Callable[[BinaryIO], None], mode: str) -> Iterator[None]:
    """Do the work at one end of a pipe in a thread, while the block is busy at the other."""
    trouble: list[Exception] = []

    def run() -> None:
        try:
            with os.fdopen(handle, mode) as end:
                work(end)  # type: ignore[arg-type]  # text or bytes, as the mode says
        except Exception as error:
            trouble.append(error)

    thread = threading.Thread(target=run, name="sealing", daemon=True)
    thread.start()
    try:
        yield
    except BrokenPipeError:
        thread.join()
        if not trouble:
            raise
    except Exception:
        thread.join()
        _tell(trouble)
        raise
    thread.join()
    _tell(trouble)


def _tell(trouble: list[Exception]) -> None:
    for error in trouble:
        with suppress(BrokenPipeError):
            if isinstance(error, pyrage.DecryptError):
                raise CannotOpen("This key does not open the backup, or it is none.") from error
            if isinstance(error, OSError) and error.errno is None:
                raise CannotOpen("The backup is damaged or not complete.") from error
            raise error
