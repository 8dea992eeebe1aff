"""Which applications somebody sees. Lists, counts, searches, exports and pages all start here."""

from functools import cache
from typing import Any

from sqlalchemy import Select, and_, false, literal, select, true, union_all
from sqlalchemy.orm import contains_eager, defer, joinedload
from sqlalchemy.sql.base import ExecutableOption

from tracker.models import Answer, Application, Assignment, Conflict, Document, FormVersion, Person, Position, Theme
from tracker.plumbing.sight import sees
from tracker.rules.roles import Standing

__all__ = [
    "own_applications",
    "own_documents",
    "own_in_hand",
    "sees",
    "visible_applications",
    "with_own_assignment",
    "with_own_conflict",
    "with_own_themes",
    "with_position",
]

LONG = ("description", "requirements", "desirable", "benefits", "development", "prospects", "procedure")
LONG_TEXTS = (*LONG, "summary", "supervisors", "partners", "equal_opportunity", "search_text")


def visible_applications(who: Standing) -> Select[Application]:
    """Submitted applications this standing may see as a reader."""
    return select(Application).where(sees(who))


def with_position(*more: Any) -> ExecutableOption:
    """The position in the same query, with `more` of it; its long texts stay where they are."""
    return joinedload(Application.position).options(*(defer(getattr(Position, name)) for name in LONG_TEXTS), *more)


@cache
def in_hand() -> tuple[ExecutableOption, ...]:
    """What every page of a draft looks at, in the query of the application; the form itself is read once."""
    form = joinedload(Position.form_version).defer(FormVersion.content)
    return with_position(form), joinedload(Application.stage)


def with_own_conflict(who: Standing) -> ExecutableOption:
    """Of the declared conflicts only this reader's, all that rules look at: for requests that show no others."""
    return joinedload(Application.conflicts.and_(Conflict.person_id == who.person_id))


def with_own_assignment(who: Standing) -> ExecutableOption:
    """The same of assignments."""
    return joinedload(Application.assignments.and_(Assignment.person_id == who.person_id))


def with_own_themes(who: Standing) -> ExecutableOption:
    """Of the position's themes only those this reader coordinates, for `with_position`."""
    return joinedload(Position.themes.and_(Theme.id.in_(who.themes))).load_only(Theme.id)


def own_applications(who: Standing) -> Select[Application]:
    """The candidate's own, drafts too."""
    return select(Application).where(Application.candidate_id == who.person_id) if who.person_id else _none()


def own_in_hand(who: Standing) -> Select[Application]:
    """The same with what every page of a draft looks at, in one query."""
    return own_applications(who).options(*in_hand())


def beside_person(query: Select[Any]) -> Select[Any]:
    """The same of the Person whom the query has."""
    return query.add_columns(Application).join(Application, Application.candidate_id == Person.id).options(*in_hand())


def beside_person_as_written(query: Select[Any]) -> Select[Any]:
    """And what was written in it so far: for pages that show it."""
    return as_written(beside_person(query))


_lists = union_all(select(literal("answers").label("name")), select(literal("documents"))).subquery("lists")


def as_written(query: Select[Any]) -> Select[Any]:
    """With the answers and the documents of each Application: rows of the one, then of the other, and not each of the
    one with each of the other."""
    answers = and_(_lists.c.name == "answers", Answer.application_id == Application.id)
    documents = and_(_lists.c.name == "documents", Document.application_id == Application.id)
    joined = query.join(_lists, true()).outerjoin(Answer, answers).outerjoin(Document, documents)
    return joined.options(contains_eager(Application.answers), contains_eager(Application.documents))


def own_documents(who: Standing) -> Select[Document]:
    return select(Document).join(Application).where(Application.candidate_id == (who.person_id or None))


def _none() -> Select[Application]:
    return select(Application).where(false())
