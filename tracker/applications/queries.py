"""Which applications somebody sees. Lists, counts, searches, exports and pages all start here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Select, String, Text, bindparam, cast, false, func, select
from sqlalchemy.orm import joinedload, load_only
from sqlalchemy.sql.base import ExecutableOption

from tracker.models import Answer, Application, Assignment, Conflict, Document, Person, Position, Theme
from tracker.plumbing.database import db, fetch, kept
from tracker.plumbing.sight import among, sees
from tracker.rules.roles import Standing

__all__ = [
    "own_applications",
    "own_documents",
    "own_in_hand",
    "sees",
    "visible_application",
    "visible_applications",
    "with_own_assignment",
    "with_own_conflict",
    "with_own_themes",
    "with_position",
]

SHORT = load_only(
    *(Position.reference, Position.title, Position.kind, Position.state, Position.version, Position.country),
    *(Position.opens_at, Position.closes_at, Position.time_zone, Position.decision_by, Position.published_at),
    *(Position.contact_name, Position.contact_email, Position.form_version_id, Position.workflow_id),
    *(Position.letters_wanted, Position.blind_first_round, Position.members_see, Position.scale_max),
)
"""What pages and rules about an application ask of its position."""
ANSWERS = "answers"


def visible_applications(who: Standing) -> Select[Application]:
    """Submitted applications this standing may see as a reader."""
    return select(Application).where(sees(who))


def visible_application(who: Standing) -> Select[Application]:
    """The same for a page about one, which the query is yet to be told."""
    return select(Application).where(sees(who, one_by_one=True))


def with_position(*more: Any) -> ExecutableOption:
    """The position in the same query, with `more` of it; what only its own page says stays where it is."""
    return joinedload(Application.position).options(SHORT, *more)


def with_own_conflict(who: Standing) -> ExecutableOption:
    """Of the declared conflicts only this reader's, all that rules look at: for requests that show no others."""
    return joinedload(Application.conflicts.and_(Conflict.person_id == who.person_id))


def with_own_assignment(who: Standing) -> ExecutableOption:
    """The same of assignments."""
    return joinedload(Application.assignments.and_(Assignment.person_id == who.person_id))


def with_own_themes(who: Standing) -> ExecutableOption:
    """Of the position's themes only those this reader coordinates, for `with_position`."""
    return joinedload(Position.themes.and_(among(Theme.id, who.themes))).load_only(Theme.id)


def own_applications(who: Standing) -> Select[Application]:
    """The candidate's own, drafts too."""
    return select(Application).where(Application.candidate_id == who.person_id) if who.person_id else _none()


def own_in_hand(who: Standing) -> Select[Application]:
    """The same with what every page of a draft looks at, in one query."""
    return own_applications(who).options(with_position(), joinedload(Application.stage))


def beside_person(query: Select[Any]) -> Select[Any]:
    """The same of the Person whom the query has."""
    return _beside(query).options(joinedload(Application.stage))


def beside_person_as_written(query: Select[Any]) -> Select[Any]:
    """With what was written in it so far, and without the stage: for pages of a draft."""
    return as_written(_beside(query))


def _beside(query: Select[Any]) -> Select[Any]:
    own = query.add_columns(Application).join(Application, Application.candidate_id == Person.id)
    return own.options(with_position())


def as_written(query: Select[Any]) -> Select[Any]:
    """With the documents of each Application, and its answers in a column: as rows, each would bring all the rest."""
    line = Answer.question.concat(" ").concat(cast(Answer.version, String)).concat(" ").concat(cast(Answer.value, Text))
    lines = select(func.aggregate_strings(line, "\n")).where(Answer.application_id == Application.id)
    return query.options(joinedload(Application.documents)).add_columns(lines.scalar_subquery())


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that is stored. A draft has twenty, and every page of it reads them all, so they are no objects of the
    session's."""

    value: Any
    version: int
    """Guards against two tabs."""


def take_answers(application: Application, lines: str | None) -> None:
    """The answers as that column has them: key, version and value. No key has a space in it, and no stored value a
    line's end."""
    parts = (line.split(" ", 2) for line in lines.split("\n")) if lines else ()
    kept(db.session)[ANSWERS, application.id] = {
        question: Given(orjson.loads(value), int(version)) for question, version, value in parts
    }


_answers = select(Answer.question, Answer.value, Answer.version).where(
    Answer.application_id == bindparam("application")
)


def answers_of(application: Application) -> Mapping[str, Given]:
    """By the key of their question: as they came with it, or as they are now."""
    found: Mapping[str, Given] | None = kept(db.session).get((ANSWERS, application.id))
    if found is None:
        rows = fetch(_answers, {"application": application.id})
        found = {question: Given(value, version) for question, value, version in rows}
    return found


def forget_answers(application: Application) -> None:
    """They are no longer as they came."""
    kept(db.session).pop((ANSWERS, application.id), None)


def own_documents(who: Standing) -> Select[Document]:
    return select(Document).join(Application).where(Application.candidate_id == (who.person_id or None))


def _none() -> Select[Application]:
    return select(Application).where(false())
