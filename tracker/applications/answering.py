"""Saving answers one by one: nothing storable is ever refused, nothing is overwritten unseen."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from tracker.applications.drafts import form_of
from tracker.models import Answer, Application
from tracker.plumbing.database import db, hold
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

    def __init__(self, answer: Answer) -> None:
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


def refuse_sent(application: Application) -> None:
    if application.submitted_at is not None:
        raise NotAllowedNow(say("This application has been sent, so it can no longer be changed."))


def save_answer(application: Application, key: str, value: Any, *, version: int, now: datetime) -> int:
    """Keep this normal value and give its new version; AnswerStale if it is no longer the `version` that was seen.

    The same value again is no change, so that a retry after a lost reply finds its own work.
    """
    lock_draft(application)

    def save() -> Answer | None:
        return store_answer(application, key, value, stored_answers(application).get(key), version=version, now=now)

    answer = in_turn(application, save)
    return answer.version if answer is not None else 0


def in_turn(application: Application, save: Callable[[], T]) -> T:
    """Save answers of a locked draft, and write them.

    They came in one statement with the lock, so on PostgreSQL they are as they were when we began to wait for it. Where
    others were saved meanwhile, the rows refuse ours; then all is read anew, and `save` sees what they are now.
    """
    try:
        saved = save()
        db.session.flush()
    except (IntegrityError, StaleDataError):
        db.session.rollback()
        lock_draft(application)
        saved = save()
        db.session.flush()
    return saved


def stored_answers(application: Application) -> dict[str, Answer]:
    """By the key of their question."""
    return {answer.question: answer for answer in application.answers}


def store_answer(
    application: Application, key: str, value: Any, stored: Answer | None, *, version: int, now: datetime
) -> Answer | None:
    """The same over what is stored; the next flush writes it, and gives it its version. None where nothing is there."""
    if stored is None:
        if value is None:
            return None
        stored = Answer(application_id=application.id, question=key, value=value, saved_at=now)
        db.session.add(stored)
        db.session.expire(application, ["answers"])
    elif stored.value != value:
        if stored.version != version:
            raise AnswerStale(stored)
        stored.value, stored.saved_at = value, now
    return stored


def question_of(application: Application, key: str) -> Question | None:
    """A question of this application's form that is answered in words; None for one it does not have."""
    try:
        question = form_of(application).question(key)
    except KeyError:
        return None
    return None if question.type is QuestionType.FILE else question
