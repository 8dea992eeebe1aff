"""Saying, changing within minutes, withdrawing; and telling those it calls upon."""

import hashlib
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select

from tracker.comments import mails
from tracker.comments.queries import Reader, mentioned_in, who_reads
from tracker.models import Application, Audience, Comment, Mention, Message, Notice, Person, new_id
from tracker.plumbing import mail
from tracker.plumbing.database import db
from tracker.plumbing.events import CommentWritten, announce
from tracker.plumbing.history import remember
from tracker.plumbing.standing import standing_of
from tracker.rules.audiences import audiences
from tracker.rules.limits import TextRefused, clean_text
from tracker.rules.refusals import Forbidden, Invalid, NotAllowedNow, Stale
from tracker.rules.sentences import say

LONGEST = 10_000


def write(application: Application, text: str, *, audience: Audience, by: Person, now: datetime) -> Comment:
    """Say it to this audience; to the candidate, it is also mailed."""
    if audience not in audiences(standing_of(by), application):
        raise Forbidden(say("You do not write to this audience."))
    comment = Comment(
        id=new_id(),
        application_id=application.id,
        author_id=by.id,
        audience=audience,
        text=checked(text),
        written_at=now,
    )
    db.session.add(comment)
    db.session.flush()
    remember("application", application.id, "commented", by=by, now=now, comment=comment.id, audience=audience)
    _call_upon(comment, application, by=by, now=now)
    if audience is Audience.CANDIDATE:
        mails.to_candidate(application, comment.text, by=by, now=now, send_after=now + edit_time())
    announce(CommentWritten(comment.id), now=now)
    return comment


def checked(text: str) -> str:
    try:
        clean = clean_text(text, maximum=LONGEST)
    except TextRefused as refusal:
        raise Invalid(refusal.sentence) from refusal
    if not clean:
        raise Invalid(say("Write your comment first."))
    return clean


def edit(comment: Comment, application: Application, text: str, *, version: int, by: Person, now: datetime) -> None:
    """Change one's own words while they are fresh; a mail to the candidate that still waits says the new ones."""
    _own_and_fresh(comment, version=version, by=by, now=now)
    new = checked(text)
    if new == comment.text:
        return
    was, written = hashlib.sha256(comment.text.encode()).hexdigest(), comment.edited_at or comment.written_at
    comment.text, comment.edited_at = new, now
    db.session.flush()
    remember(
        "application",
        application.id,
        "comment_edited",
        by=by,
        now=now,
        comment=comment.id,
        audience=comment.audience,
        was=was,
    )
    _call_upon(comment, application, by=by, now=now)
    if comment.audience is Audience.CANDIDATE:
        _stop_mail(comment, written, by=by, now=now)
        mails.to_candidate(application, new, by=by, now=now, send_after=comment.written_at + edit_time())


def withdraw(comment: Comment, application: Application, *, version: int, by: Person, now: datetime) -> None:
    """Take one's own words back: nobody reads them any more, and that there were some stays."""
    if comment.author_id != by.id:
        raise Forbidden(say("Only its author withdraws a comment."))
    if comment.withdrawn_at is not None:
        return
    if version != comment.version:
        raise Stale
    if comment.audience is Audience.CANDIDATE:
        _stop_mail(comment, comment.edited_at or comment.written_at, by=by, now=now)
    comment.withdrawn_at = now
    db.session.flush()
    remember(
        "application",
        application.id,
        "comment_withdrawn",
        by=by,
        now=now,
        comment=comment.id,
        audience=comment.audience,
    )


def edit_time() -> timedelta:
    return timedelta(minutes=current_app.config["TRACKER"].comment_edit_minutes)


def _own_and_fresh(comment: Comment, *, version: int, by: Person, now: datetime) -> None:
    if comment.author_id != by.id:
        raise Forbidden(say("Only its author changes a comment."))
    if comment.withdrawn_at is not None:
        raise NotAllowedNow(say("This comment was withdrawn."))
    if now > comment.written_at + edit_time():
        raise NotAllowedNow(say("This comment can no longer be changed. You can withdraw it, or write another."))
    if version != comment.version:
        raise Stale


def _stop_mail(comment: Comment, written: datetime, *, by: Person, now: datetime) -> None:
    """Keep the waiting mail from going; NotAllowedNow when it has gone."""
    message = db.session.scalars(
        select(Message).where(
            Message.application_id == comment.application_id,
            Message.kind == mails.TO_CANDIDATE,
            Message.by_id == by.id,
            Message.created_at == written,
        )
    ).first()
    if message is not None and not mail.cancel(message, now):
        raise NotAllowedNow(say("The candidate has been mailed this already, so it stands."))


def _call_upon(comment: Comment, application: Application, *, by: Person, now: datetime) -> None:
    """Tell those named with an @, once each, and only who may read the comment."""
    if "@" not in comment.text:
        return
    told = {one.person_id for one in comment.mentions}
    for reader in mentioned_in(comment.text, who_reads(application, comment.audience)):
        if reader.person.id not in told | {by.id}:
            _tell(reader, comment, application, by=by, now=now)
    db.session.flush()


def _tell(reader: Reader, comment: Comment, application: Application, *, by: Person, now: datetime) -> None:
    comment.mentions.append(Mention(comment_id=comment.id, person_id=reader.person.id))
    db.session.add(
        Notice(
            id=new_id(),
            person_id=reader.person.id,
            kind="mentioned",
            subject_id=comment.id,
            application_id=application.id,
            at=now,
        )
    )
    mails.mentioned(reader.person, application, by=by, now=now)
