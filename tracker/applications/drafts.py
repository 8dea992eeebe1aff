"""A draft as its candidate sees it: the form, the answers and documents that are there, and what is still to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any, cast

from flask import current_app
from sqlalchemy import BindParameter, Engine, Result, Select, bindparam, select

from tracker.applications.queries import Given, answers_of, as_written, take_answers, with_position
from tracker.models import Application, Document, DocumentState, FormVersion, MessageTemplate, Position
from tracker.plumbing.database import db, id_of
from tracker.plumbing.history import end_of_chain, take_end
from tracker.rules.answers import is_blank, problems
from tracker.rules.questions import Form, Question, QuestionType, Section
from tracker.rules.refusals import NotAllowedNow
from tracker.rules.sentences import Sentence, say

MEGABYTE = 1024 * 1024
MOST_PAGES = 300


class SectionState(StrEnum):
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    ATTENTION = "attention"


@dataclass(frozen=True)
class Problem:
    """Something to mend before sending: where it is, and what it is."""

    section: Section
    question: Question
    sentence: Sentence
    is_missing: bool
    """Not answered yet, as against answered in a way that cannot be sent."""


@dataclass(frozen=True)
class Files:
    """The documents of one question: the one that counts, and a newer one that is still checked or was refused."""

    current: Document | None = None
    newer: Document | None = None

    @property
    def shown(self) -> tuple[Document, ...]:
        return tuple(one for one in (self.current, self.newer) if one is not None)


@dataclass(frozen=True)
class Draft:
    """Everything of one application that its candidate wrote."""

    application: Application
    form: Form
    answers: Mapping[str, Given]

    @cached_property
    def files(self) -> Mapping[str, Files]:
        return _by_question(self.application.documents)

    def value(self, key: str) -> Any:
        answer = self.answers.get(key)
        return answer.value if answer else None

    def version(self, key: str) -> int:
        """Zero where nothing was ever saved."""
        answer = self.answers.get(key)
        return answer.version if answer else 0

    def files_of(self, key: str) -> Files:
        return self.files.get(key, Files()) if key in self._file_keys else Files()

    @cached_property
    def _file_keys(self) -> frozenset[str]:
        return frozenset(one.key for one in self.form.questions if one.type is QuestionType.FILE)

    @property
    def values(self) -> dict[str, Any]:
        return {key: answer.value for key, answer in self.answers.items()}

    @property
    def checking(self) -> bool:
        """Whether a document is still being looked at."""
        return any(one.state is DocumentState.CHECKING for files in self.files.values() for one in files.shown)

    def is_answered(self, question: Question) -> bool:
        if question.type is QuestionType.FILE:
            return self.files_of(question.key).current is not None
        return not is_blank(self.value(question.key))

    @cached_property
    def _problems(self) -> Mapping[str, list[Sentence]]:
        """Of every question: pages ask for them by section, by question and as a number."""
        return {question.key: self._found(question) for question in self.form.questions}

    def problems_of(self, question: Question) -> list[Sentence]:
        return self._problems[question.key]

    def _found(self, question: Question) -> list[Sentence]:
        files = self.files_of(question.key)
        if question.type is QuestionType.FILE and files.newer is not None:
            if files.newer.state is DocumentState.CHECKING:
                return [say("This document is still being checked. That takes a few seconds.")]
            if files.current is None:
                return [Sentence(files.newer.refusal)]
        return problems(question, self.value(question.key), has_file=files.current is not None)

    def problems_in(self, section: Section) -> list[Problem]:
        return [
            Problem(section, question, sentence, is_missing=not self.is_begun(question))
            for question in section.questions
            for sentence in self.problems_of(question)
        ]

    def is_begun(self, question: Question) -> bool:
        return self.is_answered(question) or bool(self.files_of(question.key).shown)

    @property
    def problems(self) -> list[Problem]:
        return [problem for section in self.form.sections for problem in self.problems_in(section)]

    def state_of(self, section: Section) -> SectionState:
        if not any(self.is_begun(question) for question in section.questions):
            return SectionState.NOT_STARTED
        found = self.problems_in(section)
        if any(not problem.is_missing for problem in found):
            return SectionState.ATTENTION
        return SectionState.IN_PROGRESS if found else SectionState.DONE

    @property
    def required(self) -> int:
        return sum(question.required for question in self.form.questions)

    @property
    def required_done(self) -> int:
        return sum(question.required and not self.problems_of(question) for question in self.form.questions)


@lru_cache(maxsize=256)
def _frozen(version_id: str) -> Form:
    return _read(version_id)


def _read(version_id: str) -> Form:
    return Form.parse(db.session.get_one(FormVersion, version_id).content)


def form_at(position: Position) -> Form | None:
    """The form of the position. What it was published with no longer changes, so each process reads it once."""
    if position.form_version_id is None:
        return None
    return _frozen(position.form_version_id) if position.published_at else _read(position.form_version_id)


def form_of(application: Application) -> Form:
    form = form_at(application.position)
    if form is None:
        raise NotAllowedNow(say("This position has no application form."))
    return form


def draft_of(application: Application) -> Draft:
    return Draft(application=application, form=form_of(application), answers=answers_of(application))


def read_as_written(application: Application) -> None:
    """Its answers, its documents and where its history ends in one statement, where none was looked at yet: for who has
    just locked it and is to change it."""
    _take(application, db.session.execute(_as_written(db.engine), {"application": id_of(application)}))


def read_to_send(application: Application, template: str) -> MessageTemplate | None:
    """The same, and in the same statement the wording with that key."""
    sought = {"application": id_of(application), "template": template}
    (found,) = _take(application, db.session.execute(_to_send(db.engine), sought))
    return cast(MessageTemplate | None, found)


def _take(application: Application, found: Result[Any]) -> list[Any]:
    """What was asked for besides."""
    _, answers, end, *more = tuple(found.unique().one())
    take_answers(application, answers)
    take_end("application", id_of(application), end)
    return more


@lru_cache
def _as_written(engine: Engine) -> Select[Any]:
    id_: BindParameter[str] = bindparam("application")
    found = as_written(select(Application).options(with_position())).where(Application.id == id_)
    return found.add_columns(end_of_chain("application", id_))


@lru_cache
def _to_send(engine: Engine) -> Select[Any]:
    named = MessageTemplate.key == bindparam("template")
    return _as_written(engine).add_columns(MessageTemplate).outerjoin(MessageTemplate, named)


def documents_of(application: Application) -> Sequence[Document]:
    """As they are now, whatever was read before."""
    return db.session.scalars(
        select(Document)
        .where(Document.application_id == application.id)
        .order_by(Document.uploaded_at, Document.id)
        .execution_options(populate_existing=True)
    ).all()


def _by_question(documents: Sequence[Document]) -> dict[str, Files]:
    """The newest that is ready counts; the newest of all shows too where it is another."""
    found: dict[str, Files] = {}
    for document in sorted(documents, key=lambda one: (one.uploaded_at, one.id)):
        before = found.get(document.question, Files())
        ready = document.state is DocumentState.READY
        found[document.question] = Files(document, None) if ready else Files(before.current, document)
    return found


def most_bytes(question: Question) -> int:
    """How large a document for this question may be: the form's limit or the site's, whichever is less."""
    site = int(current_app.config["TRACKER"].upload_megabytes)
    return min(question.limit.megabytes or site, site) * MEGABYTE


def most_pages(question: Question) -> int:
    return question.limit.pages or MOST_PAGES
