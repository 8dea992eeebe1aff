"""Builds the whole demo in one transaction: by the rooms' own acts where there are few, in bulk where many."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from random import Random

from tracker.demo.candidates import Candidate, new_candidate
from tracker.demo.courses import Course, Fate, course, fates
from tracker.demo.folders import Files, set_files
from tracker.demo.pen import Pen
from tracker.demo.positions import end_procedures, open_positions
from tracker.demo.post import PostRoom
from tracker.demo.staff import (
    ADMIN,
    CHAIR,
    COORDINATOR,
    HR,
    MEMBER,
    OBSERVER,
    THEME_COORDINATOR,
    SignIn,
    Staff,
    hire,
)
from tracker.demo.writing import Desk, write
from tracker.models import Person, Position, new_id
from tracker.plumbing.database import db, transaction
from tracker.rules.questions import Form

NAMED = 150
"""Applications whose documents carry the candidate's own name."""
BATCH = 250
FIRST_SIGHT = {
    ("tumour", "offer"): 0,
    ("heart", "review"): 0,
    ("malaria", "rejected"): 0,
    ("sleep", "intake"): 0,
    ("sleep", "draft"): 1,
    ("kidney", "draft"): 1,
}
"""The first of each of these belongs to one of the two candidates who sign in."""
ROLES = (
    ("admin", ADMIN),
    ("hr", HR),
    ("chair", CHAIR),
    ("member", MEMBER),
    ("observer", OBSERVER),
    ("coordinator", COORDINATOR),
    ("theme coordinator", THEME_COORDINATOR),
)
CANDIDATES = ("candidate", "candidate with a draft")
Progress = Callable[[int, int], object]


def build(*, applications: int, seed: int, now: datetime, progress: Progress | None = None) -> list[SignIn]:
    """Fill an empty database; the same seed makes the same institute, but for ids and passwords."""
    tell = progress or (lambda done, total: None)
    now = now.replace(microsecond=0)
    rng = Random(seed)
    tell(0, applications)
    with transaction():
        staff = hire(now)
        positions = open_positions(staff, now)
        leads = [new_candidate(rng, number, new_id()) for number in (1, 2)]
        _write(list(_cast(applications, leads, positions, now, rng, seed)), staff, positions, now, seed, tell)
        end_procedures(positions, staff, now)
        return _sign_ins(staff, leads)


def _cast(
    count: int, leads: Sequence[Candidate], positions: dict[str, Position], now: datetime, rng: Random, seed: int
) -> Iterator[Course]:
    """Who applies for what: mostly somebody new, at times somebody who has applied elsewhere before."""
    known: list[tuple[Candidate, set[str]]] = [(one, set()) for one in leads]
    reserved = dict(FIRST_SIGHT)
    for number, fate in enumerate(fates(count)):
        place = reserved.pop((fate.vacancy.key, fate.end), None)
        who, applied = known[place] if place is not None else _somebody(fate, known, rng)
        applied.add(fate.vacancy.key)
        yield course(number, fate, positions[fate.vacancy.key], who, now, Random(f"{seed} {number}"))


def _somebody(fate: Fate, known: list[tuple[Candidate, set[str]]], rng: Random) -> tuple[Candidate, set[str]]:
    if len(known) > 12 and rng.random() < 0.12:
        person = known[rng.randrange(2, len(known))]
        if fate.vacancy.key not in person[1]:
            return person
    known.append((new_candidate(rng, len(known) + 1, new_id()), set()))
    return known[-1]


def _write(
    courses: Sequence[Course], staff: Staff, positions: dict[str, Position], now: datetime, seed: int, tell: Progress
) -> None:
    files: Files = set_files(courses[:NAMED])
    forms = {key: Form.parse(one.form_version.content) for key, one in positions.items() if one.form_version}
    desk = Desk(now, staff, positions, forms, PostRoom(now), files, Pen(now))
    for done, one in enumerate(courses, start=1):
        write(one, desk, Random(f"{seed} {one.number} written"))
        if done % BATCH == 0 or done == len(courses):
            desk.pen.write()
            tell(done, len(courses))


def _sign_ins(staff: Staff, leads: Sequence[Candidate]) -> list[SignIn]:
    """One for each role; a candidate is there once there are applications enough."""
    for role, key in ROLES:
        staff.let_in(staff[key], role)
    for role, who in zip(CANDIDATES, leads, strict=True):
        person = db.session.get(Person, who.id)
        if person is not None:
            staff.let_in(person, role)
    return staff.sign_ins
