"""Two positions side by side with everything in them that could leak, each secret a word of its own."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from tests.dossiers.world import tell_tale_pdf
from tests.factories import (
    make_admin,
    make_application,
    make_comment,
    make_conflict,
    make_document,
    make_export,
    make_form,
    make_hr,
    make_letter,
    make_message,
    make_notice,
    make_opening,
    make_person,
    make_position,
    make_review,
    make_seat,
    make_session,
    make_staff,
    make_theme,
    make_transition,
    make_workflow,
    move_of,
)
from tests.factories.credentials import make_identity, make_passkey
from tests.visitor import Visitor, sign_in
from tracker.accounts.links import make_link
from tracker.messages.actions import install_shipped
from tracker.models import (
    Application,
    Audience,
    ConflictKind,
    Letter,
    LetterState,
    LinkPurpose,
    MessageTemplate,
    Person,
    Position,
    PositionRole,
    Rubric,
    Session,
    Theme,
    ThemePrize,
    ThemeProject,
    ThemeSeat,
)
from tracker.plumbing.database import db
from tracker.plumbing.history import remember
from tracker.plumbing.storage import new_key, put

KINDS = (
    "name",
    "email",
    "answer",
    "hidden",
    "file",
    "letter",
    "referee",
    "review",
    "reviewer",
    "committee",
    "hr",
    "chair",
    "candidate",
    "message",
    "export",
)
"""What there is to leak of one application; each is a word that no random key on a page holds by chance."""


def secret(kind: str, side: str) -> str:
    return f"{kind}qzqzqz{side}"


SECRETS = [secret(kind, side) for side in ("x", "y", "d") for kind in KINDS]


@dataclass
class Side:
    """One position and the application in it, with the ids that stand in addresses."""

    position: Position
    theme: Theme
    application: Application
    candidate: Person
    ids: dict[str, str] = field(default_factory=dict)


@dataclass
class World:
    x: Side
    y: Side
    people: dict[str, Person] = field(default_factory=dict)
    """One person for each role, all named after how they stand to X."""
    shared: dict[str, str] = field(default_factory=dict)


def _side(mark: str, hr: Person, now: datetime) -> Side:
    theme = make_theme(f"Theme {mark}")
    theme.projects = [
        ThemeProject(title={"en": f"Project {mark}"}, summary={"en": "s", "nl": "s"}, starts_on=date(2026, 1, 1))
    ]
    theme.prizes = [ThemePrize(year=2024, title={"en": f"Prize {mark}"})]
    position = make_position(f"Position {mark}", themes=(theme,), letters_wanted=1)
    candidate = make_person(secret("name", mark), email=f"{secret('email', mark)}@example.org")
    before = now - timedelta(days=2)
    answers = {
        "full_name": candidate.name,
        "residence": "NG",
        "motivation": f"I want this {secret('answer', mark)}",
        "notice_period": secret("hidden", mark),
    }
    application = make_application(position, candidate, stage="review", answers=answers, now=before)
    document = make_document(application, file_name=f"{secret('file', mark)}.pdf", data=tell_tale_pdf(candidate.name))
    letter = make_letter(
        application,
        referee_name=f"Prof {secret('referee', mark)}",
        referee_email=f"r-{secret('referee', mark)}@example.org",
        text=f"Dear all {secret('letter', mark)}",
    )
    asked = make_letter(
        application, referee_email=f"a-{secret('referee', mark)}@example.org", state=LetterState.ASKED, text=""
    )
    for one in (letter, asked):
        one.storage_key = new_key("letters")
        put(one.storage_key, tell_tale_pdf(secret("letter", mark)))
    reviewer = make_staff(secret("reviewer", mark))
    make_seat(position, reviewer)
    make_conflict(application, reviewer)
    review = make_review(application, reviewer, score=3, strengths=secret("review", mark), weaknesses="Little")
    for audience in Audience:
        word = {"committee": "committee", "hr": "hr", "chair": "chair", "candidate": "candidate"}[audience.value]
        comment = make_comment(application, hr, f"Said {secret(word, mark)}", audience=audience)
    message = make_message(
        candidate, subject=f"About {secret('message', mark)}", paragraphs=("Hello",), application=application
    )
    transition = make_transition(application, "intake", "review", by=hr)
    transition.batch_id, transition.undo_until = f"batch-{mark}", now + timedelta(minutes=5)
    key = new_key("exports")
    put(key, secret("export", mark).encode())
    export = make_export(reviewer, storage_key=key)
    notice = make_notice(reviewer, application=application)
    remember("application", application.id, "submitted", by=candidate, now=before)
    assert position.workflow is not None
    ids = {
        "application_id": application.id,
        "position_id": position.id,
        "document_id": document.id,
        "letter_id": letter.id,
        "asked_letter_id": asked.id,
        "review_id": review.id,
        "comment_id": comment.id,
        "message_id": str(message.id),
        "transition_id": transition.id,
        "batch_id": transition.batch_id,
        "export_id": export.id,
        "notice_id": notice.id,
        "theme_id": theme.id,
        "slug": theme.slug,
        "project_id": theme.projects[0].id,
        "prize_id": theme.prizes[0].id,
        "person_id": reviewer.id,
        "move_id": move_of(position.workflow, "reject", "review").id,
    }
    return Side(position, theme, application, candidate, ids)


def make_world(now: datetime) -> World:
    """X in its open review, Y the same; a person for each role towards X; drafts and an outsider's application."""
    install_shipped(now)
    hr, admin = make_hr("Hanna Ruis"), make_admin("Ada Min")
    x, y = _side("x", hr, now), _side("y", hr, now)
    world = World(x, y)
    roles: dict[str, Any] = {
        "own candidate": x.candidate,
        "other candidate": make_person("Other Candidate"),
        "staff without a seat": make_staff("Idle Staff"),
        "chair of X": make_staff("Chair Ex"),
        "member of X": make_staff("Member Ex"),
        "undeclared member": make_staff("Undeclared Ex"),
        "observer of X": make_staff("Observer Ex"),
        "coordinator of X": make_staff("Coordinator Ex"),
        "theme coordinator of X": make_staff("Theme Ex"),
        "in conflict": make_staff("Conflicted Ex"),
        "chair of Y": make_staff("Chair Why"),
        "member of Y": make_staff("Member Why"),
        "staff who applies": make_staff("Applying Staff"),
        "HR": hr,
        "admin": admin,
        "admin with a reason": make_admin("Reasoned Admin"),
    }
    world.people = roles
    seats = {
        "chair of X": (x, PositionRole.CHAIR),
        "member of X": (x, PositionRole.MEMBER),
        "undeclared member": (x, PositionRole.MEMBER),
        "observer of X": (x, PositionRole.OBSERVER),
        "coordinator of X": (x, PositionRole.COORDINATOR),
        "in conflict": (x, PositionRole.MEMBER),
        "chair of Y": (y, PositionRole.CHAIR),
        "member of Y": (y, PositionRole.MEMBER),
        "staff who applies": (y, PositionRole.MEMBER),
    }
    for role, (side, seat) in seats.items():
        make_seat(side.position, roles[role], seat)
    x.theme.coordinators = _seat_on_theme(roles["theme coordinator of X"], now)
    for role in ("chair of X", "member of X", "observer of X", "coordinator of X", "theme coordinator of X"):
        make_conflict(x.application, roles[role])
    make_conflict(x.application, roles["in conflict"], ConflictKind.COAUTHOR)
    for role in ("chair of Y", "member of Y", "staff who applies"):
        make_conflict(y.application, roles[role])
    make_opening(x.application, roles["admin with a reason"])
    make_application(x.position, roles["other candidate"], stage="review")
    make_application(x.position, roles["staff who applies"], stage="review")
    _draft(x.position)
    _shared(world, now)
    db.session.commit()
    return world


def _seat_on_theme(person: Person, now: datetime) -> list[ThemeSeat]:
    return [ThemeSeat(person_id=person.id, since=now)]


def enter_as(client: Visitor, world: World, role: str, now: datetime) -> None:
    """A visitor stays one; a referee comes by the link of a letter that is asked for; everybody else signs in."""
    if role == "referee of X":
        letter = db.session.get_one(Letter, world.x.ids["asked_letter_id"])
        token = make_link(LinkPurpose.LETTER, now=now, subject_id=letter.id, email=letter.referee_email)
        client.get(f"/link/letter/{token}")
    elif role != "anonymous":
        sign_in(client, world.people[role])


def _draft(position: Position) -> None:
    """Nobody but its candidate knows that a draft exists."""
    candidate = make_person(secret("name", "d"), email=f"{secret('email', 'd')}@example.org")
    answers = {"full_name": candidate.name, "motivation": secret("answer", "d"), "notice_period": secret("hidden", "d")}
    draft = make_application(position, candidate, submitted=False, answers=answers)
    make_document(draft, file_name=f"{secret('file', 'd')}.pdf")


def _shared(world: World, now: datetime) -> None:
    """Ids of what belongs to no side."""
    make_session(world.people["HR"])
    rubric = Rubric(key="spare", name={"en": "Spare", "nl": "Reserve"}, criteria=[])
    db.session.add(rubric)
    db.session.flush()
    template = db.session.scalars(select(MessageTemplate).limit(1)).one()
    session = db.session.scalars(select(Session).where(Session.person_id == world.people["HR"].id)).first()
    assert session is not None
    passkey = make_passkey(make_person())
    identity = make_identity(make_person(), issuer="https://orcid.org", subject="0000-0002-1825-0097")
    world.shared = {
        "workflow_id": make_workflow().id,
        "form_id": make_form().form_id,
        "template_id": template.id,
        "rubric_id": rubric.id,
        "session_id": session.id,
        "section": "personal",
        "question": "full_name",
        "part": "basics",
        "key": "close",
        "move": "reject",
        "stage": "review",
        "room": "desk",
        "filename": "css/base.css",
        "token": "not-a-token",
        "provider": "orcid",
        "passkey_id": passkey.id,
        "identity_id": identity.id,
    }
