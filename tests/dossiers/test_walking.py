"""Walking through a list across positions, page by page: all that belongs to it once, in order, and nothing else."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product
from random import Random

import pytest
from flask import Flask

from tests.factories import (
    make_application,
    make_assignment,
    make_conflict,
    make_hr,
    make_position,
    make_review,
    make_seat,
    make_staff,
    make_theme,
)
from tracker.dossiers.filters import Filters, Sort, read_query
from tracker.dossiers.rows import NEVER
from tracker.dossiers.walking import counts_by_stage, page_of_lines
from tracker.models import (
    Application,
    ConflictKind,
    Person,
    PositionKind,
    PositionRole,
    ReviewState,
    Sight,
)
from tracker.plumbing.database import counted_statements, db
from tracker.plumbing.standing import standing_of


@pytest.mark.engines
def test_a_list_by_deadline_walks_through_positions_that_close_together(app: Flask, now: datetime) -> None:
    hr, rows = standing_of(make_hr()), []
    for closes_at in (now + timedelta(days=2), now + timedelta(days=1), now + timedelta(days=2), None):
        position = make_position()
        position.closes_at = closes_at
        rows += [((closes_at or NEVER), make_application(position).id) for _ in range(3)]
    for downwards in (True, False):
        filters, walked = Filters(sort=Sort.DEADLINE, downwards=downwards), []
        page = page_of_lines(hr, filters, now=now, size=2)
        while True:
            walked += [line.id for line in page.rows]
            if page.after is None:
                break
            page = page_of_lines(hr, read_query(filters.query(after=page.after)), now=now, size=2)
        assert walked == [one for _, one in sorted(rows, reverse=downwards)]


@pytest.mark.engines
@pytest.mark.parametrize("sort", [Sort.SUBMITTED, Sort.WAITING, Sort.STAGE])
@pytest.mark.parametrize("downwards", [True, False])
def test_who_sits_on_a_few_committees_walks_through_all_of_theirs_and_nothing_else(
    app: Flask, now: datetime, sort: Sort, downwards: bool
) -> None:
    member, rows = make_staff(), []
    for role in (PositionRole.MEMBER, PositionRole.CHAIR, None):
        position = make_position()
        made = [
            make_application(position, stage=stage, now=now - timedelta(days=day % 3, hours=day))
            for day, stage in enumerate(("intake", "review", "rejected", "intake", "review"))
        ]
        if role is not None:
            make_seat(position, member, role)
            rows += made
    hidden = rows.pop()
    make_conflict(hidden, member, ConflictKind.FAMILY)
    who, walked, mark = standing_of(member), [], None
    while True:
        page = page_of_lines(who, Filters(sort=sort, downwards=downwards, mark=mark), now=now, size=2)
        walked += [line.id for line in page.rows]
        if page.after is None:
            break
        mark = page.after
    orders = {Sort.SUBMITTED: "submitted_at", Sort.WAITING: "stage_since", Sort.STAGE: "stage_place"}
    since = {one.id: getattr(one, orders[sort]) for one in rows}
    upwards = downwards if sort is Sort.WAITING else not downwards  # who waits longest stands first
    assert walked == sorted(since, key=lambda one: (since[one], one), reverse=not upwards)


@pytest.mark.engines
def test_a_statement_put_together_once_is_asked_for_each_position_and_each_moment(app: Flask, now: datetime) -> None:
    hr, one, other = standing_of(make_hr()), make_position(), make_position()
    first, second = make_application(one), make_application(other)
    waiting, in_a_month = Filters(waiting_days=7), now + timedelta(days=30)
    for position, application in ((one, first), (other, second)):
        assert [line.id for line in page_of_lines(hr, Filters(), now=now, within=position)] == [application.id]
        assert [line.id for line in page_of_lines(hr, waiting, now=now, within=position)] == []
        assert [line.id for line in page_of_lines(hr, waiting, now=in_a_month, within=position)] == [application.id]
        assert counts_by_stage(hr, waiting, now=now, within=position) == {}
        assert counts_by_stage(hr, waiting, now=in_a_month, within=position) == {"intake": 1}


@pytest.mark.engines
def test_one_statement_is_asked_for_the_stages_of_each_position(app: Flask, now: datetime) -> None:
    hr, rows = standing_of(make_hr()), {}
    for position in (make_position(), make_position()):
        for stage in ("intake", "review", "rejected", "review"):
            rows[make_application(position, stage=stage, now=now).id] = position, stage
    for position in {position for position, _ in rows.values()}:
        for stages in (("review",), ("review", "rejected"), ("shortlist",), ("of-no-workflow",)):
            filters = Filters(stages=stages, sort=Sort.WAITING)
            found = {line.id for line in page_of_lines(hr, filters, now=now, within=position).rows}
            assert found == {one for one, (place, stage) in rows.items() if place is position and stage in stages}


@pytest.mark.engines
@pytest.mark.parametrize("few", [40, 1])
@pytest.mark.parametrize("sort", [Sort.SUBMITTED, Sort.DEADLINE])
def test_a_list_of_one_kind_of_position_walks_through_all_of_its_positions_and_no_other(
    app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch, few: int, sort: Sort
) -> None:
    monkeypatch.setattr("tracker.dossiers.walking.FEW", few)
    hr, theme = standing_of(make_hr()), make_theme()
    wanted, rows = [], []
    for kind, themes in product(PositionKind, ((), (theme,))):
        for _ in range(2):
            position = make_position(kind=kind, themes=themes)
            made = [make_application(position, now=now - timedelta(hours=hour)).id for hour in range(2)]
            rows += made
            wanted += made if kind is PositionKind.POSTDOC and themes else []
    filters, walked = Filters(position_kind=PositionKind.POSTDOC, themes=(theme.id,), sort=sort), []
    page = page_of_lines(hr, filters, now=now, size=3)
    while page.after is not None:
        walked += [line.id for line in page.rows]
        page = page_of_lines(hr, replace(filters, mark=page.after), now=now, size=3)
    walked += [line.id for line in page.rows]
    assert sorted(walked) == sorted(wanted)
    assert len(page_of_lines(hr, Filters(sort=sort), now=now).rows) == len(rows)


REVIEWING = (PositionRole.CHAIR, PositionRole.MEMBER)
SEATS = (*REVIEWING, PositionRole.MEMBER, PositionRole.OBSERVER, PositionRole.COORDINATOR)


def known_or_not(dice: Random, member: Person, now: datetime) -> list[tuple[Application, bool]]:
    """What a member sees of positions in which they have every part, and whether they know the score of each."""
    rows = []
    for number, role in enumerate(SEATS):
        position = make_position(members_see=Sight.ASSIGNED if number == 2 else Sight.ALL)
        make_seat(position, member, role)
        for _ in range(12):
            one = make_application(position, stage=dice.choice(("review", "review", "shortlist", "rejected")), now=now)
            state = dice.choice((None, None, *ReviewState))
            if state is not None:
                make_review(one, member, state=state)
            one.reviews_in = dice.randrange(3)
            one.score = Decimal(dice.randrange(2, 9)) / 2 if one.reviews_in else None
            is_seen = number != 2
            if dice.random() < 0.5:
                make_assignment(one, member)
                is_seen = True
            if dice.random() < 0.15:
                make_conflict(one, member, ConflictKind.FAMILY)
                is_seen = False
            is_in = state in {ReviewState.SUBMITTED, ReviewState.ABSTAINED}
            if is_seen:
                rows.append((one, role not in REVIEWING or not one.stage.takes_reviews or is_in))
    make_review(make_application(make_position(), stage="shortlist"), member)  # in a position where they sit on nothing
    db.session.flush()
    return rows


@pytest.mark.engines
@pytest.mark.parametrize("sort", [Sort.SCORE, Sort.REVIEWS])
@pytest.mark.parametrize("seed", range(2))
def test_what_is_not_known_stands_where_there_is_none_and_no_order_tells_it(
    app: Flask, now: datetime, sort: Sort, seed: int
) -> None:
    member = make_staff()
    rows = known_or_not(Random(seed), member, now)
    who = standing_of(member)

    def mark(one: Application, is_known: bool) -> Decimal:
        if sort is Sort.SCORE:
            return Decimal(-1) if one.score is None or not is_known else one.score
        return Decimal(one.reviews_in if is_known else 0)

    for within in (None, *{one.position for one, _ in rows}):
        here = {one.id: mark(one, is_known) for one, is_known in rows if within in (None, one.position)}
        for downwards in (True, False):
            filters, size = Filters(sort=sort, downwards=downwards), 7 if within is None else 4
            walked: list[str] = []
            page = page_of_lines(who, filters, now=now, within=within, size=size)
            while page.after is not None:
                walked += [line.id for line in page.rows]
                page = page_of_lines(who, replace(filters, mark=page.after), now=now, within=within, size=size)
            walked += [line.id for line in page.rows]
            assert walked == sorted(here, key=lambda one: (here[one], one), reverse=downwards)
            back = replace(filters, mark=page.before, backwards=True)
            before = [line.id for line in page_of_lines(who, back, now=now, within=within, size=size).rows]
            assert before == walked[: -len(page.rows)][-size:]
        lines = page_of_lines(who, Filters(sort=sort), now=now, within=within, size=99).rows
        assert {line.id: line.scores_seen for line in lines} == {one.id: known for one, known in rows if one.id in here}


@pytest.mark.engines
def test_what_is_not_known_is_sought_only_where_what_is_known_does_not_fill_the_page(app: Flask, now: datetime) -> None:
    member = make_staff()
    for _ in range(2):
        position = make_position()
        make_seat(position, member, PositionRole.MEMBER)
        for stage in ("shortlist", "shortlist", "review", "review"):
            make_application(position, stage=stage, now=now).score = Decimal(3)
    db.session.flush()
    who, statements = standing_of(member), []
    for size in (3, 4, 8):
        with counted_statements() as counted:
            page_of_lines(who, Filters(sort=Sort.SCORE), now=now, size=size)
        statements.append(len(counted))
    assert statements == [2, 3, 3]
