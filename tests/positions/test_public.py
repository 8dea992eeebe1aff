"""What the public reads of positions, and what never reaches it."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from tests.factories import make_person, make_position, make_theme
from tests.visitor import sign_in
from tracker.models import Funding, PositionKind, PositionState
from tracker.plumbing.database import counted_statements

HIDDEN = (PositionState.DRAFT, PositionState.ARCHIVED)


@pytest.mark.parametrize("state", HIDDEN)
def test_a_draft_and_an_archived_position_are_nowhere_on_the_public_pages(
    app: Flask, client: Any, state: PositionState
) -> None:
    theme = make_theme()
    secret = make_position("Quenched muons", state=state, themes=[theme])
    pages = [
        client.get("/positions"),
        client.get("/positions?closed=1"),
        client.get("/positions?q=muons&closed=1"),
        client.get(f"/positions?theme={theme.slug}"),
        client.get("/themes"),
        client.get(f"/themes/{theme.slug}"),
    ]
    assert [page.status_code for page in pages] == [200] * 6
    assert [("Quenched" in page.text, secret.id in page.text) for page in pages] == [(False, False)] * 6
    assert "1 open position" not in pages[4].text
    assert client.get(f"/positions/{secret.id}").status_code == 404


def test_a_draft_is_not_found_exactly_as_what_does_not_exist(app: Flask, client: Any) -> None:
    draft = make_position("Quenched muons", state=PositionState.DRAFT)
    found, nothing = client.get(f"/positions/{draft.id}"), client.get("/positions/0000000000000000")
    assert found.status_code == nothing.status_code == 404
    assert "muons" not in found.text


@pytest.mark.parametrize(
    "state", [PositionState.PUBLISHED, PositionState.CLOSED, PositionState.DECIDED, PositionState.CANCELLED]
)
def test_the_page_of_a_position_says_where_it_stands(app: Flask, client: Any, state: PositionState) -> None:
    said = {
        PositionState.PUBLISHED: "Apply by",
        PositionState.CLOSED: "This position is closed",
        PositionState.DECIDED: "The selection has ended",
        PositionState.CANCELLED: "This position was cancelled",
    }
    position = make_position(state=state, themes=[make_theme()])
    page = client.get(f"/positions/{position.id}")
    assert (page.status_code, said[state] in page.text) == (200, True)
    assert ("sign-up" in page.text) == (state is PositionState.PUBLISHED)


def test_an_open_position_is_a_complete_job_posting(app: Flask, client: Any) -> None:
    position = make_position(
        "Sleep </script><b>", starts_on=date(2028, 1, 1), closes_at=datetime(2027, 5, 1, 21, 59, tzinfo=UTC)
    )
    posting = posting_in(client.get(f"/positions/{position.id}").text)
    assert posting is not None
    assert posting["title"] == "Sleep </script><b>"
    assert posting["@type"] == "JobPosting"
    assert posting["validThrough"] == "2027-05-01T21:59:00+00:00"
    assert posting["employmentType"] == ["FULL_TIME", "TEMPORARY"]
    assert posting["baseSalary"]["value"] == {
        "@type": "QuantitativeValue", "minValue": 3059, "maxValue": 3881, "unitText": "MONTH",
    }  # fmt: skip
    assert posting["identifier"]["value"] == position.reference
    needed = {"title", "description", "datePosted", "hiringOrganization", "jobLocation", "directApply"}
    assert needed <= posting.keys()


@pytest.mark.parametrize("state", [PositionState.CLOSED, PositionState.DECIDED, PositionState.CANCELLED])
def test_what_is_closed_is_no_job_posting(app: Flask, client: Any, state: PositionState) -> None:
    assert posting_in(client.get(f"/positions/{make_position(state=state).id}").text) is None


def test_past_the_deadline_nobody_can_apply_before_the_job_has_closed_it(
    app: Flask, client: Any, now: datetime
) -> None:
    position = make_position(closes_at=now - timedelta(minutes=1))
    page = client.get(f"/positions/{position.id}")
    assert posting_in(page.text) is None
    assert "This position is closed" in page.text
    assert "sign-up" not in page.text
    assert "No open positions just now" in client.get("/positions").text


def test_filters_narrow_and_stay_in_the_address(app: Flask, client: Any, now: datetime) -> None:
    brain, heart = make_theme("Brain", slug="brain"), make_theme("Heart", slug="heart")
    make_position("Axons", themes=[brain], kind=PositionKind.PHD, closes_at=now + timedelta(days=3))
    make_position("Valves", themes=[heart], kind=PositionKind.POSTDOC, funding=Funding.NWO)

    def found(query: str) -> tuple[bool, bool]:
        page = client.get(f"/positions?{query}").text
        return "Axons" in page, "Valves" in page

    assert found("") == (True, True)
    assert found("theme=brain") == (True, False)
    assert found("kind=postdoc") == (False, True)
    assert found("funding=nwo") == (False, True)
    assert found("q=AXÖNS") == (True, False)
    assert found(f"before={(now + timedelta(days=4)).date()}") == (True, False)
    assert found("q=100%25") == (False, False)
    assert 'value="postdoc" selected' in client.get("/positions?kind=postdoc").text


@pytest.mark.parametrize("query", ["kind=boss", "funding=gold", "before=yesterday", "before=99999-01-01"])
def test_a_filter_that_cannot_be_read_is_said_and_does_not_count(app: Flask, client: Any, query: str) -> None:
    make_position("Axons")
    page = client.get(f"/positions?{query}")
    assert (page.status_code, "Axons" in page.text) == (422, True)


@pytest.mark.parametrize("mark", ["x", "%01", "AAAA", "w6k", "MjAyNi0wMS0wMSB4"])
def test_a_made_up_mark_of_a_page_begins_at_the_beginning(app: Flask, client: Any, mark: str) -> None:
    make_position("Axons")
    assert "Axons" in client.get(f"/positions?after={mark}").text


def test_pages_follow_one_another_without_gap_or_double(app: Flask, client: Any, now: datetime) -> None:
    closes = now + timedelta(days=9)
    titles = {make_position(f"Number {at:02}.", closes_at=closes).title["en"] for at in range(45)}
    seen: list[str] = []
    address = "/positions"
    while address:
        page = client.get(address).text
        seen += re.findall(r"Number \d\d\.(?!\s*\(nl)", "".join(re.findall(r"<h2.*?</h2>", page)))
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following.group(1).replace("&amp;", "&") if following else ""
    assert (len(seen), set(seen)) == (45, titles)


@pytest.mark.parametrize("path", ["/positions", "/themes", "/themes/brain"])
def test_a_public_list_takes_as_many_queries_for_three_rows_as_for_one(app: Flask, client: Any, path: str) -> None:
    brain = make_theme("Brain", slug="brain")
    make_position("One", themes=[brain])
    with counted_statements() as one:
        client.get(path)
    for title in ("Two", "Three"):
        make_position(title, themes=[brain, make_theme()])
    with counted_statements() as three:
        client.get(path)
    assert len(three) == len(one) <= 8


@pytest.mark.parametrize("path", ["/positions", "/themes", "/positions/{id}", "/themes/{slug}"])
def test_visitors_share_a_page_that_holds_nothing_of_theirs(app: Flask, client: Any, path: str) -> None:
    theme = make_theme()
    position = make_position(themes=[theme])
    address = path.format(id=position.id, slug=theme.slug)
    page = client.get(address)
    assert page.headers["Cache-Control"].startswith("public, max-age=")
    assert {"Cookie", "Accept-Language"} <= {name.strip() for name in page.headers["Vary"].split(",")}
    assert "Set-Cookie" not in page.headers
    assert "csrf" not in page.text.lower()
    again = client.get(address, headers={"If-None-Match": page.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_page_of_a_signed_in_person_is_kept_by_nobody(app: Flask, client: Any) -> None:
    position = make_position()
    sign_in(client, make_person("Ada Ouédraogo"))
    page = client.get(f"/positions/{position.id}")
    assert page.headers["Cache-Control"] == "no-store"
    assert "Ada Ouédraogo" in page.text


def test_a_deadline_is_said_in_both_zones_to_a_reader_elsewhere(app: Flask, client: Any) -> None:
    position = make_position(closes_at=datetime(2027, 3, 12, 22, 59, tzinfo=UTC))
    sign_in(client, make_person(time_zone="Asia/Tokyo"))
    page = client.get(f"/positions/{position.id}").text
    assert "12 March 2027, 23:59 CET" in page
    assert "your time: 13 March 2027, 07:59 JST" in page


def test_script_in_a_text_is_only_text(app: Flask, client: Any) -> None:
    position = make_position("<img src=x>", description={"en": "<script>alert(1)</script> [x](javascript:alert(1))"})
    page = client.get(f"/positions/{position.id}").text
    assert "<img src=x>" not in page.replace('<script type="application/ld+json">', "").split("</head>")[1]
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_the_language_of_a_shared_page_follows_the_cookie(app: Flask, client: Any) -> None:
    make_position("Axons")
    client.set_cookie("language", "nl")
    assert "Axons (nl)" in client.get("/positions").text


def posting_in(page: str) -> dict[str, Any] | None:
    match = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    found: dict[str, Any] | None = json.loads(match.group(1)) if match else None
    return found
