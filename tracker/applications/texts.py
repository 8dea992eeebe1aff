"""What an application is found by: three texts, for what a reader may look in."""

from collections.abc import Iterator

from sqlalchemy import select

from tracker.applications.drafts import Draft
from tracker.models import ApplicationText, Person
from tracker.plumbing.database import db
from tracker.rules.answers import plain
from tracker.rules.candidate_facts import CALLED, name_in
from tracker.rules.questions import Question
from tracker.rules.redaction import MARK, names_in, redact
from tracker.rules.search_text import index_text
from tracker.rules.words import LANGUAGES


def write(draft: Draft, candidate: Person, *, are_new: bool = False) -> None:
    """Write or rewrite the texts of this application from its answers; `are_new` where it is known to have none."""
    application = draft.application
    of_it = select(ApplicationText).where(ApplicationText.application_id == application.id)
    found = None if are_new else db.session.scalars(of_it).one_or_none()
    text = found or ApplicationText(application_id=application.id)
    text.open_text, text.identity_text, text.hidden_text = texts_of(draft, name=candidate.name, email=candidate.email)
    if found is None:
        db.session.add(text)


def texts_of(draft: Draft, *, name: str, email: str) -> tuple[str, str, str]:
    """The open text, the identity text and the hidden text, for a candidate of that name and address.

    The open text says no more than a blind reader's page does: what could be searched for could be guessed at. The
    code stands in it, since every reader knows it.
    """
    names = (name, name_in(draft.values, name), str(draft.value(CALLED) or ""))
    telling = names_in(*names, email)
    open_parts = (redact(part, telling).replace(MARK, " ") for part in _said(draft, identifying=False, hidden=False))
    return (
        index_text(draft.application.code, *open_parts),
        index_text(*names, *_said(draft, identifying=True, hidden=False)),
        index_text(email, *_said(draft, identifying=False, hidden=True), *_said(draft, identifying=True, hidden=True)),
    )


def _said(draft: Draft, *, identifying: bool, hidden: bool) -> Iterator[str]:
    for question in draft.form.questions:
        if question.identifying is identifying and question.hidden is hidden:
            yield from _in_each_language(question, draft)


def _in_each_language(question: Question, draft: Draft) -> Iterator[str]:
    """Chosen answers and countries are found by either of their names."""
    value = draft.value(question.key)
    yield from dict.fromkeys(plain(question, value, language) for language in LANGUAGES)
