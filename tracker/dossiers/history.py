"""The history in words: which entries a reader may see, and how each reads. An entry without a line is for HR alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tracker.dossiers.parts import Part, Parts
from tracker.models import Application, Audience
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import said
from tracker.positions.reasons import reasons_of
from tracker.rules.facets import COMMENTS, Facet
from tracker.rules.predicates import admin, hr
from tracker.rules.roles import Standing

Words = Callable[["Names"], str]


@dataclass(frozen=True)
class Line:
    """One thing that happened, as one reader may know it."""

    at: datetime
    what: str
    title: str
    by: str
    text: str
    icon: str


@dataclass(frozen=True)
class Names:
    """What the ids in an entry stand for."""

    data: Mapping[str, Any]
    stages: Mapping[str, str]
    """Label by key."""
    reasons: Mapping[str, str]
    people: Mapping[str, str]
    why: str = ""
    """What the mover wrote for the file, without the candidate's name where the reader is not to know it."""

    @property
    def target(self) -> str:
        return self.stages.get(str(self.data.get("target", "")), str(self.data.get("target", "")))

    @property
    def reviewer(self) -> str:
        return self.people.get(str(self.data.get("reviewer", "")), _("somebody"))


GUARDS: Final = frozenset[Facet]()
"""Stands for: HR and administrators alone."""
_REVIEWS: Final = frozenset({Facet.REVIEWS, Facet.REVIEWER_NAMES})
_SEEN: Final = frozenset({Facet.HISTORY})

LINES: Final[dict[str, tuple[frozenset[Facet], str, Words]]] = {
    "submitted": (_SEEN, "send", lambda names: _("Submitted")),
    "withdrawn": (_SEEN, "log-out", lambda names: _("Withdrawn by the candidate")),
    "moved": (_SEEN, "arrow-right", lambda names: _("Moved to %(stage)s", stage=names.target)),
    "move_undone": (_SEEN, "undo-2", lambda names: _("Move undone: back to %(stage)s", stage=names.target)),
    "assigned": (_SEEN, "user-check", lambda names: _("%(name)s is asked to review", name=names.reviewer)),
    "unassigned": (_SEEN, "user", lambda names: _("%(name)s is no longer asked to review", name=names.reviewer)),
    "extra_time": (_SEEN, "calendar-clock", lambda names: _("HR gave this candidate extra time")),
    "review_submitted": (_REVIEWS, "clipboard-check", lambda names: _("Review submitted")),
    "review_abstained": (_REVIEWS, "clipboard-list", lambda names: _("Abstained from reviewing")),
    "review_reopened": (_REVIEWS, "file-pen", lambda names: _("Review opened again")),
    "review_set_aside": (_REVIEWS, "scale", lambda names: _("Review set aside: a conflict was declared")),
    "commented": (_SEEN, "message-square", lambda names: _("Commented")),
    "comment_edited": (_SEEN, "pencil", lambda names: _("Comment changed")),
    "comment_withdrawn": (_SEEN, "eraser", lambda names: _("Comment withdrawn")),
    "message_queued": (frozenset({Facet.MESSAGES}), "mail", lambda names: _("Message to the candidate")),
    "letter_asked": (frozenset({Facet.LETTERS}), "mail", lambda names: _("Letter asked for")),
    "letter_received": (frozenset({Facet.LETTER_STATUS}), "file-check", lambda names: _("Letter received")),
    "letter_declined": (frozenset({Facet.LETTERS}), "circle-x", lambda names: _("Referee declined")),
    "letter_reminded": (frozenset({Facet.LETTERS}), "mail", lambda names: _("Referee reminded")),
    "letter_cancelled": (frozenset({Facet.LETTERS}), "circle-x", lambda names: _("Letter no longer asked for")),
    "viewed": (GUARDS, "eye", lambda names: _("Opened the dossier")),
    "opened_with_reason": (GUARDS, "key", lambda names: _("Gave a reason to open the dossier")),
    "conflict_declared": (GUARDS, "shield-check", lambda names: _("Declared on conflicts of interest")),
    "conflict_lifted": (GUARDS, "shield", lambda names: _("A declaration was taken back")),
}


def history(
    application: Application, parts: Parts, seen: frozenset[Facet], who: Standing, clean: Callable[[str], str]
) -> tuple[Line, ...]:
    """The entries this reader may see, newest first; whoever did it, the candidate is only ever “the candidate”."""
    stages = {part.a: said(part.data) for part in parts.get("stage", [])}
    people = {part.id: part.a for part in parts.get("seat", [])}
    reasons = {one["key"]: said(one["label"]) for one in reasons_of(application.position)}
    why = {part.at: clean(part.text) for part in parts.get("transition", [])}
    return tuple(
        _line(part, application, Names(part.data or {}, stages, reasons, people, why.get(part.at, "")))
        for part in reversed(parts.get("entry", []))
        if _may_see(part, seen, who, application)
    )


def _may_see(part: Part, seen: frozenset[Facet], who: Standing, application: Application) -> bool:
    guards = (hr | admin)(who, application)
    if part.who_id == who.person_id and part.a in LINES:
        return True
    audience = (part.data or {}).get("audience")
    if audience in set(Audience):
        return COMMENTS[Audience(audience)] in seen
    needs = LINES[part.a][0] if part.a in LINES else GUARDS
    return needs <= seen if needs else guards


def _line(part: Part, application: Application, names: Names) -> Line:
    _needs, icon, words = LINES.get(part.a, (GUARDS, "history", lambda _names: part.a.replace("_", " ").capitalize()))
    by = _("The candidate") if part.who_id == application.candidate_id else (part.who or _("The system"))
    reason = names.reasons.get(str(names.data.get("reason") or ""), "")
    text = "\n".join(one for one in (reason, names.why if part.a == "moved" else "") if one)
    return Line(at=part.at, what=part.a, title=words(names), by=by, text=text, icon=icon)
