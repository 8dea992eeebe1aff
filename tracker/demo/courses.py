"""The course of every application of the demo: for which position, by whom, how far, and when each step was taken."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle, islice
from random import Random
from typing import Any

from tracker.demo.candidates import Candidate, answers
from tracker.demo.positions import closing, on_day
from tracker.demo.vacancies import Vacancy, vacancies
from tracker.models import Move, Position, Stage, StageKind

K = StageKind
AFTER_CLOSING: Mapping[StageKind, float] = {
    K.REVIEW: 2,
    K.SHORTLIST: 16,
    K.INTERVIEW: 24,
    K.RESERVE: 38,
    K.RECOMMENDED: 38,
    K.OFFER: 41,
    K.ACCEPTED: 45,
    K.CHECKS: 47,
    K.HIRED: 60,
    K.DECLINED: 46,
    K.EXPIRED: 64,
}
"""Days after the deadline (or, where applications are read as they come, after the sending) that a stage is entered."""
ENDING: Mapping[StageKind, float] = {K.INTAKE: 3, K.REVIEW: 15, K.SHORTLIST: 18, K.INTERVIEW: 39}
"""The same for being rejected, or withdrawing, out of a stage."""
SECOND_REVIEW = 12
OFFER_OPEN = 4
"""Days that an offer still unanswered has been out."""
RUSH = timedelta(hours=48)
FRESH = ("heart", "rejected", "intake")
"""Moved just now: its message still waits, and the move can be undone."""


@dataclass(frozen=True)
class Fate:
    """Where an application ends: in a stage, or out of one."""

    vacancy: Vacancy
    end: str
    out_of: str = ""


def fates(count: int) -> list[Fate]:
    """As many as asked: one of every kind of end first, then as the positions say; beyond, the same over again."""
    told = [
        (Fate(vacancy, *name.split("@")), turn)
        for vacancy in vacancies()
        for name, times in vacancy.fates.items()
        for turn in range(times)
    ]
    seen: set[str] = set()
    first: list[Fate] = []
    rest: list[Fate] = []
    for fate, _ in sorted(told, key=lambda pair: pair[1]):
        (rest if fate.end in seen else first).append(fate)
        seen.add(fate.end)
    return list(islice(cycle(first + rest), count))


@dataclass(frozen=True)
class Step:
    move: Move
    at: datetime
    by: str
    """A colleague's key; empty for the candidate."""
    reason: str = ""


@dataclass(frozen=True)
class Course:
    """One application's way, from its beginning to where it stands."""

    number: int
    fate: Fate
    candidate: Candidate
    started: datetime
    submitted: datetime | None
    steps: tuple[Step, ...]
    """From the sending on."""
    answers: Mapping[str, Any] = field(hash=False)
    """To the whole form, also where a draft will not come that far."""

    @property
    def vacancy(self) -> Vacancy:
        return self.fate.vacancy

    def stands_in(self, draft: Stage) -> Stage:
        return self.steps[-1].move.to_stage if self.steps else draft

    def stays(self) -> Iterator[tuple[Stage, datetime, datetime | None]]:
        """Each stage since the sending, when it was entered and left."""
        for step, following in zip(self.steps, (*self.steps[1:], None), strict=True):
            yield step.move.to_stage, step.at, following.at if following else None


def path(moves: Sequence[Move], fate: Fate) -> list[Move]:
    """The shortest way from the draft; the last move leads out of the stage that the fate names."""
    if not fate.out_of:
        return _shortest(moves, "draft", fate.end)
    way = _shortest(moves, "draft", fate.out_of)
    return [*way, *_shortest(moves, fate.out_of, fate.end, longest=1)]


def _shortest(moves: Sequence[Move], source: str, target: str, longest: int = 20) -> list[Move]:
    ways: dict[str, list[Move]] = {source: []}
    for _ in range(longest):
        if target in ways:
            break
        for move in moves:
            here, there = move.from_stage.key, move.to_stage.key
            if move.style != "back" and here in ways and there not in ways and len(ways[here]) <= longest:
                ways[there] = [*ways[here], move]
    return ways[target]


def course(number: int, fate: Fate, position: Position, who: Candidate, now: datetime, rng: Random) -> Course:
    vacancy = fate.vacancy
    assert position.workflow is not None
    opened = on_day(now, vacancy.published, 10)
    moves = path(position.workflow.moves, fate)
    given = answers(who, vacancy, now.date(), rng)
    if not moves:
        started = opened + (now - opened) * rng.uniform(0.3, 0.9)
        return Course(number, fate, who, min(started, now - timedelta(minutes=50)), None, (), given)
    submitted = _sending(vacancy, moves, opened, now, rng)
    started = max(opened + timedelta(minutes=5), submitted - timedelta(hours=rng.uniform(3, 24 * 12)))
    times = [submitted, *_times(vacancy, fate, moves[1:], submitted, now, rng)]
    if (vacancy.key, fate.end, fate.out_of) == FRESH:
        times[-1] = now - timedelta(seconds=90)
    steps = tuple(
        Step(move, at, _by(move, vacancy, rng), _reason(move, position, rng))
        for move, at in zip(moves, times, strict=True)
    )
    return Course(number, fate, who, min(started, submitted - timedelta(minutes=40)), submitted, steps, given)


def _is_open(vacancy: Vacancy) -> bool:
    return vacancy.closes > 0


def _sending(vacancy: Vacancy, moves: list[Move], opened: datetime, now: datetime, rng: Random) -> datetime:
    """Half of all come in the last two days."""
    if _is_open(vacancy):
        latest = now - (timedelta(days=9) if len(moves) > 1 else timedelta(hours=2))
        return opened + (latest - opened) * rng.uniform(0.08, 1)
    closes = closing(vacancy, now)
    if rng.random() < 0.5:
        return closes - RUSH * rng.random() - timedelta(minutes=2)
    return opened + (closes - opened) * rng.uniform(0.05, 0.95)


def _times(
    vacancy: Vacancy, fate: Fate, moves: list[Move], submitted: datetime, now: datetime, rng: Random
) -> list[datetime]:
    """When each later step is taken: in office hours, one after the other, and before now."""
    reference = submitted if _is_open(vacancy) else closing(vacancy, now)
    times: list[datetime] = []
    reviews = 0
    for move in moves:
        kind = move.to_stage.kind
        reviews += kind is K.REVIEW
        if move.key == "cancel":
            days = 2.0
        elif kind in {K.REJECTED, K.INELIGIBLE, K.WITHDRAWN}:
            days = ENDING[move.from_stage.kind] - (1 if kind is K.WITHDRAWN else 0)
        else:
            days = AFTER_CLOSING[kind] + (SECOND_REVIEW if kind is K.REVIEW and reviews > 1 else 0)
        at = (reference + timedelta(days=days)).replace(
            hour=rng.randint(8, 15), minute=rng.randint(0, 59), second=rng.randint(0, 59)
        )
        if fate.end == "offer" and kind is K.OFFER:
            at = on_day(now, -OFFER_OPEN, 11, rng.randint(0, 59))
        times.append(at)
    return _in_order(times, submitted, now)


def _in_order(times: list[datetime], submitted: datetime, now: datetime) -> list[datetime]:
    """Each after the one before it; what would lie ahead of us is brought before now, evenly."""
    latest = now - timedelta(minutes=30)
    if times and max(times) > latest:
        span = (latest - submitted) / (len(times) + 1)
        times = [min(at, submitted + span * place) for place, at in enumerate(times, start=1)]
    found: list[datetime] = []
    before = submitted
    for at in times:
        before = max(at, before + timedelta(minutes=3))
        found.append(before)
    return found


def _by(move: Move, vacancy: Vacancy, rng: Random) -> str:
    if move.key == "submit" or move.style == "withdraw" or move.key == "accept":
        return ""
    if "chair" not in move.by or move.key == "start_review":
        return "saskia"
    return rng.choices((vacancy.chair, "saskia"), weights=(80, 20))[0]


def _reason(move: Move, position: Position, rng: Random) -> str:
    if move.asks_reason != "required":
        return ""
    kind = move.to_stage.kind.value
    return str(rng.choice([one["key"] for one in position.reasons if kind in one["kinds"]]))
