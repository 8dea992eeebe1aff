"""The reasons for a rejection are read once for what is published, and are those it was published with."""

from flask import Flask

from tests.factories import make_position
from tracker.models import PositionState
from tracker.plumbing.database import counted_statements, db
from tracker.positions.reasons import reasons_of


def test_the_reasons_of_a_published_position_are_read_once(app: Flask) -> None:
    position = make_position()
    first = reasons_of(position)
    with counted_statements() as statements:
        assert reasons_of(position) is first
    assert (statements.count, first) == (0, position.reasons)


def test_those_of_a_draft_follow_every_change(app: Flask) -> None:
    position = make_position(state=PositionState.DRAFT)
    for reasons in ([], [{"key": "funds", "label": {"en": "No money"}}]):
        position.reasons = reasons
        db.session.flush()
        assert reasons_of(position) == reasons
