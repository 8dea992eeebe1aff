"""The visibility query and the policy are one rule, said twice: whatever the world, they name the same applications."""

from dataclasses import dataclass
from datetime import datetime

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.factories import (
    make_application,
    make_assignment,
    make_conflict,
    make_person,
    make_position,
    make_seat,
    make_theme,
)
from tracker.applications.queries import visible_application, visible_applications
from tracker.models import Application, ConflictKind, Person, Position, PositionRole, Sight, SiteRole, ThemeSeat
from tracker.plumbing.database import db
from tracker.plumbing.standing import standing_of
from tracker.rules.permissions import May
from tracker.rules.policy import can


@dataclass(frozen=True)
class Case:
    """One application as it stands towards the reader."""

    position: int
    submitted: bool
    stage: str
    own: bool
    conflict: ConflictKind | None
    assigned: bool


@dataclass(frozen=True)
class Someone:
    site: SiteRole
    is_staff: bool
    seats: tuple[PositionRole | None, PositionRole | None]
    themes: frozenset[int]


roles = st.sampled_from([None, *PositionRole])
someone = st.builds(
    Someone,
    site=st.sampled_from(list(SiteRole)),
    is_staff=st.booleans(),
    seats=st.tuples(roles, roles),
    themes=st.frozensets(st.integers(0, 1)),
)
case = st.builds(
    Case,
    position=st.integers(0, 1),
    submitted=st.booleans(),
    stage=st.sampled_from(["intake", "review", "rejected"]),
    own=st.booleans(),
    conflict=st.sampled_from([None, *ConflictKind]),
    assigned=st.booleans(),
)
sights = st.tuples(st.sampled_from(list(Sight)), st.sampled_from(list(Sight)))


def build(reader: Person, one: Case, positions: list[Position], taken: set[int]) -> Application:
    own = one.own and one.position not in taken
    if own:
        taken.add(one.position)
    stage = one.stage if one.submitted else "draft"
    application = make_application(
        positions[one.position], reader if own else None, submitted=one.submitted, stage=stage
    )
    if one.conflict is not None:
        blocks = one.conflict not in {ConflictKind.NONE, ConflictKind.OTHER}
        make_conflict(application, reader, one.conflict, blocks=blocks)
    if one.assigned:
        make_assignment(application, reader)
    return application


@pytest.mark.engines
def test_the_query_and_the_policy_name_the_same_applications(app: Flask, now: datetime) -> None:
    themes = [make_theme("Neuroscience"), make_theme("Cancer")]
    positions = [make_position(themes=[themes[0]]), make_position(themes=themes, blind=True)]
    db.session.commit()

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(someone, sights, st.lists(case, max_size=5))
    def holds(who: Someone, seen: tuple[Sight, Sight], cases: list[Case]) -> None:
        try:
            reader = make_person(site_role=who.site, is_staff=who.is_staff)
            for position, role, sight in zip(positions, who.seats, seen, strict=True):
                position.members_see = sight
                if role is not None:
                    make_seat(position, reader, role)
            for place in who.themes:
                db.session.add(ThemeSeat(theme_id=themes[place].id, person_id=reader.id, since=now))
            taken: set[int] = set()
            for one in cases:
                build(reader, one, positions, taken)
            db.session.flush()
            standing = standing_of(reader)
            every = db.session.scalars(select(Application)).all()
            by_query = {one.id for one in db.session.scalars(visible_applications(standing))}
            one_by_one = {one.id for one in db.session.scalars(visible_application(standing))}
            assert one_by_one == by_query
            by_policy = {one.id for one in every if can(standing, May.VIEW_APPLICATION, one)}
            assert by_query == by_policy
            for position in positions:
                narrower = visible_applications(standing.at(position.id)).where(Application.position_id == position.id)
                of_one = {each.id for each in every if each.position_id == position.id}
                assert {each.id for each in db.session.scalars(narrower)} == by_policy & of_one
        finally:
            db.session.rollback()

    holds()
