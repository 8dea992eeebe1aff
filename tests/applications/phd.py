"""A published PhD position with the shipped form, and answers that complete it."""

from io import BytesIO
from typing import Any

import pikepdf
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from tests.factories import make_form, make_person, make_position, make_workflow
from tests.visitor import Visitor
from tracker import shipped
from tracker.models import Application, Person, Position
from tracker.plumbing.database import db
from tracker.plumbing.jobs import run_due


def make_phd(**more: Any) -> Position:
    """Without documents required but one, so that tests stay short."""
    content = shipped.form("phd")
    for section in content["sections"]:
        for question in section["questions"]:
            if question["key"] == "transcript":
                question["required"] = False
    return make_position(form=make_form(content, frozen=True), workflow=make_workflow(is_copy=True), **more)


def pdf(pages: int = 1, **info: str) -> bytes:
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page()
    for name, value in info.items():
        made.docinfo[f"/{name}"] = value
    out = BytesIO()
    made.save(out)
    return out.getvalue()


SECTIONS: dict[str, dict[str, Any]] = {
    "personal": {"full_name": "李小龙", "residence_country": "VN", "phone": "+84 24 3826 4455"},
    "eligibility": {
        "start_from-day": "1",
        "start_from-month": "9",
        "start_from-year": "2027",
        "needs_permit": "yes",
        "months_in_netherlands": "0",
        "doctorate": "no",
        "masters": "held",
    },
    "education": {
        "degrees-0-level": "7",
        "degrees-0-field": "Neuroscience",
        "degrees-0-institution": "Đại học Quốc gia Hà Nội",
        "degrees-0-country": "VN",
        "degrees-0-start-month": "9",
        "degrees-0-start-year": "2023",
        "degrees-0-end-month": "6",
        "degrees-0-end-year": "2025",
        "english-0-test": "ielts",
        "english-0-overall": "7,5",
        "english-0-date-day": "3",
        "english-0-date-month": "2",
        "english-0-date-year": "2026",
    },
    "work": {
        "history-0-kind": "work",
        "history-0-title": "Research assistant",
        "history-0-country": "VN",
        "history-0-start-month": "7",
        "history-0-start-year": "2025",
        "methods": ["imaging", "statistics"],
    },
    "motivation": {"motivation": "I dream of sleep. Lee", "question": "Why do we sleep?"},
    "documents": {
        "referees-0-name": "Þóra Jónsdóttir",
        "referees-0-email": "thora@uni.example",
        "referees-0-organisation": "University",
        "referees-0-relation": "Supervisor",
        "referees-1-name": "محمد",
        "referees-1-email": "m@uni.example",
        "referees-1-organisation": "University",
        "referees-1-relation": "Teacher",
    },
    "statements": {"truthful": "yes", "privacy_read": "yes"},
}


def fields(application: Application, section: str, **answers: Any) -> dict[str, Any]:
    """A step as a browser sends it: every question with the version that the page shows."""
    from tracker.applications.drafts import draft_of

    draft = draft_of(application)
    versions = {f"version-{one.key}": str(draft.version(one.key)) for one in draft.form.section(section).questions}
    db.session.rollback()
    return versions | {f"q-{name.replace('__', '-')}": value for name, value in answers.items()}


def start(client: Visitor, position: Position) -> Application:
    answer = client.post(f"/positions/{position.id}/apply")
    assert answer.status_code == 303, answer.text
    db.session.expire_all()
    application = db.session.get(Application, answer.location.split("/")[2])
    assert application is not None
    return application


def save(client: Visitor, application: Application, section: str, do: str = "next", **answers: Any) -> Any:
    data = fields(application, section, **answers) | {"do": do}
    return client.post(f"/applications/{application.id}/sections/{section}", data=data)


def upload(client: Visitor, application: Application, data: bytes, name: str = "CV 李小龙.pdf", key: str = "cv") -> Any:
    file = FileStorage(BytesIO(data), filename=name, content_type="application/pdf")
    boundary, body = encode_multipart(MultiDict([(f"q-{key}", file)]))
    address = f"/applications/{application.id}/sections/documents"
    return client.post(address, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def fill(client: Visitor, application: Application) -> None:
    """Every required answer, and a CV that has been checked."""
    for section, answers in SECTIONS.items():
        answer = save(client, application, section, **answers)
        assert answer.status_code == 303, (section, answer.text)
    assert upload(client, application, pdf(2)).status_code == 303
    run_due()
    db.session.expire_all()


def candidate(**more: Any) -> Person:
    return make_person(**more)
