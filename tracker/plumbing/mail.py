"""Mail: a stored row first, in the transaction of what it tells; sent afterwards by a job, once per recipient."""

import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select, update

from tracker.models import Delivery, Message, MessageState
from tracker.plumbing import post
from tracker.plumbing.clock import now as clock_now
from tracker.plumbing.database import db, transaction
from tracker.plumbing.i18n import in_language
from tracker.plumbing.jobs import TryAgain, enqueue, handler
from tracker.plumbing.settings import Settings

TRYING = "trying"
ONE_TRY = timedelta(seconds=45)
"""Longer than a try can take: before that, a try without an outcome is still going on."""
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240, 480, 720, 1200))
"""Then we give up: about two days after the first try."""


@dataclass(frozen=True)
class Mail:
    """What a mail says, already in the reader's language; the layout does the rest."""

    subject: str
    paragraphs: tuple[str, ...]
    button: tuple[str, str] | None = None
    """Label and address; the address is also written out."""
    facts: tuple[tuple[str, str], ...] = ()
    """A small table: label and value."""
    closing: tuple[str, ...] = ()
    """Small print: why this mail came, what to do if it should not have."""
    in_own_words: bool = False
    """The paragraphs greet and close by themselves; the button's address stands among them."""


def queue(mail: Mail, *, now: datetime, **to: Any) -> Message:
    """Write the message and the job that sends it, both in the current transaction; `to` as `addressed` takes it."""
    message = addressed(mail, now=now, **to)
    queue_all([message], now=now)
    return message


def queue_all(messages: Sequence[Message], *, now: datetime) -> None:
    """The same for many; they get their ids with the next flush."""
    db.session.add_all(messages)
    for message in messages:
        enqueue("send_message", now=now, run_after=message.send_after, message=message)


def addressed(
    mail: Mail,
    *,
    kind: str,
    to_email: str,
    to_name: str,
    to_id: str | None = None,
    language: str,
    now: datetime,
    send_after: datetime | None = None,
    application_id: str | None = None,
    by_id: str | None = None,
) -> Message:
    """The message as it will go, not yet queued."""
    with in_language(language):
        text, html = rendered(mail, to_name, language, has_account=to_id is not None)
    return Message(
        message_id=new_message_id(),
        kind=kind,
        to_id=to_id,
        to_name=one_line(to_name, 200),
        to_email=to_email,
        language=language,
        subject=one_line(mail.subject, 300),
        text=text,
        html=html,
        application_id=application_id,
        by_id=by_id,
        created_at=now,
        send_after=send_after or now,
        state=MessageState.QUEUED,
    )


def cancel(message: Message, now: datetime) -> bool:
    """Keep a message from being sent; False when it has left, or is just leaving."""
    db.session.refresh(message, with_for_update=True)
    if message.state is not MessageState.QUEUED or _try_under_way(message, now) is not None:
        return False
    message.state = MessageState.CANCELLED
    return True


def one_line(text: str, longest: int) -> str:
    """Fit for a header: no line ends, no control characters, not too long."""
    letters = (" " if unicodedata.category(letter) in {"Cc", "Zl", "Zp", "Cs"} else letter for letter in text)
    return " ".join("".join(letters).split())[:longest]


def rendered(mail: Mail, to_name: str, language: str, *, has_account: bool = True) -> tuple[str, str]:
    """As plain text and as HTML; in the language that is spoken now. Only who has an account is told to sign in."""
    settings: Settings = current_app.config["TRACKER"]
    values: dict[str, Any] = {
        "mail": mail,
        "to_name": to_name,
        "language": language,
        "has_account": has_account,
        "institute": settings.institute_name,
        "unit": settings.institute_unit,
        "accent": settings.accent,
        "base_url": settings.base_url,
    }
    environment = current_app.jinja_env
    text = environment.get_template("mail/layout.txt").render(values)
    html = environment.get_template("mail/layout.html").render(values)
    return storable(text), storable(html)


def storable(text: str) -> str:
    """Without what no database and no mail can hold: NUL and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def new_message_id() -> str:
    settings: Settings = current_app.config["TRACKER"]
    host = urlsplit(settings.base_url).hostname or "localhost"
    return f"<{secrets.token_hex(16)}@{host[:80]}>"


def _try_under_way(message: Message, now: datetime) -> Delivery | None:
    return next((one for one in message.deliveries if one.outcome == TRYING and now - one.at < ONE_TRY), None)


@handler("send_message", in_steps=True)
def send_message(message: int) -> None:
    """One try in three steps: say that we try, try, say what came of it. Nobody waits for the mail server meanwhile."""
    letter = _begin_try(message)
    if letter is None:
        return
    settings: Settings = current_app.config["TRACKER"]
    outcome = post.deliver(letter, settings)
    again = _end_try(message, letter.delivery_id, outcome)
    if again is not None:
        raise TryAgain(again)


def _begin_try(number: int) -> post.Letter | None:
    """The letter to send now; None when there is nothing to send any more."""
    now = clock_now()
    with transaction() as session:
        message = session.get(Message, number, with_for_update=True)
        if message is None or message.state is not MessageState.QUEUED:
            return None
        if message.send_after > now:
            raise TryAgain(message.send_after)
        under_way = _try_under_way(message, now)
        if under_way is not None:
            raise TryAgain(under_way.at + ONE_TRY)
        delivery = Delivery(at=now, outcome=TRYING)
        message.deliveries.append(delivery)
        message.attempts += 1
        session.flush()
        return post.Letter(
            delivery_id=delivery.id,
            message_id=message.message_id,
            to_name=message.to_name,
            to_email=message.to_email,
            subject=message.subject,
            language=message.language,
            text=message.text,
            html=message.html,
            at=now,
        )


def _end_try(number: int, delivery_id: int, outcome: post.Outcome) -> datetime | None:
    """Write the outcome; the moment of the next try, if there is to be one."""
    now = clock_now()
    with transaction() as session:
        session.execute(
            update(Delivery).where(Delivery.id == delivery_id).values(outcome=outcome.word, detail=outcome.detail)
        )
        message = session.scalars(select(Message).where(Message.id == number).with_for_update()).one()
        if outcome.word == post.ACCEPTED:
            message.state, message.sent_at = MessageState.SENT, now
        elif outcome.word == post.REFUSED or message.attempts > len(WAITS):
            message.state = MessageState.FAILED
        else:
            return now + WAITS[message.attempts - 1]
    return None
