"""Which applications somebody sees, as a condition of SQL; a conflict of interest subtracts here, once."""

from collections.abc import Iterable
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, exists, false, literal, or_, select, true
from sqlalchemy.orm import aliased

from tracker.models import Application, Assignment, Conflict, Position, PositionRole, PositionTheme, Sight
from tracker.rules.roles import Standing

# other names than the tables have, so that a query that has those too does not become part of the condition
_application, _position, _assignment, _conflict, _theme = (
    aliased(Application),
    aliased(Position),
    aliased(Assignment),
    aliased(Conflict),
    aliased(PositionTheme),
)


def sees(who: Standing, *, one_by_one: bool = False, within: Any = None) -> ColumnElement[bool]:
    """The condition that policy.reads_application states, in SQL.

    It speaks of Application alone, so that any query that has that table can use it. What does not depend on the row
    stands in queries of its own, which an engine answers once and not per row. `one_by_one`, for who reads few rows:
    each is looked up among one's conflicts, of which a reader of thousands has more than a page has rows. `within`, for
    who reads of one position: the conflicts that one has there are all that is asked for.
    """
    if not who.person_id:
        return false()
    return and_(
        Application.submitted_at.is_not(None),
        Application.candidate_id != who.person_id,
        _is_free(who) if one_by_one else Application.id.not_in(_blocked(who, within)),
        _within(who),
    )


def reaches(who: Standing) -> ColumnElement[bool]:
    """For who counts a whole: what `sees` says without what `out_of_sight` takes away, which is counted apart."""
    return and_(Application.submitted_at.is_not(None), _within(who)) if who.person_id else false()


def out_of_sight(who: Standing) -> ColumnElement[bool]:
    """One's own application, and those with a conflict of theirs: found by their ids, since they are few."""
    own = select(_application.id).where(_application.candidate_id == who.person_id)
    return Application.id.in_(own.union(_blocked(who)))


def _blocked(who: Standing, within: Any = None) -> Select[str]:
    theirs = select(_conflict.application_id).where(_conflict.person_id == who.person_id, _conflict.blocks.is_(True))
    return theirs if within is None else theirs.where(_conflict.position_id == within)


def _is_free(who: Standing) -> ColumnElement[bool]:
    """As a value that is looked up, of which no engine makes a join."""
    its = _conflict.application_id == Application.id, _conflict.person_id == who.person_id
    return select(_conflict.blocks).where(*its).scalar_subquery().is_not(true())


def _within(who: Standing) -> ColumnElement[bool]:
    """The positions and themes that a standing's roles reach."""
    if who.is_hr or who.is_admin:
        return true()
    whole = [position for position, role in who.seats.items() if role is not PositionRole.MEMBER]
    shared = [position for position, role in who.seats.items() if role is PositionRole.MEMBER]
    ways: list[ColumnElement[bool]] = []
    if whole:
        ways.append(among(Application.position_id, whole))
    if shared:
        open_to_members = select(_position.id).where(among(_position.id, shared), _position.members_see == Sight.ALL)
        ways.append(Application.position_id.in_(open_to_members))
    of_themes = select(_theme.position_id).where(among(_theme.theme_id, who.themes))
    if who.themes:
        ways.append(Application.position_id.in_(of_themes))
    if shared:  # last, since it alone is looked up row by row
        assigned = exists().where(_assignment.application_id == Application.id, _assignment.person_id == who.person_id)
        ways.append(and_(among(Application.position_id, shared), assigned))
    if not ways:
        return false()
    # all their positions once more, so that an index on positions begins with them
    if not who.themes:
        return and_(among(Application.position_id, [*whole, *shared]), or_(*ways))
    seats = select(_position.id).where(among(_position.id, [*whole, *shared]))
    return and_(Application.position_id.in_(seats.union(of_themes)), or_(*ways))


def among(column: Any, ids: Iterable[str]) -> ColumnElement[bool]:
    """One of a reader's ids. Each has its own place in the text, so that a statement that is kept is not written anew
    every time it is asked."""
    return cast(ColumnElement[bool], column.in_([literal(one) for one in ids]))
