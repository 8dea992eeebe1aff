"""A candidate deletes a draft: all of it goes, and only theirs, and only while it is one."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.applications.phd import candidate, fill, make_phd, pdf, start, upload
from tests.factories import make_application
from tests.visitor import Visitor
from tracker.models import Answer, Application, Document, Entry, Message
from tracker.plumbing import storage
from tracker.plumbing.database import db
from tracker.plumbing.history import broken
from tracker.plumbing.jobs import run_due


def count(kind: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(kind)) or 0


@pytest.mark.engines
def test_a_deleted_draft_is_gone_with_its_answers_its_files_and_its_place_in_the_list(
    app: Flask, signed_in: Any, client: Visitor
) -> None:
    signed_in(candidate())
    position = make_phd()
    application = start(client, position)
    fill(client, application)
    upload(client, application, pdf(1), name="still checked.pdf", key="transcript")
    key, code = application.id, application.code
    files = db.session.scalars(select(Document.storage_key)).all()
    page = client.get(f"/applications/{key}/delete").text
    assert all(words in page for words in ("17 answers", "CV 李小龙.pdf", "still checked.pdf", "as long as it is open"))
    assert client.get(f"/applications/{key}").text.count(f"/applications/{key}/delete") == 1

    answer = client.post(f"/applications/{key}/delete")
    assert (answer.status_code, answer.location) == (303, "/applications")
    assert "No applications yet" in client.get("/applications").text
    run_due()
    db.session.expire_all()
    assert [count(kind) for kind in (Application, Answer, Document, Message)] == [0, 0, 0, 0]
    assert [storage.exists(one) for one in files] == [False, False]
    told = db.session.scalars(select(Entry).where(Entry.thing_id == key).order_by(Entry.number)).all()[-1]
    assert (told.what, told.data) == ("draft_deleted", {"code": code, "documents": 2, "position": position.id})
    assert list(broken()) == []
    assert client.get(f"/applications/{key}").status_code == 404
    assert start(client, position).id != key


def test_what_was_sent_is_not_deleted(app: Flask, signed_in: Any, client: Visitor) -> None:
    sent = make_application(make_phd(), candidate(), submitted=True)
    signed_in(sent.candidate)
    assert client.get(f"/applications/{sent.id}/delete").location == f"/applications/{sent.id}"
    assert client.post(f"/applications/{sent.id}/delete").status_code == 409
    assert count(Application) == 1


def test_after_the_deadline_one_is_told_that_there_is_no_second_beginning(
    app: Flask, signed_in: Any, client: Visitor, now: datetime
) -> None:
    draft = make_application(make_phd(closes_at=now - timedelta(days=1)), candidate(), submitted=False)
    signed_in(draft.candidate)
    page = client.get(f"/applications/{draft.id}/delete").text
    assert "you cannot begin again" in page
    assert client.post(f"/applications/{draft.id}/delete").status_code == 303
    assert count(Application) == 0
