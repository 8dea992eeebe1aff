"""Saving answers one by one: nothing storable is ever refused, nothing is overwritten unseen."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from tracker.applications.drafts import form_of, read_as_written
from tracker.applications.queries import Given, answers_of, forget_answers
from tracker.models import Answer, Application
from tracker.plumbing.database import db, fetch, hold, holds, id_of, is_held, will_write
from tracker.rules.answers import AnswerRefused, normal
from tracker.rules.questions import Question, QuestionType
from tracker.rules.refusals import NotAllowedNow, Stale
from tracker.rules.sentences import Sentence, say

T = TypeVar("T")
MOST_REFUSALS = 40
"""Fields of one answer that are set aside before the whole answer is refused."""

Place = tuple[int | None, str | None]
"""Number of the entry, from 1, and key of its field; None for an answer that has none."""


class AnswerStale(Stale):
    """The answer was changed elsewhere since this page read it; `theirs` is what stands there now."""

    def __init__(self, answer: Given) -> None:
        super().__init__(say("This answer was changed in another window. Choose which one to keep."))
        self.theirs = answer.value
        self.version = answer.version


@dataclass(frozen=True)
class Kept:
    """What came of a posted answer: the value to store, and the parts that cannot be stored as they were typed."""

    value: Any
    refused: Mapping[Place, Sentence] = field(default_factory=dict)


def keepable(question: Question, raw: Any) -> Kept:
    """As much of the answer as can be stored; AnswerRefused when none of it can.

    One field that cannot be read must not keep the rest of a list from being saved.
    """
    refused: dict[Place, Sentence] = {}
    rest = deepcopy(raw)
    while True:
        try:
            return Kept(normal(question, rest), refused)
        except AnswerRefused as refusal:
            if refusal.field is None or len(refused) >= MOST_REFUSALS:
                raise
            holder = rest if refusal.entry is None else rest[refusal.entry - 1]
            holder[refusal.field] = ""
            refused[(refusal.entry, refusal.field)] = refusal.sentence


def lock_draft(application: Application) -> None:
    """From here on nobody submits it meanwhile; NotAllowedNow when somebody already did."""
    hold(application)
    refuse_sent(application)


def lock_as_written(application: Application) -> None:
    """The same for whoever looks at its answers and documents: read once nobody else changes them any more."""
    if not holds(application):
        fetch(_row, {"application": id_of(application)})
        is_held(application)
        read_as_written(application)
    refuse_sent(application)


_row = select(Application.id).where(Application.id == bindparam("application")).with_for_update()


def refuse_sent(application: Application) -> None:
    if application.submitted_at is not None:
        raise NotAllowedNow(say("This application has been sent, so it can no longer be changed."))


def save_answer(application: Application, key: str, value: Any, *, version: int, now: datetime) -> int:
    """Keep this normal value and give its new version; AnswerStale if it is no longer the `version` that was seen.

    The same value again is no change, so that a retry after a lost reply finds its own work.
    """
    lock_draft(application)
    return in_turn(application, lambda answers: answers.store(key, value, version=version, now=now))


class Overtaken(Exception):
    """An answer was saved by somebody else between our reading and our writing."""


_answer = db.metadata.tables[Answer.__tablename__]
_into_answers = insert(_answer)
_over_answer = (
    update(_answer)
    .where(
        _answer.c.application_id == bindparam("of"),
        _answer.c.question == bindparam("key"),
        _answer.c.version == bindparam("seen"),
    )
    .values(
        value=bindparam("said", type_=_answer.c.value.type),
        saved_at=bindparam("now", type_=_answer.c.saved_at.type),
        version=_answer.c.version + 1,
    )
)


@dataclass
class Answers:
    """What is stored in a locked draft, and what is to be."""

    application: Application
    new: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)

    @cached_property
    def stored(self) -> Mapping[str, Given]:
        return answers_of(self.application)

    def store(self, key: str, value: Any, *, version: int, now: datetime) -> int:
        """Have it written, and say which version that makes; zero where nothing was there and nothing is."""
        there = self.stored.get(key)
        if there is None:
            if value is None:
                return 0
            self.new.append(
                {"application_id": self.application.id, "question": key, "value": value, "saved_at": now, "version": 1}
            )
            return 1
        if there.value == value:
            return there.version
        if there.version != version:
            raise AnswerStale(there)
        self.changed.append({"of": self.application.id, "key": key, "seen": version, "said": value, "now": now})
        return version + 1

    def write(self) -> None:
        """IntegrityError or Overtaken where others saved the same meanwhile."""
        if not self.new and not self.changed:
            return
        will_write(db.session)
        forget_answers(self.application)
        connection = db.session.connection()
        if self.new:
            connection.execute(_into_answers, self.new)
        for one in self.changed:
            if connection.execute(_over_answer, one).rowcount != 1:
                raise Overtaken


def in_turn(application: Application, save: Callable[[Answers], T]) -> T:
    """Save answers of a locked draft, and write them.

    They came in one statement with the lock, so on PostgreSQL they are as they were when we began to wait for it. Where
    others were saved meanwhile, the rows refuse ours; then all is read anew, and `save` sees what they are now.
    """
    try:
        return _saved(application, save)
    except (IntegrityError, Overtaken):
        db.session.rollback()
        lock_as_written(application)
        return _saved(application, save)


def _saved(application: Application, save: Callable[[Answers], T]) -> T:
    answers = Answers(application)
    saved = save(answers)
    answers.write()
    return saved


def question_of(application: Application, key: str) -> Question | None:
    """A question of this application's form that is answered in words; None for one it does not have."""
    try:
        question = form_of(application).question(key)
    except KeyError:
        return None
    return None if question.type is QuestionType.FILE else question
