"""A position that wants letters, an application that names two referees, and PDFs as people have them."""

import io
from datetime import datetime, timedelta
from typing import Any

import pikepdf
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.accounts.mailbox import link_to
from tests.factories import FORM, make_application, make_form, make_person, make_position, make_staff
from tests.visitor import Visitor
from tracker.letters.actions import ask_referees
from tracker.models import Application, Letter
from tracker.plumbing.database import db
from tracker.plumbing.events import Submitted

FIRST, SECOND = "papadopoulos@uni.example", "okafor@uni.example"
REFEREES = [
    {"name": "Prof. Θεόδωρος Παπαδόπουλος", "email": FIRST, "organisation": "Athens", "relation": "Supervisor"},
    {"name": "Dr. Ngozi Okafor", "email": SECOND, "organisation": "Ibadan", "relation": "Teacher"},
]
SECRET = "He is the worst student I ever had, and I have had many."


def form_with_referees() -> dict[str, Any]:
    question = {
        "key": "referees",
        "type": "referees",
        "label": {"en": "Referees", "nl": "Referenten"},
        "required": True,
        "identifying": True,
        "limit": {"min": 2, "max": 3},
    }
    section = {"key": "letters", "title": {"en": "Referees", "nl": "Referenten"}, "questions": [question]}
    return FORM | {"sections": [*FORM["sections"], section]}


def asked(*, now: datetime, letters_wanted: int = 2, referees: Any = None, **position: Any) -> Application:
    """A submitted application whose referees have been asked."""
    place = make_position(
        form=make_form(form_with_referees(), frozen=True), letters_wanted=letters_wanted, chair=make_staff(), **position
    )
    answers = {"full_name": "Nguyễn Thị Linh", "referees": REFEREES if referees is None else referees}
    application = make_application(
        place, make_person("Nguyễn Thị Linh", email="linh@example.org"), answers=answers, now=now
    )
    ask_referees(Submitted(application.id), now=now)
    db.session.commit()
    return application


def letter_of(session: Session, email: str = FIRST) -> Letter:
    session.rollback()
    return session.scalars(select(Letter).where(Letter.referee_email == email)).one()


def follow_link(client: Visitor, session: Session, email: str = FIRST) -> str:
    """Open the link of the latest mail; gives where it led."""
    session.commit()
    return str(client.get(link_to(session, email)).location)


def pdf(pages: int = 1) -> bytes:
    with pikepdf.new() as made:
        for _ in range(pages):
            made.add_blank_page()
        made.docinfo["/Author"] = "Prof. Secret"
        kept = io.BytesIO()
        made.save(kept)
    return kept.getvalue()


def later(now: datetime, days: float) -> datetime:
    return now + timedelta(days=days)
