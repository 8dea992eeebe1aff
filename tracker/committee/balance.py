"""Shares applications out among reviewers: nobody in conflict, nobody with much more than another. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Share:
    """One application: whom it has, and who cannot have it."""

    id: str
    has: frozenset[str] = frozenset()
    cannot: frozenset[str] = frozenset()


@dataclass
class Plan:
    """New pairs of application and reviewer, and the applications that stay short of reviewers."""

    pairs: list[tuple[str, str]] = field(default_factory=list)
    short: list[str] = field(default_factory=list)


def shared_out(shares: Sequence[Share], reviewers: Sequence[str], wanted: int, load: Mapping[str, int]) -> Plan:
    """Up to `wanted` reviewers for each; the same input in any order gives the same plan.

    `load` counts what each reviewer has already. The applications with the fewest possible reviewers choose first;
    each takes the least loaded, and afterwards pairs move from the most to the least loaded while that evens out.
    """
    loads = {person: load.get(person, 0) for person in reviewers}
    chosen: dict[str, set[str]] = {}
    able = {one.id: set(reviewers) - one.has - one.cannot for one in shares}
    plan = Plan()
    for one in sorted(shares, key=lambda share: (len(able[share.id]), _lot(share.id))):
        missing = max(wanted - len(one.has), 0)
        picks = sorted(able[one.id], key=lambda person: (loads[person], _lot(one.id + person)))[:missing]
        chosen[one.id] = set(picks)
        for person in picks:
            loads[person] += 1
        if len(picks) < missing:
            plan.short.append(one.id)
    _even_out(chosen, able, loads)
    plan.pairs = sorted((application, person) for application, people in chosen.items() for person in people)
    plan.short.sort()
    return plan


def _even_out(chosen: dict[str, set[str]], able: dict[str, set[str]], loads: dict[str, int]) -> None:
    """Each step takes one from somebody with at least two more than another who could do it."""
    while (step := _step(chosen, able, loads)) is not None:
        application, giver, taker = step
        chosen[application].remove(giver)
        chosen[application].add(taker)
        loads[giver] -= 1
        loads[taker] += 1


def _step(chosen: dict[str, set[str]], able: dict[str, set[str]], loads: dict[str, int]) -> tuple[str, str, str] | None:
    order = sorted(loads, key=lambda person: (loads[person], person))
    for giver in reversed(order):
        if loads[giver] - loads[order[0]] < 2:
            return None
        for taker in order:
            if loads[giver] - loads[taker] < 2:
                break
            for application in sorted(chosen):
                if giver in chosen[application] and taker in able[application] - chosen[application]:
                    return application, giver, taker
    return None


def _lot(text: str) -> str:
    """A tie is broken by a lot that anyone can draw again."""
    return hashlib.sha256(text.encode()).hexdigest()
