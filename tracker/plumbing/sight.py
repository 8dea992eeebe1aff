"""Which applications somebody sees, as a condition of SQL; a conflict of interest subtracts here, once."""

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true

from tracker.models import Application, Assignment, Conflict, Position, PositionRole, PositionTheme, Sight
from tracker.rules.roles import Standing


def sees(who: Standing) -> ColumnElement[bool]:
    """The condition that policy.reads_application states, in SQL.

    It speaks of Application alone, so that any query that has that table can use it.
    """
    if not who.person_id:
        return false()
    blocked = exists().where(
        Conflict.application_id == Application.id, Conflict.person_id == who.person_id, Conflict.blocks.is_(True)
    )
    return and_(
        Application.submitted_at.is_not(None), Application.candidate_id != who.person_id, ~blocked, _within(who)
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
        open_to_members = select(Position.id).where(Position.id.in_(shared), Position.members_see == Sight.ALL)
        assigned = exists().where(Assignment.application_id == Application.id, Assignment.person_id == who.person_id)
        ways.append(Application.position_id.in_(open_to_members))
        ways.append(and_(Application.position_id.in_(shared), assigned))
    if who.themes:
        of_themes = select(PositionTheme.position_id).where(PositionTheme.theme_id.in_(who.themes))
        ways.append(Application.position_id.in_(of_themes))
    return or_(*ways) if ways else false()
