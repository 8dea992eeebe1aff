"""Criteria are read once for what is published, and anew for what HR may still change."""

from datetime import datetime

from flask import Flask

from tests.factories import make_position
from tracker.models import PositionState
from tracker.plumbing.database import counted_statements, db
from tracker.positions.criteria import criteria_of


def test_the_criteria_of_a_published_position_are_read_once(app: Flask, now: datetime) -> None:
    position = make_position()
    first = criteria_of(position)
    with counted_statements() as statements:
        assert criteria_of(position) is first
    assert statements.count == 0
    assert [one.id for one in first] == [one.id for one in position.criteria]


def test_those_of_a_draft_follow_every_change(app: Flask, now: datetime) -> None:
    position = make_position(state=PositionState.DRAFT)
    assert {one.scores for one in criteria_of(position)} == {frozenset(range(1, 6))}
    position.criteria[0].label = {"en": "Ideas"}
    position.scale_max = 7
    db.session.flush()
    assert criteria_of(position)[0].label == {"en": "Ideas"}
    assert {one.scores for one in criteria_of(position)} == {frozenset(range(1, 8))}
