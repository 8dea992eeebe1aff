"""What a reader knows of an application, as conditions of SQL: the same answers as rules.facets and rules.predicates.

Each looks at the application's own row and at this reader's part in it; what depends on the stage or the position alone
stands in a query of its own, which an engine answers once and not per row.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    exists,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
)
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
from tracker.plumbing.planning import along
from tracker.plumbing.sight import among
from tracker.rules.roles import Standing

REVIEWING = (PositionRole.CHAIR, PositionRole.MEMBER)
DRAFT: ColumnElement[str] = literal_column(f"'{ReviewState.DRAFT}'")
"""In the text: of a value that is given, an engine does not know that an index holds all others."""

# one name for each for good: to make an alias takes longer than to answer the query
_position, _stage = aliased(Position), aliased(Stage)
_review, _assignment, _conflict = aliased(Review), aliased(Assignment), aliased(Conflict)
is_blind = and_(
    Application.position_id.in_(select(_position.id).where(_position.blind_first_round.is_(True))),
    Application.stage_id.in_(select(_stage.id).where(_stage.is_blind.is_(True))),
)
"""The stage hides names and the position asks for it; looked up once, not per row."""

takes_reviews = Application.stage_id.in_(select(_stage.id).where(_stage.takes_reviews.is_(True)))
"""For who counts: engines begin with these stages."""
walks_by_reviews = Application.stage_id.not_in(select(_stage.id).where(_stage.takes_reviews.is_(False)))
"""The same, asked of each row on the way: PostgreSQL makes no join of it, which sorts all before a page is found."""


def trusted(who: Standing) -> ColumnElement[bool]:
    """Facets' `trusted` in SQL: guards or runs the procedure, so knows who is who."""
    if who.is_hr or who.is_admin:
        return true()
    return seat_in(who, PositionRole.COORDINATOR)


def knows_name(who: Standing) -> ColumnElement[bool]:
    """The facet IDENTITY in SQL."""
    return or_(trusted(who), ~is_blind)


def knows_scores(who: Standing) -> ColumnElement[bool]:
    """The facet REVIEWS in SQL: hidden from who reviews until their own is in."""
    return or_(
        trusted(who),
        ~seat_in(who, *REVIEWING),
        ~takes_reviews,
        is_in(who),
    )


def knows_no_scores(who: Standing) -> ColumnElement[bool]:
    """Not `knows_scores`, for a page."""
    return and_(not_(trusted(who)), walks_by_reviews, seat_in(who, *REVIEWING), is_not_in(who))


def my_review(who: Standing) -> Any:
    """The state of this reader's review, NULL where there is none."""
    found = select(_review.state).where(_review.application_id == Application.id, _review.reviewer_id == who.person_id)
    return found.correlate(Application).scalar_subquery()


def is_in(who: Standing) -> ColumnElement[bool]:
    """This reader has reviewed, or abstained."""
    return _mine_in(who).scalar_subquery().is_not(None)


def is_not_in(who: Standing) -> ColumnElement[bool]:
    """Not `is_in`, for a page: PostgreSQL expects many rows of this, and so begins with an index of their order."""
    return ~_mine_in(who).exists()


def _mine_in(who: Standing) -> Select[int]:
    """Looked up among this reader's own, of which an index has those alone that are in."""
    its = _review.application_id == Application.id, _review.reviewer_id == who.person_id
    found = select(literal_column("1", Integer)).select_from(_review).where(*its, _review.state != DRAFT)
    return along("ix_review_in", _review, found.correlate(Application))


def asked(who: Standing) -> ColumnElement[bool]:
    """This reader is to review it."""
    return exists().where(_assignment.application_id == Application.id, _assignment.person_id == who.person_id)


def first_due(who: Standing) -> Any:
    """By when the first of this reader's reviews of a Position is due, NULL where nobody named a day for any."""
    still = Assignment.is_in.is_(False), Assignment.is_open.is_(True)
    theirs = Assignment.position_id == Position.id, Assignment.person_id == who.person_id
    return select(func.min(Assignment.due_at)).where(*theirs, *still).correlate(Position).scalar_subquery()


def spoken_of(who: Standing) -> ColumnElement[bool]:
    """This reader has said at some time whether there is a conflict."""
    return exists().where(_conflict.application_id == Application.id, _conflict.person_id == who.person_id)


def declared(who: Standing) -> ColumnElement[bool]:
    """The predicate `declared` in SQL: said whether there is a conflict, with the name shown if it shows now."""
    holds = or_(_conflict.was_blind.is_(False), is_blind)
    return exists().where(_conflict.application_id == Application.id, _conflict.person_id == who.person_id, holds)


def is_in_of_many(who: Standing) -> ColumnElement[bool]:
    """`is_in` for who counts: all that this reader wrote is read once."""
    mine = select(Review.application_id).where(Review.reviewer_id == who.person_id, Review.state != ReviewState.DRAFT)
    return Application.id.in_(mine)


def opens(who: Standing) -> ColumnElement[bool]:
    """What policy OPEN_DOSSIER asks beyond sight, in SQL: who judges has declared conflicts."""
    if (who.is_hr or who.is_admin) and not who.seats:
        return true()
    if who.is_hr or who.is_admin:
        return or_(Application.position_id.not_in(list(who.seats)), declared(who))
    return declared(who)


def seat_in(who: Standing, *roles: PositionRole) -> ColumnElement[bool]:
    seats = [position for position, role in who.seats.items() if role in roles]
    return among(Application.position_id, seats) if seats else false()
