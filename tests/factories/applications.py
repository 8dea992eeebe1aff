"""Applications with what belongs to them: answers, documents, letters, conflicts, assignments, moves."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tests.factories.people import make_person
from tests.factories.positions import make_position
from tests.factories.workflows import stage_of
from tracker.models import (
    Answer,
    Application,
    ApplicationText,
    Assignment,
    Conflict,
    ConflictKind,
    Document,
    DocumentState,
    Letter,
    LetterState,
    Opening,
    Origin,
    Person,
    Position,
    StageKind,
    Transition,
)
from tracker.plumbing.clock import now as clock_now
from tracker.plumbing.database import db
from tracker.plumbing.storage import new_key, put
from tracker.rules.search_text import index_text

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
BLOCKING = (ConflictKind.SUPERVISOR, ConflictKind.COAUTHOR, ConflictKind.FAMILY, ConflictKind.PERSONAL)


def make_application(
    position: Position | None = None,
    candidate: Person | None = None,
    *,
    submitted: bool = True,
    stage: str | None = None,
    answers: Mapping[str, Any] | None = None,
    country: str = "VN",
    origin: Origin = Origin.ABROAD,
    name: str | None = None,
    now: datetime | None = None,
) -> Application:
    """Submitted a moment ago and standing in intake; with submitted=False a draft. `stage` by its key."""
    moment = now or clock_now()
    place = position or make_position(now=moment)
    who = candidate or make_person(now=moment)
    assert place.workflow is not None
    where = stage_of(place.workflow, stage or ("intake" if submitted else "draft"))
    given = dict(answers or {"full_name": who.name, "residence": country, "motivation": "I dream of sleep."})
    application = Application(
        code=_code(),
        position=place,
        candidate=who,
        stage=where,
        stage_kind=where.kind,
        stage_place=where.place,
        furthest=where.kind if where.kind.rank >= 0 else StageKind.INTAKE,
        stage_since=moment,
        started_at=moment - timedelta(days=1),
        submitted_at=moment if submitted else None,
        ended_at=moment if where.kind.is_end else None,
        language=who.language,
        origin=origin if submitted else Origin.UNKNOWN,
        country=country if submitted else "",
        name=(name or who.name) if submitted else "",
    )
    db.session.add(application)
    db.session.flush()
    for question, value in given.items():
        make_answer(application, question, value, now=moment)
    if submitted:
        _index(application, who, given)
    return application


def _code() -> str:
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(6))
    return f"{letters[:3]}-{letters[3:]}"


def _index(application: Application, who: Person, answers: Mapping[str, Any]) -> None:
    """As the small form has it: motivation open, name and residence identifying, notice period hidden."""

    def said(*questions: str) -> list[str]:
        return [value for key in questions if isinstance(value := answers.get(key), str)]

    text = ApplicationText(
        application_id=application.id,
        open_text=index_text(application.code, *said("motivation")),
        identity_text=index_text(application.name, *said("full_name", "residence")),
        hidden_text=index_text(who.email, *said("notice_period")),
    )
    db.session.add(text)
    db.session.flush()


def make_answer(application: Application, question: str, value: Any, *, now: datetime | None = None) -> Answer:
    answer = Answer(application_id=application.id, question=question, value=value, saved_at=now or clock_now())
    db.session.add(answer)
    db.session.flush()
    db.session.expire(application, ["answers"])
    return answer


def move_to(application: Application, stage: str, *, now: datetime | None = None) -> Application:
    """Stand it in another stage without asking any rule."""
    assert application.position.workflow is not None
    where = stage_of(application.position.workflow, stage)
    moment = now or clock_now()
    application.stage, application.stage_kind, application.stage_since = where, where.kind, moment
    application.stage_place = where.place
    application.ended_at = moment if where.kind.is_end else None
    db.session.flush()
    return application


def make_document(
    application: Application,
    *,
    question: str = "cv",
    file_name: str = "CV Nguyễn.pdf",
    data: bytes = b"%PDF-1.7\n%%EOF\n",
    state: DocumentState = DocumentState.READY,
    now: datetime | None = None,
) -> Document:
    """A document with its bytes in storage."""
    moment = now or clock_now()
    key = new_key("documents")
    put(key, data)
    document = Document(
        application_id=application.id,
        question=question,
        file_name=file_name,
        storage_key=key,
        size=len(data),
        pages=1,
        state=state,
        uploaded_at=moment,
        checked_at=moment if state is not DocumentState.CHECKING else None,
    )
    db.session.add(document)
    db.session.flush()
    db.session.expire(application, ["documents"])
    return document


def make_letter(
    application: Application,
    *,
    referee_name: str = "Prof. Κωνσταντίνος Καβάφης",
    referee_email: str = "referee@example.org",
    state: LetterState = LetterState.RECEIVED,
    text: str = "She is the best student I ever had.",
    now: datetime | None = None,
) -> Letter:
    moment = now or clock_now()
    letter = Letter(
        application=application,
        referee_name=referee_name,
        referee_email=referee_email,
        state=state,
        asked_at=moment,
        answered_at=moment if state is not LetterState.ASKED else None,
        text=text if state is LetterState.RECEIVED else "",
    )
    db.session.add(letter)
    db.session.flush()
    return letter


def make_conflict(
    application: Application,
    person: Person,
    kind: ConflictKind = ConflictKind.NONE,
    *,
    blocks: bool | None = None,
    now: datetime | None = None,
) -> Conflict:
    """Declared by the person; blocking as the kind is, unless said otherwise."""
    conflict = Conflict(
        application_id=application.id,
        person_id=person.id,
        kind=kind,
        blocks=kind in BLOCKING if blocks is None else blocks,
        declared_at=now or clock_now(),
    )
    db.session.add(conflict)
    db.session.flush()
    db.session.expire(application, ["conflicts"])
    return conflict


def make_assignment(application: Application, person: Person, *, now: datetime | None = None) -> Assignment:
    assignment = Assignment(application_id=application.id, person_id=person.id, assigned_at=now or clock_now())
    db.session.add(assignment)
    db.session.flush()
    db.session.expire(application, ["assignments"])
    return assignment


def make_opening(application: Application, person: Person, *, hours: int = 8, now: datetime | None = None) -> Opening:
    """An administrator's stated reason to look."""
    opening = Opening(
        application_id=application.id,
        person_id=person.id,
        reason="The candidate reports a fault.",
        until=(now or clock_now()) + timedelta(hours=hours),
    )
    db.session.add(opening)
    db.session.flush()
    return opening


def make_transition(
    application: Application, source: str, target: str, *, by: Person | None = None, now: datetime | None = None
) -> Transition:
    """A row of a move that was made; does not move the application."""
    workflow = application.position.workflow
    assert workflow is not None
    transition = Transition(
        application_id=application.id,
        from_stage_id=stage_of(workflow, source).id,
        to_stage_id=stage_of(workflow, target).id,
        by_id=by.id if by else None,
        at=now or clock_now(),
    )
    db.session.add(transition)
    db.session.flush()
    db.session.expire(application, ["transitions"])
    return transition
