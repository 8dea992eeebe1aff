"""A position in its blind round, with everything in it that could give the candidate away."""

import io
from dataclasses import dataclass
from datetime import datetime, timedelta

import pikepdf

from tests.factories import (
    make_application,
    make_comment,
    make_conflict,
    make_document,
    make_form,
    make_hr,
    make_letter,
    make_message,
    make_person,
    make_position,
    make_review,
    make_seat,
    make_staff,
)
from tracker import shipped
from tracker.models import Application, Audience, Person, Position, PositionRole
from tracker.plumbing.history import remember

NAME = "Oluwaseun Quetzalcóatl-Brânză"
TOKENS = ("oluwaseun", "quetzalcóatl", "quetzalcoatl", "brânză", "branza", "seunie", "zaphod")
EMAIL = "zaphod.b@candidates.example"


def tell_tale_pdf(author: str = NAME) -> bytes:
    """A real PDF whose metadata name its author."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.docinfo["/Author"] = author
    pdf.docinfo["/Title"] = f"CV of {author}"
    with pdf.open_metadata() as metadata:
        metadata["dc:creator"] = [author]
    out = io.BytesIO()
    pdf.save(out, compress_streams=False)
    return out.getvalue()


ANSWERS = {
    "full_name": NAME,
    "called": "Seunie",
    "phone": "+234 800 zaphod",
    "residence_country": "NG",
    "website": "https://oluwaseun.example/",
    "motivation": f"I am {NAME}, Oluwaseun to friends; see https://oluwaseun.example/brain or write to {EMAIL}. Sleep!",
    "thesis_title": "Branza's law in sleeping mice",
    "degrees": [
        {
            "level": "7",
            "field": "Neurobiology",
            "institution": "Quetzalcóatl University",
            "country": "NG",
            "start": "2019-09",
            "end": "2021-07",
        }
    ],
    "history": [
        {
            "kind": "work",
            "title": "Assistant of Oluwaseun Brânză senior",
            "organisation": "Lagos Brain Lab",
            "country": "NG",
            "start": "2021-09",
            "description": "Seunie, do this",
        }
    ],
    "publications": [
        {
            "title": "Sleep and QUETZALCOATL",
            "authors": "O. Quetzalcóatl-Brânză, A. N. Other",
            "year": 2024,
            "venue": "Journal of Naps",
            "doi": "10.1234/brânză.1",
        }
    ],
    "remarks": "Call me Oluwaseun.",
}


@dataclass
class World:
    position: Position
    application: Application
    others: list[Application]
    chair: Person
    member: Person
    colleague: Person
    hr: Person


def blind_world(now: datetime, *, stage: str = "review", blind: bool = True) -> World:
    """One tell-tale application among three; all have declared; the colleague's review is in, the member's is not."""
    chair, member, colleague = make_staff("Chair Chan"), make_staff("Mem Ber"), make_staff("Col League")
    hr = make_hr("Hanna Ruis")
    form = make_form(shipped.form("phd"), frozen=True)
    position = make_position(chair=chair, members=(member, colleague), blind=blind, form=form, letters_wanted=1)
    candidate = make_person(NAME, email=EMAIL)
    before = now - timedelta(days=2)
    application = make_application(position, candidate, stage=stage, answers=ANSWERS, now=before)
    others = [
        make_application(position, stage=stage, now=before - timedelta(hours=1)),
        make_application(position, stage=stage, now=before + timedelta(hours=1)),
    ]
    for one in (application, *others):
        for person in (chair, member, colleague):
            make_conflict(one, person)
    make_document(application, question="cv", file_name="CV Oluwaseun.pdf", data=tell_tale_pdf())
    make_document(application, question="writing_sample", file_name="brânză sample.pdf", data=tell_tale_pdf())
    make_review(application, colleague, score=2, strengths="Oluwaseun shines", weaknesses="REVIEW-SECRET of Branza")
    make_comment(application, hr, "Seunie telephoned: COMMITTEE-SECRET", audience=Audience.COMMITTEE)
    make_comment(application, hr, "HR-SECRET about Oluwaseun", audience=Audience.HR)
    make_comment(application, chair, "CHAIR-SECRET about Oluwaseun", audience=Audience.CHAIR)
    make_comment(application, hr, "Dear Oluwaseun, thank you", audience=Audience.CANDIDATE)
    make_letter(application, text="Oluwaseun is the best. LETTER-SECRET")
    make_message(
        candidate, subject="Dear Oluwaseun", paragraphs=("Oluwaseun, MESSAGE-SECRET",), application=application
    )
    remember("application", application.id, "submitted", by=candidate, now=before)
    remember("application", application.id, "conflict_declared", by=colleague, now=before, kind="none", blocks=False)
    return World(position, application, others, chair, member, colleague, hr)


def coordinator_of(position: Position) -> Person:
    person = make_staff("Coor Dinator")
    make_seat(position, person, PositionRole.COORDINATOR)
    return person
