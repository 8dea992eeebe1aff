"""Documents of a draft: uploaded, looked into by a job, replaced, removed."""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from tracker.applications.answering import lock_draft, refuse_sent
from tracker.applications.document_checking import Verdict, first_look, look_into
from tracker.applications.drafts import documents_of, form_of, most_bytes, most_pages
from tracker.models import Application, Document, DocumentState, Person, new_id
from tracker.plumbing import storage
from tracker.plumbing.clock import now as clock_now
from tracker.plumbing.database import db, let_others_write, transaction
from tracker.plumbing.history import remember
from tracker.plumbing.jobs import enqueue, handler
from tracker.rules.questions import Question
from tracker.rules.refusals import Invalid, TooMany
from tracker.rules.sentences import Sentence, say

FOLDER = "documents"
MOST_DOCUMENTS = 40
"""Of one application at one time, with those still being checked."""
MOST_UPLOADS_AN_HOUR = 60
LONGEST_NAME = 200
ENDING = ".pdf"
UNSHOWN = frozenset({"Cc", "Cs", "Zl", "Zp"})
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks of direction: with them cv[turn]fdp.exe reads cvexe.pdf."""


@dataclass(frozen=True)
class Received:
    """A file that is kept already, under a key that no row names yet."""

    name: str
    key: str
    size: int
    sha256: str


def make_way(application: Application, files: int, *, now: datetime) -> None:
    """So many files may be received, which takes its time; nothing is locked meanwhile."""
    refuse_sent(application)
    _refuse_too_many(application.documents, files, now)
    let_others_write(db.session)


def receive(question: Question, *, name: str, data: bytes) -> Received:
    """Keep a file. Invalid says what to do."""
    refusal = first_look(data, most_bytes=most_bytes(question))
    if refusal is not None:
        raise Invalid(refusal)
    received = Received(file_name(name), storage.new_key(FOLDER), len(data), hashlib.sha256(data).hexdigest())
    storage.put(received.key, data)
    return received


def upload(application: Application, files: Mapping[str, Received], *, by: Person, now: datetime) -> None:
    """Take files into a draft that is locked as written, by the key of their question, and have them checked; what each
    replaces stays until it has passed."""
    there = application.documents
    _refuse_too_many(there, len(files), now)
    for one in there:
        if one.question in files and one.state is not DocumentState.READY:
            _forget(one, now=now)
    for question, received in files.items():
        document = Document(
            id=new_id(),
            application_id=application.id,
            question=question,
            file_name=received.name,
            storage_key=received.key,
            size=received.size,
            sha256=received.sha256,
            state=DocumentState.CHECKING,
            uploaded_at=now,
        )
        db.session.add(document)
        enqueue("check_document", now=now, document=document.id)
        remember(
            "application", application.id, "document_uploaded", by=by, now=now,
            document=document.id, question=question, sha256=document.sha256,
        )  # fmt: skip


def file_name(raw: str) -> str:
    """The name as the candidate gave it, in any script; without folders, what no screen can show, and what turns the
    order of reading; with the ending of what it is."""
    base = raw.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(sign for sign in base if unicodedata.category(sign) not in UNSHOWN and sign not in TURNING)
    name = unicodedata.normalize("NFC", shown).strip().lstrip(".") or "document"
    stem, ending = (name[:-4], name[-4:]) if name.casefold().endswith(ENDING) else (name, ENDING)
    return stem[: LONGEST_NAME - len(ENDING)] + ending


def _refuse_too_many(there: Sequence[Document], coming: int, now: datetime) -> None:
    if len(there) + coming > MOST_DOCUMENTS:
        raise TooMany(say("There are too many documents in this application. Remove one first."))
    if sum(now - one.uploaded_at < timedelta(hours=1) for one in there) + coming > MOST_UPLOADS_AN_HOUR:
        raise TooMany(say("That were many uploads in a short time. Please wait a little."))


def _forget(document: Document, *, now: datetime) -> None:
    """The row goes now, the file after the commit."""
    enqueue("delete_document_file", now=now, key=document.storage_key)
    db.session.delete(document)
    db.session.flush()


def remove(document: Document, application: Application, *, by: Person, now: datetime) -> None:
    """Take a document out of a draft."""
    lock_draft(application)
    remember("application", application.id, "document_removed", by=by, now=now, document=document.id)
    _forget(document, now=now)


def remove_all(application: Application, *, now: datetime) -> None:
    """With the draft itself, so that no line tells of each."""
    for document in documents_of(application):
        _forget(document, now=now)


def _say_unchecked(document: str) -> None:
    found = db.session.get(Document, document)
    if found is not None and found.state is DocumentState.CHECKING:
        found.state, found.checked_at = DocumentState.REFUSED, clock_now()
        found.refusal = str(say("This file could not be checked. Please upload it again."))


@handler("check_document", in_steps=True, given_up=_say_unchecked)
def check_document(document: str) -> None:
    """Look into the file without holding anything, then write down what was found. May run twice."""
    found = _to_check(document)
    if found is None:
        return
    original_key, pages, size = found
    try:
        data = storage.read(original_key)
    except storage.Missing:
        _settle(document, original_key, Verdict(refusal=_lost()))
        return
    _settle(document, original_key, look_into(data, most_pages=pages, most_bytes=size))


def _lost() -> Sentence:
    return say("This file was lost on its way. Please upload it again.")


def _to_check(document_id: str) -> tuple[str, int, int] | None:
    """Where the file is, and how many pages and bytes it may have; None when there is nothing to do any more."""
    document = db.session.get(Document, document_id)
    application = db.session.get(Application, document.application_id) if document else None
    if document is None or application is None or document.state is not DocumentState.CHECKING:
        db.session.rollback()
        return None
    question = form_of(application).question(document.question)
    facts = document.storage_key, most_pages(question), most_bytes(question)
    db.session.rollback()
    return facts


def _settle(document_id: str, original_key: str, verdict: Verdict) -> None:
    """The harmless copy gets a key of its own; the original goes when the row no longer knows it."""
    key = storage.new_key(FOLDER)
    if verdict.refusal is None:
        storage.put(key, verdict.data)
    now = clock_now()
    with transaction() as session:
        document = session.get(Document, document_id, with_for_update=True)
        if document is None or document.state is not DocumentState.CHECKING:
            enqueue("delete_document_file", now=now, key=key)
            return
        document.checked_at = now
        enqueue("delete_document_file", now=now, key=original_key)
        if verdict.refusal is not None:
            document.state, document.refusal = DocumentState.REFUSED, str(verdict.refusal)
            return
        document.storage_key, document.state = key, DocumentState.READY
        document.size, document.pages = len(verdict.data), verdict.pages
        document.sha256 = hashlib.sha256(verdict.data).hexdigest()
        _retire_older(document, now)


def _retire_older(document: Document, now: datetime) -> None:
    """What it replaces, now that it has passed."""
    older = db.session.scalars(
        select(Document).where(
            Document.application_id == document.application_id,
            Document.question == document.question,
            Document.id != document.id,
            Document.state == DocumentState.READY,
        )
    )
    for one in older.all():
        _forget(one, now=now)


@handler("delete_document_file", in_steps=True)
def delete_document_file(key: str) -> None:
    """Only a file that no row knows; so it can run whenever it likes."""
    known = db.session.scalar(
        select(Document.id).where(Document.storage_key == key, Document.state != DocumentState.REFUSED)
    )
    db.session.rollback()
    if known is None:
        storage.delete(key)
