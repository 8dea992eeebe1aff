"""The list a reader came from: in the address of a dossier and of all that is done there, so that every way leads back.

It is read once from the address of the request; each address built during that request then carries it on.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from flask import g, has_request_context, request, url_for

from tracker.dossiers.blueprint import blueprint
from tracker.dossiers.filters import Filters, Sort, read_query

ROOMS = frozenset({"dossiers", "reviews", "comments", "letters", "committee"})
THINGS = frozenset({"application_id", "review_id", "letter_id"})


class Face(StrEnum):
    """Which list it was; the name of its part of the address."""

    LIST = "list"
    BOARD = "board"
    ACROSS = "across"


FACES = frozenset(Face)


@dataclass(frozen=True)
class Trail:
    face: Face = Face.LIST
    filters: Filters = field(default_factory=Filters)

    @cached_property
    def word(self) -> dict[str, str]:
        """As `url_for` takes it."""
        return {self.face.value: self.filters.here}

    def door(self) -> str:
        """The address of a dossier on this trail, with `~id~` to be replaced: built once for a list of fifty."""
        values: dict[str, Any] = {"application_id": "~id~", **self.word}
        return url_for("dossiers.show", **values)

    def order(self, stage: str) -> Filters:
        """What stands in the same row of dossiers as one in this stage: on a board, its column."""
        if self.face is Face.BOARD:
            return replace(self.filters, stages=(stage,), sort=Sort.WAITING, downwards=True)
        return self.filters

    def back(self, position_id: str) -> str:
        match self.face:
            case Face.ACROSS:
                address = url_for("dossiers.across")
            case Face.BOARD:
                address = url_for("dossiers.board", position_id=position_id)
            case Face.LIST:
                address = url_for("dossiers.position", position_id=position_id)
        return f"{address}?{self.filters.here}" if self.filters.here else address


ELSEWHERE = Trail()


def trail() -> Trail:
    """The one this request is on; who came from elsewhere is on that of the position's whole list."""
    found: Trail | None = g.get("trail")
    if found is None:
        face = next((one for one in Face if one.value in request.args), None)
        g.trail = found = Trail(face, read_query(request.args[face.value])) if face else ELSEWHERE
    return found


@blueprint.app_url_defaults
def stay_on_it(endpoint: str, values: dict[str, Any]) -> None:
    if THINGS.isdisjoint(values) or endpoint.partition(".")[0] not in ROOMS or not has_request_context():
        return
    if trail() is not ELSEWHERE and FACES.isdisjoint(values):
        values |= trail().word


@blueprint.app_context_processor
def ways() -> dict[str, Any]:
    return {"trail": trail, "Trail": Trail, "Face": Face}
