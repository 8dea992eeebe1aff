"""Exports hold what the asker may see, go to the asker alone, and are entries."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select

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
from tests.visitor import Visitor
from tracker.models import ConflictKind, Entry, Export, Job, JobState, PositionRole, SiteRole
from tracker.plumbing.database import db
from tracker.plumbing.jobs import run_due
from tracker.plumbing.upkeep import delete_expired_exports


def rows(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))


def export(visitor: Visitor, what: str = "applications", file_format: str = "csv", **more: str) -> Any:
    return visitor.post("/desk/exports", data={"what": what, "file_format": file_format, **more})


@pytest.mark.engines
def test_hr_gets_every_application_with_its_name_and_e_mail(app: Flask, signed_in: Any) -> None:
    candidate = make_person(name="محمد عبد الله")
    application = make_application(make_position(blind=True), candidate, stage="review")
    [row] = rows(export(signed_in(make_hr())))
    assert (row["Code"], row["Name"], row["E-mail"]) == (application.code, candidate.name, candidate.email)


@pytest.mark.engines
def test_a_blind_member_gets_codes_and_no_identifying_answer(app: Flask, signed_in: Any) -> None:
    position, member = make_position(blind=True), make_staff()
    make_seat(position, member, PositionRole.MEMBER)
    candidate = make_person(name="Þóra Jónsdóttir")
    answers = {
        "full_name": candidate.name,
        "residence": "IS",
        "motivation": "I, Þóra, dream of sleep.",
        "notice_period": "zeppelin",
    }
    application = make_application(position, candidate, stage="review", answers=answers)
    text = export(signed_in(member), position=position.id).get_data(as_text=True)
    assert application.code in text
    leaks = [word for word in ("Þóra", "Jónsdóttir", "Thora", candidate.email, "IS,", "zeppelin") if word in text]
    assert leaks == []


@pytest.mark.engines
def test_an_application_in_conflict_is_in_no_export(app: Flask, signed_in: Any) -> None:
    position, member = make_position(), make_staff()
    make_seat(position, member, PositionRole.CHAIR)
    application = make_application(position)
    make_conflict(application, member, ConflictKind.FAMILY)
    visitor = signed_in(member)
    assert rows(export(visitor)) == []
    assert rows(export(visitor, "reviews")) == []
    assert [row["Applications"] for row in rows(export(visitor, "positions"))] == ["0"]


@pytest.mark.engines
def test_a_reviewer_exports_their_own_review_and_others_only_after_it(app: Flask, signed_in: Any) -> None:
    position, member, other = make_position(), make_staff(name="Ada"), make_staff(name="Grace")
    make_seat(position, member, PositionRole.MEMBER)
    make_seat(position, other, PositionRole.MEMBER)
    application = make_application(position, stage="review")
    make_conflict(application, member)
    make_review(application, other)
    visitor = signed_in(member)
    assert rows(export(visitor, "reviews")) == []
    make_review(application, member)
    assert sorted(row["Reviewer"] for row in rows(export(visitor, "reviews"))) == ["Ada", "Grace"]


@pytest.mark.engines
def test_an_xlsx_is_made_by_a_job_and_belongs_to_its_asker(app: Flask, signed_in: Any, client: Visitor) -> None:
    application, hr = make_application(), make_hr()
    visitor = signed_in(hr)
    assert export(visitor, file_format="xlsx").status_code == 303
    run_due()
    made = db.session.scalars(select(Export)).one()
    answer = visitor.get(f"/desk/exports/{made.id}/file")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert (made.rows, [row[0] for row in sheet]) == (1, ["Code", application.code])
    assert "export ready to download" in visitor.get("/desk").text
    assert signed_in(make_hr()).get(f"/desk/exports/{made.id}/file").status_code == 404


def test_an_export_dies_in_a_day(app: Flask, signed_in: Any, now: datetime) -> None:
    make_application()
    visitor = signed_in(make_hr())
    export(visitor, file_format="xlsx")
    run_due()
    made = db.session.scalars(select(Export)).one().id
    with time_machine.travel(now + timedelta(hours=25), tick=False):
        assert visitor.get(f"/desk/exports/{made}/file").status_code in {302, 404}
        db.session.commit()
        delete_expired_exports()
        db.session.expire_all()
    assert db.session.scalars(select(Export)).all() == []


def test_a_job_gives_nothing_to_whoever_lost_the_role_meanwhile(app: Flask, signed_in: Any) -> None:
    make_application()
    hr = make_hr()
    export(signed_in(hr), file_format="xlsx")
    hr.site_role = SiteRole.NONE
    run_due()
    assert db.session.scalars(select(Export)).one().storage_key is None


def test_every_export_is_an_entry(app: Flask, signed_in: Any) -> None:
    make_application()
    hr = make_hr()
    export(signed_in(hr))
    [entry] = db.session.scalars(select(Entry).where(Entry.what == "exported"))
    assert (entry.by_id, entry.data["export"], entry.data["file_format"]) == (hr.id, "applications", "csv")


def test_a_position_one_does_not_see_cannot_be_exported(app: Flask, signed_in: Any) -> None:
    member, other = make_staff(), make_position()
    make_seat(make_position(), member, PositionRole.MEMBER)
    make_application(other)
    assert export(signed_in(member), position=other.id).status_code == 404


def test_a_candidate_cannot_export(app: Flask, signed_in: Any) -> None:
    assert export(signed_in(make_application().candidate)).status_code == 403


def test_a_filter_of_the_screen_holds_in_the_file(app: Flask, signed_in: Any) -> None:
    position = make_position()
    make_application(position, stage="review")
    kept = make_application(position, stage="shortlist")
    [row] = rows(export(signed_in(make_hr()), query="stage=shortlist", position=position.id))
    assert row["Code"] == kept.code


@pytest.mark.engines
def test_a_file_that_was_given_up_is_made_again_by_its_owner_and_once(
    app: Flask, signed_in: Any, now: datetime
) -> None:
    owner = make_hr()
    visitor = signed_in(owner)
    export(visitor, "positions", "xlsx")
    asked = db.session.scalars(select(Export)).one()
    again = f"/desk/exports/{asked.id}/again"
    assert visitor.post(again).status_code == 409
    job = db.session.get_one(Job, asked.job_id)
    job.state, job.error = JobState.FAILED, "its worker died each time"
    assert f'action="{again}"' in visitor.get("/desk/exports").text
    assert signed_in(make_hr()).post(again).status_code == 404
    assert [signed_in(owner).post(again).status_code for _ in range(2)] == [303, 409]
    run_due()
    db.session.expire_all()
    assert (asked.ready_at is not None, db.session.scalars(select(Entry.what)).all().count("exported")) == (True, 2)
    assert visitor.post(again).status_code == 409
