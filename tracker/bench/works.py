"""What people of the committee and HR send: reviews, comments, moves; each on an application not yet touched."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import count

from sqlalchemy import Select, func, insert, select

from tracker.bench.rows import LIST_FLOOR, Budget
from tracker.bench.scene import Scene
from tracker.bench.trials import Trial, rounds, with_each
from tracker.bench.visitor import Visitor
from tracker.demo.staff import MEMBER
from tracker.models import (
    Application,
    Conflict,
    ConflictKind,
    Move,
    Position,
    Recommendation,
    Review,
    Stage,
    StageKind,
)
from tracker.plumbing.clock import now
from tracker.plumbing.database import db, transaction
from tracker.positions.criteria import field_of

WORK = Budget(ms=10, queries=10)
ROUNDS = 32
BULK = 50
AWAY = "mark_ineligible"
"""A move that HR makes out of the first stage of every workflow: it asks a reason and writes to the candidate."""
TEXT = "Writes clearly, has measured before, and asks what the data cannot say. " * 4
LETTER = "Dear {candidate},\n\nThank you for your application, which we cannot take into the procedure.\n"


def works(scene: Scene) -> Iterator[Trial]:
    yield from reviews(scene)
    yield comment(scene)
    yield from moves(scene)


def reviews(scene: Scene) -> Iterator[Trial]:
    position = db.session.get_one(Position, scene.member_call)
    sheet = {field_of(one.id): str(position.scale_max) for one in position.criteria} | {
        "strengths": TEXT,
        "weaknesses": TEXT,
        "recommendation": next(iter(Recommendation)).value,
        "version": "",
    }
    db.session.rollback()
    one, *fresh = unreviewed(scene, 2 * ROUNDS + 1)
    half, member, version = len(fresh) // 2, scene.member, count()

    def send(application: str, act: str) -> int:
        return len(member.post(f"/desk/applications/{application}/review", **sheet, act=act).data)

    yield Trial("save a review", with_each(fresh[:half], partial(send, act="save"), prepare=member.read_on), WORK)
    yield Trial("submit a review", with_each(fresh[half:], partial(send, act="submit"), prepare=member.read_on), WORK)

    def autosave() -> int:
        fields = sheet | {"version": str(next(version)), "question": "strengths"}
        return len(member.post(f"/desk/applications/{one}/review", 200, **fields).data)

    yield Trial("autosave of a review", rounds(autosave, prepare=member.read_on, most=ROUNDS), WORK)


def unreviewed(scene: Scene, most: int) -> list[str]:
    """Applications that wait for the member's review; of those not looked at yet, the conflict is declared here."""
    person = scene.people[MEMBER]
    chosen = (
        select(Application.id)
        .join(Stage, Stage.id == Application.stage_id)
        .outerjoin(Conflict, (Conflict.application_id == Application.id) & (Conflict.person_id == person))
        .where(
            Application.position_id == scene.member_call,
            Stage.takes_reviews.is_(True),
            ~select(Review.id).where(Review.application_id == Application.id, Review.reviewer_id == person).exists(),
        )
        .order_by(Application.id)
    )
    declared = scene.read(chosen.where(Conflict.blocks.is_(False), Conflict.was_blind.is_(False)).limit(most))
    missing = scene.read(chosen.where(Conflict.person_id.is_(None)).limit(most - len(declared)))
    declare(person, missing)
    return [*declared, *missing]


def declare(person: str, applications: list[str]) -> None:
    if applications:
        with transaction() as session:
            session.execute(
                insert(Conflict),
                [
                    {"application_id": one, "person_id": person, "kind": ConflictKind.NONE, "declared_at": now()}
                    for one in applications
                ],
            )


def comment(scene: Scene) -> Trial:
    fresh = in_first_stage(scene, first_calls(scene)[0], ROUNDS)
    fields = {"audience": "committee", "text": TEXT}

    def send(application: str) -> int:
        return len(scene.hr.post(f"/desk/applications/{application}/comments", **fields).data)

    return Trial("comment", with_each(fresh, send, prepare=scene.hr.read_on), WORK)


def moves(scene: Scene) -> Iterator[Trial]:
    one, many = first_calls(scene)[:2]
    fresh = list(with_versions(in_first_stage(scene, one, ROUNDS)).items())
    move = move_away(scene, one)
    fields = {"reason": reason_of(one), "reason_text": TEXT, "subject": "Your application", "body": LETTER}

    def send(each: tuple[str, int]) -> int:
        application, version = each
        address = f"/desk/applications/{application}/moves/{move}"
        return len(scene.hr.post(address, version=str(version), **fields).data)

    yield Trial("move", with_each(fresh, send, prepare=scene.hr.read_on), WORK)
    bulk = Bulk(scene.hr, many, in_first_stage(scene, many, BULK))
    yield Trial("bulk move of 50, preview", rounds(bulk.preview), Budget(times=3, of=LIST_FLOOR, queries=8))
    yield Trial("bulk move of 50", rounds(bulk.move, prepare=bulk.undo, least=5, most=10), Budget(ms=10 * BULK))


@dataclass
class Bulk:
    """Fifty applications moved at once; undone before they are moved again."""

    visitor: Visitor
    position: str
    applications: list[str]
    moved: str = ""
    versions: dict[str, int] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"/desk/positions/{self.position}/applications"

    def preview(self) -> int:
        page = self.visitor.post(f"{self.address}/bulk", 200, application=self.applications, move=AWAY)
        return len(page.data)

    def move(self) -> int:
        fields = {f"version-{one}": str(version) for one, version in self.versions.items()}
        answer = self.visitor.post(
            f"{self.address}/bulk/move",
            application=self.applications,
            move=AWAY,
            reason=reason_of(self.position),
            reason_text=TEXT,
            **fields,
        )
        self.moved = answer.location
        return len(answer.data)

    def undo(self) -> None:
        if self.moved:
            self.visitor.post(f"{self.moved}/undo")
        self.versions = with_versions(self.applications)


def first_calls(scene: Scene) -> list[str]:
    """Positions with the most applications that nobody has moved yet."""
    waiting = (
        select(Application.position_id)
        .where(Application.stage_kind == StageKind.INTAKE, Application.position_id.in_(scene.calls[:5]))
        .group_by(Application.position_id)
        .order_by(func.count().desc(), Application.position_id)
    )
    return scene.read(waiting)


def in_first_stage(scene: Scene, position: str, most: int) -> list[str]:
    query: Select[str] = select(Application.id).where(
        Application.position_id == position, Application.stage_kind == StageKind.INTAKE
    )
    return scene.read(query.order_by(Application.id).limit(most))


def with_versions(applications: list[str]) -> dict[str, int]:
    """As a page would send them."""
    found = select(Application.id, Application.version).where(Application.id.in_(applications))
    versions = dict(db.session.execute(found).all())
    db.session.rollback()
    return versions


def move_away(scene: Scene, position: str) -> str:
    query = (
        select(Move.id)
        .join(Position, Position.workflow_id == Move.workflow_id)
        .join(Stage, Stage.id == Move.from_stage_id)
        .where(Position.id == position, Move.key == AWAY, Stage.kind == StageKind.INTAKE)
    )
    return scene.read(query)[0]


def reason_of(position: str) -> str:
    reasons = db.session.get_one(Position, position).reasons
    db.session.rollback()
    return str(reasons[0]["key"])
