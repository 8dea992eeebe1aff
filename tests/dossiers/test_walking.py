"""Walking through a list across positions, page by page: all that belongs to it once, in order, and nothing else."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

import pytest
from flask import Flask

from tests.factories import (
    make_application,
    make_conflict,
    make_hr,
    make_position,
    make_seat,
    make_staff,
    make_theme,
)
from tracker.dossiers.filters import Filters, Sort, read_query
from tracker.dossiers.rows import NEVER
from tracker.dossiers.walking import counts_by_stage, page_of_lines
from tracker.models import ConflictKind, PositionKind, PositionRole
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
