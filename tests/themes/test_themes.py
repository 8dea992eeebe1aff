"""Themes: what the public reads, and that only the administrator writes them."""

import re
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask

from tests.factories import make_admin, make_hr, make_person, make_position, make_staff, make_theme
from tests.visitor import sign_in
from tracker.models import PositionState, Theme, ThemePrize, ThemeProject
from tracker.plumbing.database import db
from tracker.plumbing.standing import standing_of
from tracker.themes import actions

TEXTS = {
    "name_en": "Sleep", "name_nl": "Slaap", "summary_en": "Why we sleep.", "summary_nl": "Waarom we slapen.",
    "research_en": "**Much**", "research_nl": "", "hue": "210",
}  # fmt: skip


def test_a_theme_tells_what_it_researches_with_whom_and_what_is_open(app: Flask, client: Any) -> None:
    coordinator = make_staff("Prof. Þóra Jónsdóttir")
    theme = make_theme("Sleep", slug="sleep", coordinators=(coordinator,))
    theme.projects.append(
        ThemeProject(title={"en": "SLEEPCODE", "nl": "SLAAPCODE"}, summary={}, funder="ERC", grant_number="101012345")
    )
    theme.prizes.append(ThemePrize(year=2026, title={"en": "Ammodo"}, winner="王小明"))
    make_position("Axons", themes=[theme])
    page = client.get("/themes/sleep").text
    said = [
        "Sleep",
        "SLEEPCODE",
        "101012345",
        "Ammodo",
        "王小明",
        "Þóra Jónsdóttir",
        "Axons",
        "<strong>measure</strong>",
    ]
    assert [words for words in said if words not in page] == []
    assert coordinator.email not in page


def test_titles_are_said_in_the_readers_language_and_in_english_where_there_is_no_other(
    app: Flask, client: Any
) -> None:
    theme = make_theme("Sleep", slug="sleep")
    title = {"en": "SLEEPCODE", "nl": "SLAAPCODE"}
    theme.projects.append(ThemeProject(title=title, summary={}, funder="ERC", starts_on=date(2026, 1, 1)))
    theme.prizes += [
        ThemePrize(year=2026, title={"en": "Ammodo"}),
        ThemePrize(year=2025, title={"en": "A", "nl": "Oorkonde"}),
    ]
    reader = make_person()
    reader.language = "nl"
    sign_in(client, reader)
    for page in (client.get("/themes/sleep").text, client.get("/").text):
        assert [word in page for word in ("SLAAPCODE", "SLEEPCODE", "Ammodo", "Oorkonde")] == [True, False, True, True]


def test_what_ships_has_its_dates(app: Flask, now: datetime) -> None:
    actions.install_shipped(now)
    assert {(one.starts_on is None, one.ends_on is None) for one in db.session.query(ThemeProject)} == {(False, False)}


def test_a_hidden_theme_is_not_found_and_not_listed(app: Flask, client: Any) -> None:
    theme = make_theme("Sleep", slug="sleep")
    theme.is_shown = False
    assert client.get("/themes/sleep").status_code == 404
    assert "Sleep" not in client.get("/themes").text
    assert client.get("/themes/nothing").status_code == 404


@pytest.mark.parametrize("who", [make_hr, make_staff])
def test_only_the_administrator_writes_themes(app: Flask, client: Any, who: Any) -> None:
    theme = make_theme("Sleep")
    sign_in(client, who())
    paths = ["/desk/themes", "/desk/themes/new", f"/desk/themes/{theme.id}"]
    assert [client.get(path).status_code for path in paths] == [403] * 3
    posts = [
        ("shown", {}),
        ("place", {"to": "up"}),
        ("coordinators", {"person": "x"}),
        ("projects/new", {"title_en": "x"}),
    ]
    assert [client.post(f"/desk/themes/{theme.id}/{path}", data=data).status_code for path, data in posts] == [403] * 4


def test_the_administrator_adds_a_theme_hidden_then_shows_it(app: Flask, client: Any) -> None:
    sign_in(client, make_admin())
    assert client.post("/desk/themes/new", data=TEXTS).status_code == 303
    theme = db.session.query(Theme).one()
    assert (theme.slug, theme.is_shown) == ("sleep", False)
    client.post(f"/desk/themes/{theme.id}/shown", data={"shown": "yes"})
    assert "Why we sleep." in client.get("/themes/sleep").text


def test_texts_of_a_theme_are_not_overwritten_unseen(app: Flask, client: Any) -> None:
    theme = make_theme("Old")
    sign_in(client, make_admin())
    address, seen = f"/desk/themes/{theme.id}", theme.version
    assert client.post(address, data={**TEXTS, "version": seen}).status_code == 303
    late = client.post(address, data={**TEXTS, "name_en": "Mine", "version": seen})
    assert (late.status_code, 'value="Mine"' in late.text, "As it is saved now" in late.text) == (409, True, True)
    db.session.expire_all()
    assert db.session.get_one(Theme, theme.id).name == {"en": "Sleep", "nl": "Slaap"}


def test_projects_and_prizes_come_change_and_go(app: Flask, client: Any) -> None:
    theme = make_theme()
    sign_in(client, make_admin())
    address = f"/desk/themes/{theme.id}"
    dates = {"title_en": "SLEEPCODE", "title_nl": "SLAAPCODE", "starts_on": "2026-01-01", "ends_on": "2029-12-31"}
    assert client.post(f"{address}/projects/new", data=dates).status_code == 303
    project = db.session.query(ThemeProject).one()
    project_id = project.id
    assert (project.title, project.ends_on) == ({"en": "SLEEPCODE", "nl": "SLAAPCODE"}, date(2029, 12, 31))
    seen = re.findall(r'name="seen"[^>]*value="(\w+)"', client.get(f"{address}/projects/{project_id}").text)
    backwards = client.post(f"{address}/projects/{project_id}", data={**dates, "seen": seen, "ends_on": "2020-01-01"})
    assert (backwards.status_code, "ends before it starts" in backwards.text) == (422, True)
    assert client.get(f"{address}/projects/{project_id}").status_code == 200
    assert client.post(f"{address}/projects/{project_id}/remove").status_code == 303
    assert client.post(f"{address}/prizes/new", data={"year": "2026", "title_en": "Ammodo"}).status_code == 303
    assert client.post(f"{address}/prizes/new", data={"year": "99999", "title_en": "x"}).status_code == 422
    prize_id = db.session.query(ThemePrize).one().id
    assert client.post(f"{address}/prizes/{prize_id}/remove").status_code == 303
    assert (db.session.query(ThemeProject).count(), db.session.query(ThemePrize).count()) == (0, 0)
    other = make_theme()
    assert client.post(f"/desk/themes/{other.id}/prizes/{prize_id}/remove").status_code == 404


def test_a_coordinator_sees_positions_of_the_theme_from_the_next_request_on(
    app: Flask, client: Any, now: datetime
) -> None:
    theme, person, admin = make_theme(), make_staff(), make_admin()
    position = make_position(themes=[theme], state=PositionState.PUBLISHED)
    sign_in(client, person)
    address = f"/desk/positions/{position.id}"
    assert client.get(address).status_code == 404
    actions.seat_coordinator(theme, person, by=admin, now=now)
    assert client.get(address).status_code == 200
    assert standing_of(person).themes == frozenset({theme.id})
    actions.unseat_coordinator(theme, person.id, by=admin, now=now)
    assert client.get(address).status_code == 404


def test_a_theme_changes_places_with_its_neighbour(app: Flask, now: datetime) -> None:
    admin = make_admin()
    first, second, third = (make_theme(name, slug=name, place=at) for at, name in enumerate("abc"))
    actions.move_theme(third, up=True, by=admin, now=now)
    actions.move_theme(first, up=True, by=admin, now=now)
    db.session.expire_all()
    assert sorted([first, second, third], key=lambda theme: theme.place) == [first, third, second]
