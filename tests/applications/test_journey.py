"""The whole way of a candidate, without scripts."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.applications.phd import candidate, fill, make_phd, start
from tests.visitor import Visitor
from tracker.models import Application, ApplicationText, Message, Origin, StageKind
from tracker.plumbing.database import db
from tracker.plumbing.jobs import run_due


@pytest.mark.engines
def test_a_candidate_starts_fills_uploads_checks_and_sends_once(app: Flask, signed_in: Any, client: Visitor) -> None:
    person = candidate(name="Lee Jun-fan")
    signed_in(person)
    application = start(client, make_phd())
    assert client.get(f"/applications/{application.id}").status_code == 200
    fill(client, application)

    page = client.get(f"/applications/{application.id}/check")
    assert page.status_code == 200
    assert "李小龙" in page.text
    assert "still to do" not in page.text

    sent = client.post(f"/applications/{application.id}/submit")
    assert (sent.status_code, sent.location) == (303, f"/applications/{application.id}/receipt")
    again = client.post(f"/applications/{application.id}/submit")
    assert (again.status_code, again.location) == (303, f"/applications/{application.id}/receipt")

    db.session.expire_all()
    assert application.stage_kind is StageKind.INTAKE
    assert application.submitted_at is not None
    assert (application.name, application.country, application.origin) == ("李小龙", "VN", Origin.ABROAD)
    assert db.session.scalar(select(func.count()).select_from(Message)) == 1
    assert len(application.transitions) == 1
    text = db.session.scalars(select(ApplicationText).where(ApplicationText.application_id == application.id)).one()
    assert "lee" not in text.open_text.split()
    assert "dream of sleep" in text.open_text
    assert {"李小", "小龙"} <= set(text.identity_text.split())
    assert set(re.split("[.@]", person.email)) <= set(text.hidden_text.split())

    receipt = client.get(f"/applications/{application.id}/receipt")
    assert application.code in receipt.text
    copy = client.get(f"/applications/{application.id}/receipt.pdf")
    assert (copy.status_code, copy.mimetype, copy.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert "Intake for you" in client.get(f"/applications/{application.id}").text
    assert client.get(f"/applications/{application.id}/sent").status_code == 200
    assert application.code in client.get("/applications").text
    run_due()


@pytest.mark.engines
def test_starting_twice_is_one_application(app: Flask, signed_in: Any, client: Visitor) -> None:
    signed_in(candidate())
    position = make_phd()
    first = start(client, position)
    assert start(client, position).id == first.id
    assert db.session.scalar(select(func.count()).select_from(Application)) == 1
