"""Every page of the room opens for who may, and says what it is about."""

from typing import Any

import pytest
from flask import Flask

from tests.factories import make_admin, make_application, make_hr, make_position, make_theme
from tests.positions.drafts import make_draft
from tracker.positions.parts import Part


@pytest.mark.parametrize("part", list(Part))
def test_each_part_of_a_draft_can_be_opened_and_saved_as_it_is(app: Flask, signed_in: Any, part: Part) -> None:
    hr = make_hr()
    draft = make_draft(hr)
    client = signed_in(hr)
    page = client.get(f"/desk/positions/{draft.id}/edit/{part.value}")
    assert page.status_code == 200


@pytest.mark.parametrize("part", list(Part))
def test_each_part_of_a_published_position_shows_what_is_fixed(app: Flask, signed_in: Any, part: Part) -> None:
    position = make_position(themes=[make_theme()])
    page = signed_in(make_hr()).get(f"/desk/positions/{position.id}/edit/{part.value}")
    assert page.status_code == 200
    assert "What candidates were promised is fixed" in page.text


@pytest.mark.parametrize("path", ["", "/committee", "/preview", "/cancel"])
def test_the_pages_of_a_position_open_for_hr(app: Flask, signed_in: Any, path: str) -> None:
    position = make_position("Circadian clocks", themes=[make_theme()])
    make_application(position)
    page = signed_in(make_hr()).get(f"/desk/positions/{position.id}{path}")
    assert page.status_code == 200
    assert "Circadian clocks" in page.text


@pytest.mark.parametrize(
    "path", ["/desk/positions", "/desk/positions/new", "/desk/rubrics", "/desk/rubrics/new", "/desk/rubrics/reasons"]
)
def test_the_pages_of_the_desk_open_for_hr(app: Flask, signed_in: Any, path: str) -> None:
    make_draft(make_hr())
    assert signed_in(make_hr()).get(path).status_code == 200


@pytest.mark.parametrize("path", ["/themes", "/positions"])
def test_the_public_lists_open_for_anyone_full_and_empty(app: Flask, client: Any, path: str) -> None:
    assert client.get(path).status_code == 200
    make_position(themes=[make_theme()])
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["", "/new", "/{id}", "/{id}/projects/new", "/{id}/prizes/new"])
def test_the_pages_of_themes_open_for_the_administrator(app: Flask, signed_in: Any, path: str) -> None:
    theme = make_theme(coordinators=(make_hr(),))
    assert signed_in(make_admin()).get(f"/desk/themes{path.format(id=theme.id)}").status_code == 200
