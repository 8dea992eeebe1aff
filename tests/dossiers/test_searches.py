"""Pages of a search: right and whole in every order, wherever the engine begins, and never of what is hidden."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select, text

from tests.factories import make_application, make_hr, make_person, make_position, make_seat, make_staff
from tracker.dossiers.board import cards
from tracker.dossiers.filters import Filters, Sort
from tracker.dossiers.walking import counts_by_stage, page_of_lines
from tracker.models import Application, ApplicationText, Position, PositionRole
from tracker.plumbing import search
from tracker.plumbing.database import db
from tracker.plumbing.search import Frequency, sought
from tracker.plumbing.standing import standing_of
from tracker.rules.roles import Standing

BEGINNINGS = [(0, 0, 0), (0, 1, 0), (1, 1, 0), (0.01, 0.05, 50)]
"""RARE, MANY and FEW: walking, walking and asking of each, beginning with the index, and as it is."""


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    forget()
    yield
    forget()


def forget() -> None:
    for kept in (search.common_words, search._numbers, search._counts):
        kept.cache_clear()


def made(position: Position, number: int, now: datetime) -> Application:
    """Every second one holds the word in an answer, every third in the name, which the first stages hide."""
    name = f"Quokka Number {number}" if number % 3 == 0 else f"Somebody Number {number}"
    wish = "I like quokkas." if number % 2 else "I like wombats."
    stage, at = "shortlist" if number % 4 == 0 else "review", now - timedelta(days=number % 5)
    one = make_application(position, make_person(name=name), stage=stage, now=at, answers={"motivation": wish})
    one.score, one.reviews_in = Decimal(number % 3), number % 2
    return one


def walked(who: Standing, filters: Filters, now: datetime, within: Position | None = None) -> list[str]:
    """All pages of three, there and back again."""
    there: list[list[str]] = []
    page = page_of_lines(who, filters, now=now, within=within, size=3)
    while True:
        there.append([line.id for line in page])
        if page.after is None:
            break
        page = page_of_lines(who, replace(filters, mark=page.after), now=now, within=within, size=3)
    back = [there[-1]]
    while page.before is not None:
        page = page_of_lines(who, replace(filters, mark=page.before, backwards=True), now=now, within=within, size=3)
        back.append([line.id for line in page])
    assert back[::-1] == there
    return [one for page in there for one in page]


@pytest.mark.engines
@pytest.mark.parametrize(("rare", "many", "few"), BEGINNINGS)
def test_pages_of_a_search_meet_without_gap_or_double_and_hold_only_what_one_may_know(
    app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch, rare: float, many: float, few: int
) -> None:
    for name, value in (("RARE", rare), ("MANY", many), ("FEW", few)):
        monkeypatch.setattr(search, name, value)
    member, blind, plain = make_staff(), make_position(blind=True), make_position()
    make_seat(blind, member, PositionRole.MEMBER)
    make_seat(plain, member, PositionRole.MEMBER)
    all_of_them = [(made(position, number, now), number) for position in (blind, plain) for number in range(7)]
    elsewhere = made(make_position(), 1, now)
    db.session.flush()
    answered = {one.id for one, number in all_of_them if number % 2}
    named = {one.id for one, number in all_of_them if number % 3 == 0}
    hidden = {one.id for one, _ in all_of_them if one.position_id == blind.id and one.stage.key == "review"}
    hr, who = standing_of(make_hr()), standing_of(member)
    for sort in Sort:
        filters = Filters(text="quokka", sort=sort)
        assert sorted(walked(who, filters, now)) == sorted(answered | named - hidden)
        assert sorted(walked(hr, filters, now)) == sorted(answered | named | {elsewhere.id})
        here = {one.id for one, _ in all_of_them if one.position_id == blind.id}
        assert sorted(walked(who, filters, now, blind)) == sorted((answered | named - hidden) & here)
        for reader, within in ((who, None), (hr, None), (who, blind)):
            whole = [line.id for line in page_of_lines(reader, filters, now=now, within=within)]
            assert walked(reader, filters, now, within) == whole


@pytest.mark.engines
def test_a_statement_is_kept_for_all_words_and_finds_each_time_those_that_were_asked_for(
    app: Flask, now: datetime
) -> None:
    position, hr = make_position(), standing_of(make_hr())
    of_each = {
        word: make_application(position, answers={"motivation": f"A {word} here."}).id for word in ("quokka", "wombat")
    }
    db.session.flush()
    for word in ("quokka", "wombat", "quokka"):
        filters = Filters(text=word)
        shown = [line.id for lines in cards(hr, filters, now=now, within=position, each=9).values() for line in lines]
        counted = counts_by_stage(hr, filters, now=now, within=position)
        listed = [line.id for line in page_of_lines(hr, filters, now=now)]
        assert (shown, sum(counted.values()), listed) == ([of_each[word]], 1, [of_each[word]])
    assert walked(hr, Filters(text="quokka wombat"), now) == []


@pytest.mark.engines
def test_an_index_is_not_asked_for_words_that_most_hold(
    app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "FEW", 0)
    position = make_position()
    for number in range(25):
        make_application(position, answers={"motivation": "Sleep" if number else "Sleep and quokkas"})
    db.session.flush()
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("ANALYZE application_text"))
    common, both = sought(["slee"]), sought(["sleep", "quokka"])
    assert common is not None
    assert both is not None
    assert (common.frequency, both.frequency) == (Frequency.OFTEN, Frequency.SOMETIMES)
    found = page_of_lines(standing_of(make_hr()), Filters(text="sleep quokka"), now=now)
    assert (len(found), len(page_of_lines(standing_of(make_hr()), Filters(text="sleep"), now=now))) == (1, 25)


@pytest.mark.engines
def test_words_of_which_not_all_were_counted_are_looked_for_everywhere(
    app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    position, hr = make_position(), standing_of(make_hr())
    for _ in range(3):
        make_application(position, answers={"motivation": "A quokka here."})
    db.session.flush()
    monkeypatch.setattr(search, "MOST", 2)
    forget()
    found = sought(["quokka"])
    shown = page_of_lines(hr, Filters(text="quokka"), now=now)
    assert found is not None
    assert (found.frequency, len(shown)) == (Frequency.OFTEN, 3)


@pytest.mark.engines
def test_an_application_knows_the_number_of_its_text(app: Flask, now: datetime) -> None:
    for _ in range(2):
        make_application()
    db.session.flush()
    known = select(Application.id, Application.text_number)
    of_texts = select(ApplicationText.application_id, ApplicationText.number)
    assert sorted(db.session.execute(known).all()) == sorted(db.session.execute(of_texts).all())
