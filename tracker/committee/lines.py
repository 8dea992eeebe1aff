"""An applicant as a reader is asked about them: a name, or a code and the places they come from while blind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext

from tracker.applications.drafts import form_of
from tracker.committee.queries import institutions_of
from tracker.models import Application, ConflictKind
from tracker.rules.facets import BACKGROUND_TYPES, facets, knows_name, needed
from tracker.rules.redaction import names_in, redact
from tracker.rules.roles import Standing

KINDS = {
    ConflictKind.NONE: lazy_gettext("No conflict"),
    ConflictKind.SUPERVISOR: lazy_gettext("Supervisor, now or before"),
    ConflictKind.COAUTHOR: lazy_gettext("Co-author in the last 5 years"),
    ConflictKind.INSTITUTION: lazy_gettext("Same institution or lab in the last 12 months"),
    ConflictKind.FAMILY: lazy_gettext("Family"),
    ConflictKind.PERSONAL: lazy_gettext("Personal: friend, partner, quarrel"),
    ConflictKind.REFEREE: lazy_gettext("I am a referee of this applicant"),
    ConflictKind.OTHER: lazy_gettext("Something else: I tell HR"),
}


@dataclass(frozen=True)
class ConflictLine:
    """One applicant to declare about, and what was declared."""

    id: str
    title: str
    is_named: bool
    places: tuple[str, ...]
    kind: str = ""
    note: str = ""
    declared_at: datetime | None = None
    asked_again: bool = False
    """Declared while the name was hidden, and now it shows."""
    error: str = ""


def kinds() -> list[tuple[str, str]]:
    return [(kind.value, str(label)) for kind, label in KINDS.items()]


def conflict_lines(
    who: Standing,
    applications: Sequence[Application],
    typed: Mapping[str, tuple[str, str]],
    errors: Mapping[str, str],
) -> list[ConflictLine]:
    """One line for each; `typed` is what a refused page held."""
    places = _places(who, applications)
    return [_line(who, one, places.get(one.id, []), typed.get(one.id), errors.get(one.id, "")) for one in applications]


def _places(who: Standing, applications: Sequence[Application]) -> dict[str, list[str]]:
    """Where each of one position comes from, as far as its stage shows it: one query for those that show the same."""
    one_of_each = {one.stage_id: one for one in applications}
    shown = {stage_id: _open_questions(who, one) for stage_id, one in one_of_each.items()}
    found: dict[str, list[str]] = {}
    for questions in set(shown.values()):
        found |= institutions_of([one for one in applications if shown[one.stage_id] == questions], questions)
    return found


def _open_questions(who: Standing, application: Application) -> frozenset[str]:
    """About someone's background, with answers that this reader may see."""
    seen, questions = facets(who, application), form_of(application).questions
    return frozenset(one.key for one in questions if one.type in BACKGROUND_TYPES and needed(one) <= seen)


def _line(
    who: Standing, application: Application, places: list[str], typed: tuple[str, str] | None, error: str
) -> ConflictLine:
    is_named = knows_name(who, application)
    if places and not is_named:
        names = names_in(application.name, application.candidate.name)
        places = [redact(place, names) for place in places]
    mine = next((one for one in application.conflicts if one.person_id == who.person_id), None)
    again = mine is not None and mine.was_blind and is_named
    kind, note = typed or ((mine.kind.value, mine.note) if mine and not again else ("", mine.note if mine else ""))
    return ConflictLine(
        id=application.id,
        title=application.name if is_named else application.code,
        is_named=is_named,
        places=tuple(places),
        kind=kind,
        note=note,
        declared_at=mine.declared_at if mine else None,
        asked_again=again,
        error=error,
    )
