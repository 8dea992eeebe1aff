"""What a reader knows of an application, as conditions of SQL: the same answers as rules.facets and rules.predicates.

Each looks at the application's own row and at this reader's part in it; what depends on the stage or the position alone
stands in a query of its own, which an engine answers once and not per row.
"""

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import aliased

from tracker.models import (
    Application,
    Assignment,
    Conflict,
    Position,
    PositionRole,
    Review,
    ReviewState,
    Stage,
)
from tracker.rules.roles import Standing

MyReview = aliased(Review, name="my_review")
MyAssignment = aliased(Assignment, name="my_assignment")
MyConflict = aliased(Conflict, name="my_conflict")
REVIEWING = (PositionRole.CHAIR, PositionRole.MEMBER)


def trusted(who: Standing) -> ColumnElement[bool]:
    """Facets' `trusted` in SQL: guards or runs the procedure, so knows who is who."""
    if who.is_hr or who.is_admin:
        return true()
    return seat_in(who, PositionRole.COORDINATOR)


def knows_name(who: Standing) -> ColumnElement[bool]:
    """The facet IDENTITY in SQL."""
    return or_(trusted(who), ~_is_blind())


def _is_blind() -> ColumnElement[bool]:
    """The stage hides names and the position asks for it; looked up once, not per row."""
    its, stage = aliased(Position), aliased(Stage)
    return and_(
        Application.position_id.in_(select(its.id).where(its.blind_first_round.is_(True))),
        Application.stage_id.in_(select(stage.id).where(stage.is_blind.is_(True))),
    )


def takes_reviews() -> ColumnElement[bool]:
    stage = aliased(Stage)
    return Application.stage_id.in_(select(stage.id).where(stage.takes_reviews.is_(True)))


def knows_scores(who: Standing) -> ColumnElement[bool]:
    """The facet REVIEWS in SQL: hidden from who reviews until their own is in."""
    return or_(
        trusted(who),
        ~seat_in(who, *REVIEWING),
        ~takes_reviews(),
        func.coalesce(MyReview.state, ReviewState.DRAFT) != ReviewState.DRAFT,
    )


def declared(who: Standing) -> ColumnElement[bool]:
    """The predicate `declared` in SQL: said whether there is a conflict, with the name shown if it shows now."""
    return and_(
        MyConflict.person_id.is_not(None),
        or_(MyConflict.was_blind.is_(False), _is_blind()),
    )


def opens(who: Standing) -> ColumnElement[bool]:
    """What policy OPEN_DOSSIER asks beyond sight, in SQL: who judges has declared conflicts."""
    if (who.is_hr or who.is_admin) and not who.seats:
        return true()
    if who.is_hr or who.is_admin:
        return or_(Application.position_id.not_in(list(who.seats)), declared(who))
    return declared(who)


def seat_in(who: Standing, *roles: PositionRole) -> ColumnElement[bool]:
    seats = [position for position, role in who.seats.items() if role in roles]
    return Application.position_id.in_(seats) if seats else false()
