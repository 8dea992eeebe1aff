"""What an application is found by: three texts, for what a reader may look in."""

from collections.abc import Iterator

from tracker.applications.drafts import Draft
from tracker.models import ApplicationText, Person
from tracker.plumbing.database import db
from tracker.rules.answers import plain
from tracker.rules.candidate_facts import CALLED, name_in, without_names
from tracker.rules.questions import Question
from tracker.rules.search_text import search_text
from tracker.rules.words import LANGUAGES


def write(draft: Draft, candidate: Person) -> None:
    """Write or rewrite the texts of this application from its answers."""
    application = draft.application
    found = db.session.get(ApplicationText, application.id)
    text = found or ApplicationText(application_id=application.id)
    names = (candidate.name, name_in(draft.values, candidate.name), str(draft.value(CALLED) or ""))
    open_parts = (without_names(part, *names) for part in _said(draft, identifying=False, hidden=False))
    text.open_text = search_text(*open_parts)
    text.identity_text = search_text(*names, *_said(draft, identifying=True, hidden=False))
    text.hidden_text = search_text(
        candidate.email, *_said(draft, identifying=False, hidden=True), *_said(draft, identifying=True, hidden=True)
    )
    if found is None:
        db.session.add(text)


def _said(draft: Draft, *, identifying: bool, hidden: bool) -> Iterator[str]:
    for question in draft.form.questions:
        if question.identifying is identifying and question.hidden is hidden:
            yield from _in_each_language(question, draft)


def _in_each_language(question: Question, draft: Draft) -> Iterator[str]:
    """Chosen answers and countries are found by either of their names."""
    value = draft.value(question.key)
    yield from dict.fromkeys(plain(question, value, language) for language in LANGUAGES)
