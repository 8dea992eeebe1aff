"""The post office: one letter handed to an SMTP server, or laid in a folder as a file."""

import os
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from tracker.plumbing.settings import Settings, Smtp

ACCEPTED = "accepted"
DEFERRED = "deferred"
REFUSED = "refused"
PATIENCE = 30.0
"""Seconds for each answer of the server."""


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
        unfinished = folder / f".{name}"
        with unfinished.open("wb") as file:
            file.write(mail.as_bytes())
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(folder / name)
    except OSError as error:
        return Outcome(DEFERRED, f"the folder cannot be written to: {error.strerror}")
    return Outcome(ACCEPTED, name)


def _by_smtp(mail: EmailMessage, letter: Letter, smtp: Smtp, sender: str) -> Outcome:
    try:
        server = _connect(smtp)
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
    finally:
        _leave(server)
    return Outcome(ACCEPTED, "")


def trouble_with(smtp: Smtp) -> str:
    """Why the server does not let us in; empty where it does. No letter is handed in."""
    try:
        server = _connect(smtp)
    except (OSError, smtplib.SMTPException) as error:
        return _said(error)
    _leave(server)
    return ""


def _leave(server: smtplib.SMTP) -> None:
    """Politely, but whatever the server says now, it does not change what it said to the letter."""
    with suppress(OSError, smtplib.SMTPException):
        server.quit()
    server.close()


def _connect(smtp: Smtp) -> smtplib.SMTP:
    """A refusal up to here says something of our own set-up, not of the recipient: it is worth another try."""
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if smtp.tls:
        server = smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=PATIENCE, context=context)
    else:
        server = smtplib.SMTP(smtp.host, smtp.port, timeout=PATIENCE)
    try:
        server.ehlo_or_helo_if_needed()
        if smtp.starttls:
            server.starttls(context=context)
        if smtp.user:
            server.login(smtp.user, smtp.password)
    except BaseException:
        server.close()
        raise
    return server


def _by_code(code: int, detail: str) -> Outcome:
    return Outcome(REFUSED if code >= 500 else DEFERRED, detail[:500])


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"[:500]
    return f"{type(error).__name__}: {error}"[:500]


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
