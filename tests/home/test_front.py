"""The landing, and what programs ask: health, colours, what may be crawled."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import make_application, make_person, make_position, make_theme
from tests.visitor import Visitor, sign_in
from tracker.home.brand import GROUND, contrast, readable
from tracker.models import PositionState
from tracker.plumbing.clock import now
from tracker.plumbing.database import counted_statements


def test_the_landing_shows_themes_and_open_positions(client: Visitor) -> None:
    theme = make_theme()
    make_position("Open now", themes=[theme])
    make_position("Still a draft", state=PositionState.DRAFT)
    make_position("Past its day", closes_at=now() - timedelta(hours=1))
    page = client.get("/").text
    assert ("Open now" in page, "Still a draft" in page, "Past its day" in page) == (True, False, False)
    assert theme.name["en"] in page


def test_the_landing_of_an_empty_installation_stands(client: Visitor) -> None:
    assert client.get("/").status_code == 200


def test_a_candidate_is_led_back_to_their_draft(client: Visitor) -> None:
    person = make_person()
    draft = make_application(candidate=person, submitted=False)
    make_application(submitted=False)
    sign_in(client, person)
    page = client.get("/").text
    assert "Go on with your application" in page
    assert draft.id in page


def test_the_landing_takes_as_many_queries_for_one_position_as_for_three(client: Visitor) -> None:
    def queries() -> int:
        client.get("/")
        with counted_statements() as seen:
            client.get("/")
        return seen.count

    make_position(themes=[make_theme()])
    one = queries()
    for _ in range(2):
        make_position(themes=[make_theme()])
    assert queries() == one


def test_it_is_alive(client: Visitor) -> None:
    assert client.get("/healthz").get_json() == {"alive": True}


def test_the_colours_are_kept_by_browsers(client: Visitor) -> None:
    first = client.get("/brand.css")
    assert first.mimetype == "text/css"
    assert "public" in first.headers["Cache-Control"]
    assert client.get("/brand.css", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


@given(st.integers(0, 0xFFFFFF))
def test_every_accent_is_made_readable(number: int) -> None:
    accent = readable(f"#{number:06x}")
    assert contrast(accent, GROUND) >= 4.5
    assert contrast(accent, "#ffffff") >= 4.5


@pytest.mark.parametrize("colour", ["#0b5fa5", "#000000", "#7a0019"])
def test_a_readable_accent_stays_as_it_is(colour: str) -> None:
    assert readable(colour) == colour


def test_robots_stay_out_of_what_is_personal(client: Visitor) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    assert {"Disallow: /desk", "Disallow: /link/", "Disallow: /account"} <= set(lines)


def test_landing_list_and_theme_count_what_is_announced_alike(client: Visitor) -> None:
    theme = make_theme(slug="sleep")
    make_position("Open today", themes=[theme])
    make_position("Announced for next week", themes=[theme], opens_at=now() + timedelta(days=7))
    make_position("Past its day", themes=[theme], closes_at=now() - timedelta(minutes=1))
    landing, listed = client.get("/").text, client.get("/positions").text
    pages = (landing, listed, client.get("/themes/sleep").text)
    assert [
        [title in page for title in ("Open today", "Announced for next week", "Past its day")] for page in pages
    ] == [[True, True, False]] * 3
    assert "See all 2 open positions" in landing
    assert all("2 open positions" in page for page in (landing, client.get("/themes").text))
    assert all("Opens on" in page for page in pages)
