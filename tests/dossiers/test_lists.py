"""Lists of applications: only what one may see, found by what one may know, at a constant number of queries."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from tests.factories import (
    make_application,
    make_conflict,
    make_hr,
    make_person,
    make_position,
    make_review,
    make_seat,
    make_staff,
)
from tests.visitor import SignedIn, Visitor
from tracker.dossiers.board import cards
from tracker.dossiers.filters import Filters, Mine, Sort, read, read_query
from tracker.dossiers.rows import Line
from tracker.dossiers.walking import counts_by_stage, page_of_lines
from tracker.models import ApplicationText, ConflictKind, PositionRole, StageKind
from tracker.plumbing import search
from tracker.plumbing.database import counted_statements, db
from tracker.plumbing.keyset import Page
from tracker.plumbing.standing import standing_of
from tracker.web.filters import up_to


def names(page: Page[Line]) -> list[str]:
    return [line.name for line in page]


@pytest.mark.engines
def test_a_member_of_another_committee_sees_nothing(app: Flask, now: datetime) -> None:
    mine, other, member = make_position(), make_position(), make_staff()
    make_seat(mine, member, PositionRole.MEMBER)
    seen = make_application(mine, make_person(name="李小龙"))
    make_application(other, make_person(name="Sukarno"))
    assert names(page_of_lines(standing_of(member), Filters(), now=now)) == ["李小龙"]
    assert seen.name == "李小龙"


@pytest.mark.engines
def test_a_blocking_conflict_takes_the_row_away_from_list_board_and_counts(app: Flask, now: datetime) -> None:
    position, member = make_position(), make_staff()
    make_seat(position, member, PositionRole.MEMBER)
    hidden, shown = make_application(position), make_application(position)
    make_conflict(hidden, member, ConflictKind.FAMILY)
    who = standing_of(member)
    assert [line.id for line in page_of_lines(who, Filters(), now=now)] == [shown.id]
    assert counts_by_stage(who, Filters(), now=now, within=position) == {"intake": 1}
    assert [card.id for held in cards(who, Filters(), now=now, within=position, each=5).values() for card in held] == [
        shown.id
    ]


@pytest.mark.engines
def test_the_counts_by_stage_stop_one_beyond_the_most_and_keep_to_the_filters(
    app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    position, hr = make_position(), standing_of(make_hr())
    for _ in range(4):
        make_application(position)
    make_application(position, stage="review")
    monkeypatch.setattr("tracker.dossiers.walking.MANY", 2)
    assert counts_by_stage(hr, Filters(), now=now, within=position) == {"intake": 3, "review": 1}
    assert counts_by_stage(hr, Filters(stages=("review",)), now=now, within=position) == {"review": 1}
    assert (up_to(2, 2), up_to(3, 2), up_to(1_001, 1_000)) == ("2", "2+", "1,000+")


@pytest.mark.engines
def test_a_blind_reader_finds_by_answers_but_not_by_name(app: Flask, now: datetime) -> None:
    position, member = make_position(blind=True), make_staff()
    make_seat(position, member, PositionRole.MEMBER)
    application = make_application(position, make_person(name="Þóra Jónsdóttir"), stage="review")
    assert application.stage.is_blind
    who = standing_of(member)
    assert names(page_of_lines(who, Filters(text="dream sleep"), now=now)) == [application.code]
    assert names(page_of_lines(who, Filters(text="thora"), now=now)) == []
    assert names(page_of_lines(who, Filters(text=application.code.lower()), now=now)) == [application.code]


@pytest.mark.engines
def test_hr_finds_by_name_without_its_marks_and_by_e_mail(app: Flask, now: datetime) -> None:
    position, hr = make_position(blind=True), standing_of(make_hr())
    candidate = make_person(name="Þóra Jónsdóttir")
    make_application(position, candidate, stage="review")
    assert names(page_of_lines(hr, Filters(text="thora jonsdottir"), now=now)) == ["Þóra Jónsdóttir"]
    assert names(page_of_lines(hr, Filters(text=candidate.email), now=now)) == ["Þóra Jónsdóttir"]


@pytest.mark.engines
def test_a_member_does_not_find_by_an_answer_hidden_from_reviewers(app: Flask, now: datetime) -> None:
    position, member = make_position(), make_staff()
    make_seat(position, member, PositionRole.MEMBER)
    make_application(position, answers={"motivation": "Sleep.", "notice_period": "zeppelin"})
    assert names(page_of_lines(standing_of(member), Filters(text="zeppelin"), now=now)) == []
    assert len(page_of_lines(standing_of(make_hr()), Filters(text="zeppelin"), now=now)) == 1


@pytest.mark.engines
def test_a_reviewer_sees_no_score_nor_its_order_until_their_own_review_is_in(app: Flask, now: datetime) -> None:
    position, member, other = make_position(), make_staff(), make_staff()
    make_seat(position, member, PositionRole.MEMBER)
    make_seat(position, other, PositionRole.MEMBER)
    first = make_application(position, stage="review")
    first.score, first.reviews_in = Decimal("4.5"), 1
    who = standing_of(member)
    line = page_of_lines(who, Filters(sort=Sort.SCORE), now=now)[0]
    assert (line.score, line.reviews_in, line.scores_seen) == (None, 0, False)
    make_review(first, member)
    line = page_of_lines(who, Filters(sort=Sort.SCORE), now=now)[0]
    assert (line.score, line.scores_seen) == (first.score, True)


@pytest.mark.engines
@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("downwards", [True, False])
def test_pages_meet_without_gap_or_double_in_every_order(
    app: Flask, now: datetime, sort: Sort, downwards: bool
) -> None:
    position, hr = make_position(), standing_of(make_hr())
    made = [make_application(position, now=now - timedelta(days=day % 3)) for day in range(7)]
    filters = Filters(sort=sort, downwards=downwards)
    whole = [line.id for line in page_of_lines(hr, filters, now=now, within=position)]
    walked: list[str] = []
    mark: str | None = None
    while True:
        page = page_of_lines(hr, Filters(sort=sort, downwards=downwards, mark=mark), now=now, within=position, size=3)
        walked += [line.id for line in page]
        if page.after is None:
            break
        mark = page.after
    assert (sorted(whole), walked) == (sorted(application.id for application in made), whole)
    back = Filters(sort=sort, downwards=downwards, mark=page.before, backwards=True)
    assert [line.id for line in page_of_lines(hr, back, now=now, within=position, size=3)] == whole[3:6]


@pytest.mark.engines
@pytest.mark.parametrize("sort", [Sort.NAME, Sort.SCORE, Sort.REVIEWS])
@pytest.mark.parametrize("downwards", [True, False])
def test_an_order_that_is_known_in_part_has_the_rest_at_its_place(
    app: Flask, now: datetime, sort: Sort, downwards: bool
) -> None:
    member, position = make_staff(), make_position(blind=True)
    make_seat(position, member, PositionRole.MEMBER)
    who, filters, rows = standing_of(member), Filters(sort=sort, downwards=downwards), {}
    for number in range(9):
        one = make_application(position, stage="shortlist" if number % 3 == 0 else "review", now=now)
        if number % 3 == 1:
            make_review(one, member)
        one.score, one.reviews_in = (None if number in (0, 1) else Decimal(number % 4)), number % 3
        is_known = number % 3 != 2
        score = Decimal(-1) if one.score is None or not is_known else one.score
        name = one.name.lower() if one.stage.key == "shortlist" else one.code.lower()
        mark = {Sort.NAME: name, Sort.SCORE: score, Sort.REVIEWS: one.reviews_in if is_known else 0}[sort]
        rows[one.id] = mark
    db.session.flush()
    walked: list[str] = []
    page = page_of_lines(who, filters, now=now, within=position, size=2)
    while True:
        walked += [line.id for line in page]
        if page.after is None:
            break
        page = page_of_lines(who, replace(filters, mark=page.after), now=now, within=position, size=2)
    assert sorted(walked) == sorted(rows)
    if sort is not Sort.NAME:  # which engines put in an order of their own
        assert walked == sorted(rows, key=lambda one: (rows[one], one), reverse=downwards)
    back = replace(filters, mark=page.before, backwards=True)
    assert [line.id for line in page_of_lines(who, back, now=now, within=position, size=2)] == walked[6:8]
    assert [line.id for line in page_of_lines(who, filters, now=now)] == walked
    other = make_position(blind=True)
    make_seat(other, member, PositionRole.MEMBER)
    for number in range(4):
        one = make_application(other, stage="shortlist" if number % 2 else "review", now=now)
        one.score, one.reviews_in = Decimal(number), number
    make_application(make_position(), stage="shortlist").score = Decimal(3)
    db.session.flush()
    whole = [line.id for line in page_of_lines(standing_of(member), filters, now=now)]
    assert (len(whole), [one for one in whole if one in rows]) == (13, walked)
    across: list[str] = []
    after: str | None = None
    while after or not across:
        page = page_of_lines(standing_of(member), replace(filters, mark=after), now=now, size=2)
        across, after = across + [line.id for line in page], page.after
    assert across == whole


@pytest.mark.engines
def test_one_page_is_one_query_whatever_it_holds_and_a_search_asks_first_how_rare_it_is(
    app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "KEPT_SECONDS", 10**9)
    position, hr = make_position(), standing_of(make_hr())
    page_of_lines(hr, Filters(text="sleep"), now=now)  # PostgreSQL's statistics are read, once a minute
    counts = []
    for number in (1, 2):
        for _ in range(number):
            make_application(position)
        db.session.flush()
        for filters in (Filters(), Filters(text="sleep"), Filters(text="nowhere")):
            with counted_statements() as statements:
                page_of_lines(hr, filters, now=now)
            counts.append(len(statements))
    assert counts == [1, 2, 1, 1, 2, 1]


@pytest.mark.engines
@pytest.mark.parametrize(
    ("wanted", "is_found"),
    [
        ("łukasz", True),
        ("LUKA", True),
        ("ukasz", False),  # a word is found by its beginning
        ("小明", True),  # where no spaces are set, by any part
        ("王小明", True),
        ("王明", False),
        ("o'hara d’angelo", True),
        ("hara.angelo", True),
        ("sleep zebra", False),
        ("*", True),  # no word at all, so no filter
        ("%", True),
        ('" NEAR "', False),
        ("lukasz & !sleep:*", True),
    ],
)
@pytest.mark.parametrize(("rare", "many", "few"), [(0, 0, 0), (0, 2, 0), (2, 2, 0), (0.01, 0.05, 50)])
def test_a_search_finds_words_by_their_beginning_whether_it_begins_with_the_index_or_not(
    app: Flask,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    wanted: str,
    is_found: bool,
    rare: float,
    many: float,
    few: int,
) -> None:
    monkeypatch.setattr(search, "RARE", rare)
    monkeypatch.setattr(search, "MANY", many)
    monkeypatch.setattr(search, "FEW", few)
    one = make_application(
        candidate=make_person(name="Łukasz 王小明 O'Hara D’Angelo"), answers={"motivation": "I like to sleep."}
    )
    make_application(candidate=make_person(name="Somebody Else"), answers={"motivation": "Zebra."})
    db.session.flush()
    found = {line.id for line in page_of_lines(standing_of(make_hr()), Filters(text=wanted), now=now).rows}
    assert (one.id in found) is is_found


def holding(word: str) -> list[str]:
    sought = search.sought([word])
    return list(db.session.scalars(search.holding(), sought.values)) if sought else []


@pytest.mark.engines
def test_a_text_that_is_changed_or_gone_is_no_longer_found(app: Flask, now: datetime) -> None:
    application = make_application(answers={"motivation": "quokka"})
    text = db.session.scalars(select(ApplicationText)).one()
    text.open_text = "wombat"
    db.session.flush()
    assert holding("quokka") == []
    assert holding("wombat") == [application.id]
    db.session.delete(text)
    db.session.flush()
    assert holding("wombat") == []


def test_what_i_have_to_review_is_mine_alone(app: Flask, now: datetime) -> None:
    position, member = make_position(), make_staff()
    make_seat(position, member, PositionRole.MEMBER)
    done, todo = make_application(position, stage="review"), make_application(position, stage="review")
    make_application(position, stage="shortlist")
    make_review(done, member)
    who = standing_of(member)
    assert [line.id for line in page_of_lines(who, Filters(mine=Mine.TO_REVIEW), now=now)] == [todo.id]
    assert [line.id for line in page_of_lines(who, Filters(mine=Mine.REVIEWED), now=now)] == [done.id]


@pytest.mark.parametrize(
    "address",
    [
        "sort=nothing&after=%ff&kind=x&stage=%01&waiting=99999999&from=0000-00-00",
        "after=eyJhIjoxfQ&before=W10",
        "waiting=-1&ended=maybe&mine=all&for=x",
        "from=9999-12-31&until=1500-01-01",
    ],
)
def test_a_made_up_address_shows_the_list_and_no_error(
    app: Flask,
    now: datetime,
    signed_in: SignedIn,
    address: str,
) -> None:
    make_application()
    assert signed_in(make_hr()).get(f"/desk/applications?{address}").status_code == 200


@pytest.mark.engines
@pytest.mark.parametrize(
    "address", ["applications?stage=%00", "applications?q=%00", "applications/%00", "palette?q=%00"]
)
def test_an_address_with_a_nul_leads_nowhere(app: Flask, signed_in: SignedIn, address: str) -> None:
    assert signed_in(make_hr()).get(f"/desk/{address}").status_code == 404


def test_filters_come_back_from_their_own_address() -> None:
    filters = Filters(
        text="α & β", stages=("review",), kinds=(StageKind.REVIEW,), mine=Mine.ASSIGNED, waiting_days=3, ended=False
    )
    assert read_query(filters.query()) == filters
    assert read(MultiDict()) == Filters()


def test_a_candidate_has_no_list(app: Flask, client: Visitor, signed_in: SignedIn) -> None:
    application = make_application()
    visitor = signed_in(application.candidate)
    assert visitor.get("/desk/applications").status_code == 403
    assert visitor.get(f"/desk/positions/{application.position_id}/applications").status_code == 404
