"""The answers of a position's form as columns of its export: each cell only if its facets may be seen in that row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from tracker.models import Answer, Position
from tracker.plumbing.i18n import language, spoken
from tracker.rules.answers import plain
from tracker.rules.candidate_facts import CALLED, FULL_NAME
from tracker.rules.facets import Facet, needed
from tracker.rules.questions import Form, Question, QuestionType
from tracker.rules.redaction import names_in, redact

NO_COLUMN = frozenset({QuestionType.FILE, QuestionType.STATEMENT})


@dataclass(frozen=True)
class AnswerColumns:
    """None where the export spans positions, whose forms differ."""

    questions: tuple[Question, ...] = ()

    @classmethod
    def of(cls, position: Position | None) -> "AnswerColumns":
        if position is None or position.form_version is None:
            return cls()
        form = Form.parse(position.form_version.content)
        return cls(tuple(question for question in form.questions if question.type not in NO_COLUMN))

    @property
    def headings(self) -> list[str]:
        return [question.said(language()) for question in self.questions]

    @property
    def nothing(self) -> tuple[None, ...]:
        return (None,) * len(self.questions)

    def read(self, rows: Sequence[Row[Any]], session: Session) -> Mapping[str, tuple[str | None, ...]]:
        """The cells of these applications, by id, in one query."""
        if not self.questions:
            return {}
        given: dict[str, dict[str, Any]] = {}
        keys = [FULL_NAME, CALLED, *(question.key for question in self.questions)]
        for application_id, key, value in session.execute(
            select(Answer.application_id, Answer.question, Answer.value).where(
                Answer.application_id.in_([row.id for row in rows]), Answer.question.in_(keys)
            )
        ):
            given.setdefault(application_id, {})[key] = value
        return {row.id: self._cells(row, given.get(row.id, {})) for row in rows}

    def _cells(self, row: Row[Any], answers: Mapping[str, Any]) -> tuple[str | None, ...]:
        seen = facets_of(row)
        called = [given for key in (FULL_NAME, CALLED) if isinstance(given := answers.get(key), str)]
        hidden = Facet.IDENTITY not in seen
        names = names_in(row.own_name, row.own_email, row.given_name, *called) if hidden else None
        cells: list[str | None] = []
        for question in self.questions:
            if not needed(question) <= seen:
                cells.append(None)
                continue
            text = plain(question, answers.get(question.key), language(), speak=spoken)
            cells.append(redact(text, names) if names else text)
        return tuple(cells)


def names_given(application_ids: Sequence[str], session: Session) -> Mapping[str, list[str]]:
    """What these candidates say they are called, by the application's id."""
    found: dict[str, list[str]] = {}
    if application_ids:
        for application_id, value in session.execute(
            select(Answer.application_id, Answer.value).where(
                Answer.application_id.in_(application_ids), Answer.question.in_((FULL_NAME, CALLED))
            )
        ):
            if isinstance(value, str):
                found.setdefault(application_id, []).append(value)
    return found


def facets_of(row: Row[Any]) -> frozenset[Facet]:
    """rules.facets for a row whose query worked out who may know the name, the contact and what is hidden."""
    if not row.opens:
        return frozenset()
    seen = {Facet.ANSWERS, Facet.BACKGROUND}
    if row.identity:
        seen.add(Facet.IDENTITY)
    if row.contact:
        seen.add(Facet.CONTACT)
    if row.trusted:
        seen |= {Facet.HIDDEN_ANSWERS, Facet.CONTACT}
    return frozenset(seen)
