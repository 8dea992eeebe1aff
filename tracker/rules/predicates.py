"""The words the policy is written in. Each asks one thing of a standing and a thing; combine with | & ~."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tracker.models import Application, Position, PositionRole, PositionState, Sight
from tracker.rules.roles import Standing


@dataclass(frozen=True)
class Predicate:
    name: str
    test: Callable[[Standing, Any], bool]

    def __call__(self, who: Standing, thing: Any) -> bool:
        return self.test(who, thing)

    def __or__(self, other: Predicate) -> Predicate:
        one, two = self.test, other.test
        return Predicate(f"({self.name} or {other.name})", lambda who, thing: one(who, thing) or two(who, thing))

    def __and__(self, other: Predicate) -> Predicate:
        one, two = self.test, other.test
        return Predicate(f"({self.name} and {other.name})", lambda who, thing: one(who, thing) and two(who, thing))

    def __invert__(self) -> Predicate:
        one = self.test
        return Predicate(f"not {self.name}", lambda who, thing: not one(who, thing))


def predicate(test: Callable[[Standing, Any], bool]) -> Predicate:
    return Predicate(test.__name__, test)


def _position(thing: Position | Application) -> Position:
    return thing.position if isinstance(thing, Application) else thing


@predicate
def signed_in(who: Standing, thing: object) -> bool:
    return who.person_id != ""


@predicate
def staff(who: Standing, thing: object) -> bool:
    return who.is_staff


@predicate
def hr(who: Standing, thing: object) -> bool:
    return who.is_hr


@predicate
def admin(who: Standing, thing: object) -> bool:
    return who.is_admin


def seated(*roles: PositionRole) -> Predicate:
    """Holds one of these roles on the position (or on the application's position)."""

    def test(who: Standing, thing: Any) -> bool:
        if not who.seats:
            return False
        return who.seats.get(thing.position_id if isinstance(thing, Application) else thing.id) in roles

    return Predicate(" or ".join(roles), test)


chair = seated(PositionRole.CHAIR)
member = seated(PositionRole.MEMBER)
observer = seated(PositionRole.OBSERVER)
coordinator = seated(PositionRole.COORDINATOR)
on_committee = seated(*PositionRole)


@predicate
def has_a_seat(who: Standing, thing: object) -> bool:
    return bool(who.seats) or bool(who.themes)


@predicate
def theme_coordinator(who: Standing, thing: Position | Application) -> bool:
    return bool(who.themes) and any(theme.id in who.themes for theme in _position(thing).themes)


@predicate
def in_draft(who: Standing, thing: Position | Application) -> bool:
    return _position(thing).state is PositionState.DRAFT


@predicate
def own(who: Standing, thing: Application) -> bool:
    return thing.candidate_id == who.person_id and who.person_id != ""


@predicate
def submitted(who: Standing, thing: Application) -> bool:
    return thing.submitted_at is not None


@predicate
def assigned(who: Standing, thing: Application) -> bool:
    return any(one.person_id == who.person_id for one in thing.assignments)


@predicate
def members_see_all(who: Standing, thing: Application) -> bool:
    return thing.position.members_see is Sight.ALL


@predicate
def in_conflict(who: Standing, thing: Application) -> bool:
    """Declared a conflict of a blocking kind."""
    return any(one.person_id == who.person_id and one.blocks for one in thing.conflicts)


def is_blind(application: Application) -> bool:
    """The position asked for a blind first round and the stage is one."""
    return application.position.blind_first_round and application.stage.is_blind


@predicate
def declared(who: Standing, thing: Application) -> bool:
    """Said about this applicant whether there is a conflict, with the name shown if it shows now."""
    return any(one.person_id == who.person_id and (is_blind(thing) or not one.was_blind) for one in thing.conflicts)


@predicate
def takes_reviews(who: Standing, thing: Application) -> bool:
    return thing.stage.takes_reviews
