"""Publishing: everything missing is named at once, and what was promised is fixed."""

import re
from copy import deepcopy
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from tests.factories import make_hr, make_staff
from tests.positions.drafts import make_draft
from tests.visitor import sign_in
from tracker.applications.drafts import form_at
from tracker.models import Position, PositionState, ReasonSet, Rubric, Workflow
from tracker.plumbing.database import db
from tracker.positions import actions, reasons, rubrics, steering
from tracker.positions.criteria import criteria_of
from tracker.positions.parts import Part
from tracker.positions.publishing import missing_in
from tracker.rules.refusals import NotAllowedNow
from tracker.workflows.plans import plan_of

PUBLISH = steering.MOVES["publish"]


def test_everything_missing_is_named_at_once_each_with_its_place(app: Flask, signed_in: Any) -> None:
    hr = make_hr()
    draft = make_draft(hr, complete=False)
    missing = [str(sentence) for _, sentence in missing_in(draft)]
    page = signed_in(hr).get(f"/desk/positions/{draft.id}")
    assert len(missing) >= 10
    assert [sentence for sentence in missing if sentence not in page.text] == []
    refused = signed_in(hr).post(f"/desk/positions/{draft.id}/moves/publish", data={"version": draft.version})
    assert refused.status_code == 409
    assert [sentence for sentence in missing if sentence not in refused.text] == []
    db.session.expire_all()
    assert db.session.get_one(Position, draft.id).state is PositionState.DRAFT


def test_each_line_of_what_is_missing_leads_to_a_field_that_is_there(app: Flask, signed_in: Any) -> None:
    hr = make_hr()
    draft = make_draft(hr, complete=False)
    client = signed_in(hr)
    overview = client.get(f"/desk/positions/{draft.id}").text
    links = re.findall(rf'href="(/desk/positions/{draft.id}/(?:edit/\w+|committee)(?:#\w+)?)"', overview)
    lost = [
        link
        for link in links
        if "#" in link and f'id="{link.partition("#")[2]}"' not in client.get(link.partition("#")[0]).text
    ]
    assert (lost, len([link for link in links if "#" in link]) >= 8) == ([], True)


def test_publishing_pins_the_form_the_criteria_the_reasons_and_a_copy_of_the_workflow(
    app: Flask, now: datetime
) -> None:
    hr = make_hr()
    draft = make_draft(hr)
    template = draft.workflow
    assert template is not None
    steering.steer(draft, PUBLISH, by=hr, now=now)
    pinned = draft.workflow
    assert pinned is not None
    assert draft.form_version is not None
    assert (draft.state, draft.published_at, draft.opens_at) == (PositionState.PUBLISHED, now, now)
    assert draft.form_version.frozen_at == now
    assert (pinned.is_copy, pinned.copied_from_id, pinned.id == template.id) == (True, template.id, False)
    assert shape(pinned) == shape(template)
    assert {move.from_stage_id for move in pinned.moves} <= {stage.id for stage in pinned.stages}
    assert draft.reasons == reasons.reasons_of_the_house()


def test_what_hr_changes_afterwards_does_not_reach_what_is_published(app: Flask, now: datetime) -> None:
    hr = make_hr()
    draft = make_draft(hr)
    template = draft.workflow
    assert template is not None
    steering.steer(draft, PUBLISH, by=hr, now=now)
    assert draft.workflow is not None
    before = (shape(draft.workflow), [(one.key, one.label, one.weight) for one in draft.criteria], draft.reasons)
    template.stages[1].label = {"en": "Renamed"}
    template.moves.pop()
    rubric = db.session.query(Rubric).filter_by(key="phd").one()
    rubrics.save_rubric(
        rubric, name={"en": "New"}, drafts=[complete_criterion()], version=rubric.version, by=hr, now=now
    )
    kept = db.session.query(ReasonSet).one()
    reasons.save_reasons(kept.reasons[:1], seen=reasons.mark_of(kept.reasons), by=hr, now=now)
    db.session.flush()
    db.session.expire_all()
    stored = db.session.get_one(Position, draft.id)
    assert stored.workflow is not None
    after = (shape(stored.workflow), [(one.key, one.label, one.weight) for one in stored.criteria], stored.reasons)
    assert after == before


def test_a_publication_that_is_undone_leaves_nothing_that_a_process_takes_for_fixed(app: Flask, now: datetime) -> None:
    """What is published is read once a process, so a publication must read none of it before it is committed."""
    hr = make_hr()
    draft = make_draft(hr)
    db.session.commit()
    steering.steer(draft, PUBLISH, by=hr, now=now)
    db.session.rollback()
    assert draft.form_version is not None
    renamed, content = {"en": "Renamed", "nl": "Hernoemd"}, deepcopy(draft.form_version.content)
    content["sections"][0]["title"] = renamed
    draft.form_version.content = content
    draft.criteria[0].label = renamed
    kept = db.session.query(ReasonSet).one()
    reasons.save_reasons(kept.reasons[:1], seen=reasons.mark_of(kept.reasons), by=hr, now=now)
    steering.steer(draft, PUBLISH, by=hr, now=now)
    db.session.commit()
    form = form_at(draft)
    assert form is not None
    assert draft.workflow is not None
    assert (form.sections[0].title, criteria_of(draft)[0].label) == (renamed, renamed)
    assert reasons.reasons_of(draft) == draft.reasons == kept.reasons
    assert {one.id for one in plan_of(draft).stages} == {one.id for one in draft.workflow.stages}


@pytest.mark.parametrize(
    "name",
    [
        "form_version_id",
        "workflow_id",
        "criteria",
        "scale_max",
        "blind_first_round",
        "letters_wanted",
        "opens_at",
        "time_zone",
    ],
)
def test_what_is_fixed_cannot_be_written_any_more(app: Flask, now: datetime, name: str) -> None:
    hr = make_hr()
    draft = make_draft(hr)
    steering.steer(draft, PUBLISH, by=hr, now=now)
    other: dict[str, Any] = {
        "criteria": [], "scale_max": 9, "blind_first_round": True, "letters_wanted": 5,
        "opens_at": now - timedelta(days=9), "time_zone": "UTC", "form_version_id": None, "workflow_id": None,
    }  # fmt: skip
    with pytest.raises(NotAllowedNow):
        actions.edit(draft, {name: other[name]}, part=Part.SELECTION, version=draft.version, by=hr, now=now)


def test_a_browser_that_sends_fixed_fields_changes_nothing_of_them(app: Flask, client: Any, now: datetime) -> None:
    hr = make_hr()
    draft = make_draft(hr)
    steering.steer(draft, PUBLISH, by=hr, now=now)
    sign_in(client, hr)
    data = {"version": draft.version, "members_see": "assigned", "blind_first_round": "y", "scale_max": "9"}
    page = client.post(f"/desk/positions/{draft.id}/edit/selection", data=data)
    db.session.expire_all()
    stored = db.session.get_one(Position, draft.id)
    assert page.status_code == 303
    assert (stored.members_see, stored.blind_first_round, stored.scale_max, len(stored.criteria)) == (
        "assigned",
        False,
        5,
        4,
    )


def test_a_published_deadline_moves_only_to_later_and_leaves_an_entry(app: Flask, client: Any, now: datetime) -> None:
    hr = make_hr()
    draft = make_draft(hr)
    steering.steer(draft, PUBLISH, by=hr, now=now)
    assert draft.closes_at is not None
    old = draft.closes_at
    with pytest.raises(NotAllowedNow):
        actions.edit(
            draft, {"closes_at": old - timedelta(minutes=1)}, part=Part.PROCEDURE, version=draft.version, by=hr, now=now
        )
    actions.edit(
        draft, {"closes_at": old + timedelta(days=7)}, part=Part.PROCEDURE, version=draft.version, by=hr, now=now
    )
    assert draft.closes_at == old + timedelta(days=7)
    sign_in(client, hr)
    assert "new deadline" in client.get(f"/desk/positions/{draft.id}").text


def test_a_published_position_cannot_lose_what_it_must_have(app: Flask, client: Any, now: datetime) -> None:
    hr = make_hr()
    draft = make_draft(hr)
    steering.steer(draft, PUBLISH, by=hr, now=now)
    sign_in(client, hr)
    page = client.post(
        f"/desk/positions/{draft.id}/edit/texts",
        data={"version": draft.version, "title_en": "Better title", "description_en": "", "requirements_en": "All"},
    )
    db.session.expire_all()
    assert (page.status_code, db.session.get_one(Position, draft.id).title) == (422, {"en": "Sleep and memory"})
    assert "Describe the position and its research." in page.text
    assert "Better title" in page.text


@pytest.mark.parametrize("who", ["chair", "member", "stranger"])
def test_only_hr_and_the_administrator_publish(app: Flask, client: Any, who: str) -> None:
    chair = make_staff()
    draft = make_draft(chair)
    sign_in(client, {"chair": chair, "member": make_staff(), "stranger": make_staff()}[who])
    page = client.post(f"/desk/positions/{draft.id}/moves/publish", data={"version": draft.version})
    db.session.expire_all()
    assert page.status_code == (403 if who == "chair" else 404)
    assert db.session.get_one(Position, draft.id).state is PositionState.DRAFT


def test_a_stale_page_does_not_publish(app: Flask, client: Any) -> None:
    hr = make_hr()
    draft = make_draft(hr)
    sign_in(client, hr)
    page = client.post(f"/desk/positions/{draft.id}/moves/publish", data={"version": draft.version + 1})
    assert page.status_code == 409


def shape(workflow: Workflow) -> Any:
    stages = {stage.id: stage.key for stage in workflow.stages}
    return (
        [
            (one.key, one.kind, one.label, one.is_blind, one.takes_reviews, one.reviews_wanted)
            for one in workflow.stages
        ],
        [
            (one.key, stages[one.from_stage_id], stages[one.to_stage_id], one.by, one.conditions, one.message_key)
            for one in workflow.moves
        ],
    )


def complete_criterion() -> rubrics.CriterionDraft:
    anchors = tuple((score, {"en": f"Level {score}"}) for score in range(1, 6))
    return rubrics.CriterionDraft(label={"en": "Only one"}, weight=Decimal(100), anchors=anchors)
