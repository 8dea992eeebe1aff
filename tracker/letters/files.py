"""The PDF of a letter: checked as every document is, kept under a key of its own."""

from datetime import datetime

from flask import current_app
from sqlalchemy import select

from tracker.applications.document_checking import Verdict, first_look, look_into
from tracker.models import Letter, LetterState
from tracker.plumbing import storage
from tracker.plumbing.database import db
from tracker.plumbing.jobs import enqueue, handler
from tracker.rules.letters import MOST_PAGES, is_open
from tracker.rules.refusals import NotAllowedNow
from tracker.rules.sentences import say

FOLDER = "letters"
MEGABYTE = 1024 * 1024


def most_bytes() -> int:
    return int(current_app.config["TRACKER"].upload_megabytes) * MEGABYTE


def look(data: bytes) -> Verdict:
    """The harmless copy, or why there is none. Takes a while: holds no transaction meanwhile."""
    refusal = first_look(data, most_bytes=most_bytes())
    if refusal is not None:
        return Verdict(refusal=refusal)
    db.session.rollback()
    return look_into(data, most_pages=MOST_PAGES, most_bytes=most_bytes())


def keep_file(letter: Letter, checked: Verdict, *, now: datetime) -> None:
    """Keep the checked file with the letter that is being written, in the place of an earlier one."""
    key = storage.new_key(FOLDER)
    storage.put(key, checked.data)
    db.session.refresh(letter, with_for_update=True)
    if not is_open(letter, now):
        raise NotAllowedNow(say("This letter was answered already, or is no longer needed."))
    forget_file(letter, now=now)
    letter.storage_key, letter.size, letter.pages = key, len(checked.data), checked.pages
    db.session.flush()


def forget_file(letter: Letter, *, now: datetime) -> None:
    """The letter no longer has it; the file itself goes after the commit."""
    if letter.storage_key is not None and letter.state is not LetterState.RECEIVED:
        enqueue("delete_letter_file", now=now, key=letter.storage_key)
        letter.storage_key, letter.size, letter.pages = None, 0, None


@handler("delete_letter_file", in_steps=True)
def delete_letter_file(key: str) -> None:
    """Only a file that no letter knows; so it can run whenever it likes."""
    known = db.session.scalar(select(Letter.id).where(Letter.storage_key == key))
    db.session.rollback()
    if known is None:
        storage.delete(key)
