"""The positions of the demo: what each is about, whose it is, and how far its procedure has come."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Vacancy:
    """Days count from now: `published` and `closes` may lie behind or ahead."""

    key: str
    kind: str
    workflow: str
    themes: tuple[str, ...]
    texts: Mapping[str, Mapping[str, str]] = field(hash=False)
    topic: str
    """What the research is about, to be said inside a sentence."""
    department: str
    funding: str
    grant: str
    chair: str
    members: tuple[str, ...]
    observers: tuple[str, ...]
    coordinators: tuple[str, ...]
    state: str
    published: int
    closes: int
    letters: int
    blind: bool
    sight: str
    openings: int
    partners: tuple[Mapping[str, str], ...] = field(hash=False)
    fates: Mapping[str, int] = field(hash=False)
    """How many of 150 applications end where: "review", "rejected@review", "draft"."""
    opens: int | None = None
    missing: tuple[str, ...] = ()
    """Fields that a draft still lacks."""
    cancelled_because: str = ""

    @property
    def committee(self) -> tuple[str, ...]:
        """Who reviews."""
        return (self.chair, *self.members)


@cache
def vacancies() -> tuple[Vacancy, ...]:
    """As they stand in vacancies.json, in the order in which they were begun."""
    raw = json.loads(files(__package__).joinpath("vacancies.json").read_text(encoding="utf-8"))
    return tuple(_vacancy(one) for one in raw)


def _vacancy(raw: dict[str, Any]) -> Vacancy:
    tuples = {
        name: tuple(raw[name]) for name in ("themes", "members", "observers", "coordinators", "partners", "missing")
    }
    return Vacancy(**(raw | tuples))
