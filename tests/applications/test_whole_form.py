"""The form on one page: what the steps ask, all at once."""

import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.applications.phd import SECTIONS, candidate, make_phd, pdf, start
from tests.visitor import Visitor
from tracker.applications.drafts import draft_of
from tracker.models import Answer, Application, Document
from tracker.plumbing.database import counted_statements, db
from tracker.rules.form_content import KEY
from tracker.rules.questions import WHOLE


@pytest.fixture
def draft(app: Flask, signed_in: Any, client: Visitor) -> Application:
    signed_in(candidate())
    return start(client, make_phd())


def address(draft: Application) -> str:
    return f"/applications/{draft.id}/sections/{WHOLE}"


def everything(page: str) -> dict[str, Any]:
    versions = dict(re.findall(r'name="(version-[a-z_]+)" value="(\d+)"', page))
    return versions | {f"q-{name}": value for answers in SECTIONS.values() for name, value in answers.items()}


def test_who_would_rather_see_everything_at_once_starts_there(app: Flask, signed_in: Any, client: Visitor) -> None:
    signed_in(candidate())
    position = make_phd()
    answer = client.post(f"/positions/{position.id}/apply", data={"way": WHOLE})
    assert (answer.status_code, answer.location.rpartition("/")[2]) == (303, WHOLE)


def test_every_question_stands_on_it_once_under_its_part(client: Visitor, draft: Application) -> None:
    page, form = client.get(address(draft)).text, draft_of(draft).form
    assert re.findall(r'<h2 class="whole-part" id="part-([a-z]+)"', page) == [one.key for one in form.sections]
    assert sorted(re.findall(r'id="q-([a-z_]+)-field"', page)) == sorted(one.key for one in form.questions)


@pytest.mark.engines
def test_all_of_it_is_sent_at_once(client: Visitor, draft: Application) -> None:
    data = everything(client.get(address(draft)).text) | {"q-cv": (BytesIO(pdf()), "cv.pdf"), "do": "next"}
    with counted_statements() as statements:
        answer = client.post(address(draft), data=data)
    assert (answer.status_code, answer.location) == (303, f"/applications/{draft.id}/check")
    assert len(statements) <= 10
    db.session.expire_all()
    now = draft_of(draft)
    assert [one for one in now.problems if one.question.key != "cv"] == []
    assert db.session.scalars(select(Document.question)).all() == ["cv"]


def test_what_cannot_be_kept_is_named_and_the_rest_is_kept(client: Visitor, draft: Application) -> None:
    data = everything(client.get(address(draft)).text) | {"q-start_from-day": "32", "do": "next"}
    answer = client.post(address(draft), data=data)
    assert (answer.status_code, '<a href="#q-start_from-day">' in answer.text) == (422, True)
    assert 'value="32"' in answer.text
    kept = set(db.session.scalars(select(Answer.question).where(Answer.application_id == draft.id)))
    assert {"full_name", "degrees", "motivation", "truthful"} <= kept
    assert "start_from" not in kept


@pytest.mark.parametrize(
    ("do", "leads_to"), [("add:degrees", "?add=degrees#q-degrees-last"), ("remove:degrees:0", "#q-degrees-field")]
)
def test_rows_come_and_go_without_leaving_it(client: Visitor, draft: Application, do: str, leads_to: str) -> None:
    data = everything(client.get(address(draft)).text) | {"do": do}
    assert client.post(address(draft), data=data).location == address(draft) + leads_to


def test_it_shows_all_that_is_still_to_do(client: Visitor, draft: Application) -> None:
    page = client.get(f"{address(draft)}?check=1").text
    assert page.count('class="field-error"') == len({one.question.key for one in draft_of(draft).problems})


def test_the_overview_leads_to_it(client: Visitor, draft: Application) -> None:
    assert f'href="{address(draft)}"' in client.get(f"/applications/{draft.id}").text


def test_no_section_of_a_form_can_have_its_name() -> None:
    assert KEY.fullmatch(WHOLE) is None


def test_another_candidate_does_not_find_it(client: Visitor, draft: Application, signed_in: Any) -> None:
    signed_in(candidate())
    assert (client.get(address(draft)).status_code, client.post(address(draft)).status_code) == (404, 404)
