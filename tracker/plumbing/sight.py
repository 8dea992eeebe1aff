"""Which applications somebody sees, as a condition of SQL; a conflict of interest subtracts here, once."""

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import aliased

from tracker.models import Application, Assignment, Conflict, Position, PositionRole, PositionTheme, Sight
from tracker.rules.roles import Standing


def sees(who: Standing) -> ColumnElement[bool]:
    """The condition that policy.reads_application states, in SQL.

    It speaks of Application alone, so that any query that has that table can use it; what else it looks at goes by
    another name, so that a query that has those tables too does not become part of it. What does not depend on the
    row stands in queries of its own, which an engine answers once and not per row.
    """
    if not who.person_id:
        return false()
    mine = aliased(Conflict)
    blocked = select(mine.application_id).where(mine.person_id == who.person_id, mine.blocks.is_(True))
    return and_(
        Application.submitted_at.is_not(None),
        Application.candidate_id != who.person_id,
        Application.id.not_in(blocked),
        _within(who),
    )


def _within(who: Standing) -> ColumnElement[bool]:
    """The positions and themes that a standing's roles reach."""
    if who.is_hr or who.is_admin:
        return true()
    whole = [position for position, role in who.seats.items() if role is not PositionRole.MEMBER]
    shared = [position for position, role in who.seats.items() if role is PositionRole.MEMBER]
    ways: list[ColumnElement[bool]] = []
    if whole:
        ways.append(Application.position_id.in_(whole))
    if shared:
        its, mine = aliased(Position), aliased(Assignment)
        open_to_members = select(its.id).where(its.id.in_(shared), its.members_see == Sight.ALL)
        assigned = exists().where(mine.application_id == Application.id, mine.person_id == who.person_id)
        ways.append(Application.position_id.in_(open_to_members))
        ways.append(and_(Application.position_id.in_(shared), assigned))
    link = aliased(PositionTheme)
    of_themes = select(link.position_id).where(link.theme_id.in_(who.themes))
    if who.themes:
        ways.append(Application.position_id.in_(of_themes))
    if not ways:
        return false()
    # all their positions once more, so that an index on positions begins with them
    its = aliased(Position)
    seats = select(its.id).where(its.id.in_([*whole, *shared]))
    return and_(Application.position_id.in_(seats.union(of_themes) if who.themes else [*whole, *shared]), or_(*ways))
