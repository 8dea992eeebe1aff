"""The post office: one letter handed to an SMTP server, or laid in a folder as a file."""

import os
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from tracker.plumbing.settings import Settings, Smtp
from tracker.plumbing.storage import sync

ACCEPTED = "accepted"
DEFERRED = "deferred"
REFUSED = "refused"
PATIENCE = 30.0
"""Seconds for each answer of the server."""
WHOLE_TRY = 40.0
"""Seconds for all of them: a server that answers now and then, or letter by letter, holds nobody for longer."""


@dataclass(frozen=True)
class Letter:
    delivery_id: int
    message_id: str
    to_name: str
    to_email: str
    subject: str
    language: str
    text: str
    html: str
    at: datetime


@dataclass(frozen=True)
class Outcome:
    word: str
    detail: str


def deliver(letter: Letter, settings: Settings) -> Outcome:
    """Accepted, deferred (worth another try) or refused for good; never raises for what a server does."""
    try:
        mail = as_email(letter, settings)
    except (ValueError, HeaderParseError):
        return Outcome(REFUSED, "the address cannot be written into a header")
    if settings.smtp is None:
        return _into_folder(mail, letter, settings.outbox_dir)
    return _by_smtp(mail, letter, settings.smtp, settings.mail_from)


def as_email(letter: Letter, settings: Settings) -> EmailMessage:
    """As it travels. The policy refuses line ends in headers; the address must be one address."""
    mail = EmailMessage(policy=SMTP.clone(utf8=not letter.to_email.isascii()))
    mail["From"] = Address(display_name=settings.institute_name, addr_spec=settings.mail_from)
    local, _, domain = letter.to_email.rpartition("@")
    if not local or not domain:
        raise ValueError("not an address")
    mail["To"] = Address(display_name=letter.to_name, username=local, domain=domain)
    mail["Subject"] = letter.subject
    mail["Date"] = letter.at
    mail["Message-ID"] = letter.message_id
    mail["Content-Language"] = letter.language
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text, cte="quoted-printable")
    mail.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    return mail


def _into_folder(mail: EmailMessage, letter: Letter, folder: Path) -> Outcome:
    """Named for the message, so that a second try finds the same file; written beside it first, so that it is whole."""
    name = f"{letter.at:%Y%m%d}-{letter.message_id.strip('<>').partition('@')[0]}.eml"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any(folder.glob(f"*-{name.partition('-')[2]}")):
            return Outcome(ACCEPTED, "was in the folder already")
        unfinished = folder / f".{name.partition('-')[2]}"  # the same at every try, so that none is left behind
        with unfinished.open("wb") as file:
            file.write(mail.as_bytes())
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(folder / name)
        sync(folder)
    except OSError as error:
        return Outcome(DEFERRED, f"the folder cannot be written to: {error.strerror}")
    return Outcome(ACCEPTED, name)


def _by_smtp(mail: EmailMessage, letter: Letter, smtp: Smtp, sender: str) -> Outcome:
    with _watched(smtp) as server:
        return _handed_in(server, mail, letter, smtp, sender)


@contextmanager
def _watched(smtp: Smtp) -> Iterator[smtplib.SMTP]:
    """Not connected yet; in the end left politely, or hung up on when it has taken too long."""
    server = _caller(smtp)
    watch = threading.Timer(WHOLE_TRY, _hang_up, [server])
    watch.daemon = True
    watch.start()
    try:
        yield server
    finally:
        _leave(server)
        watch.cancel()


def _hang_up(server: smtplib.SMTP) -> None:
    """Whoever waits for an answer hears at once that there is none."""
    line = server.sock
    if line is not None:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)


def _handed_in(server: smtplib.SMTP, mail: EmailMessage, letter: Letter, smtp: Smtp, sender: str) -> Outcome:
    try:
        _connect(server, smtp)
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(DEFERRED, _said(error))
    try:
        server.send_message(mail, from_addr=sender, to_addrs=[letter.to_email])
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        return _by_code(code, f"{code} {_text(answer)}")
    except smtplib.SMTPDataError as error:
        return _by_code(error.smtp_code, _said(error))
    except smtplib.SMTPNotSupportedError as error:
        return Outcome(REFUSED, _said(error))
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(DEFERRED, _said(error))
    return Outcome(ACCEPTED, "")


def trouble_with(smtp: Smtp) -> str:
    """Why the server does not let us in; empty where it does. No letter is handed in."""
    with _watched(smtp) as server:
        try:
            _connect(server, smtp)
        except (OSError, smtplib.SMTPException) as error:
            return _said(error)
    return ""


def _leave(server: smtplib.SMTP) -> None:
    """Politely, but whatever the server says now, it does not change what it said to the letter."""
    with suppress(OSError, smtplib.SMTPException):
        server.quit()
    server.close()


def _caller(smtp: Smtp) -> smtplib.SMTP:
    if smtp.tls:
        return smtplib.SMTP_SSL(timeout=PATIENCE, context=ssl.create_default_context())
    return smtplib.SMTP(timeout=PATIENCE)


def _connect(server: smtplib.SMTP, smtp: Smtp) -> None:
    """A refusal up to here says something of our own set-up, not of the recipient: it is worth another try."""
    server._host = smtp.host  # type: ignore[attr-defined]  # the name that TLS checks; `connect` alone does not set it
    code, answer = server.connect(smtp.host, smtp.port)
    if code != 220:
        raise smtplib.SMTPConnectError(code, answer)
    server.ehlo_or_helo_if_needed()
    if smtp.starttls:
        server.starttls(context=ssl.create_default_context())
    if smtp.user:
        server.login(smtp.user, smtp.password)


def _by_code(code: int, detail: str) -> Outcome:
    return Outcome(REFUSED if code >= 500 else DEFERRED, detail[:500])


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"[:500]
    return f"{type(error).__name__}: {error}"[:500]


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
