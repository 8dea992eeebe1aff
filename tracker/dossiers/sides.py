"""The sides of a dossier, one of which lies open in the middle: answers, each document, letters, messages, history."""

from typing import NamedTuple

from flask import url_for

from tracker.dossiers.dossier import Dossier
from tracker.plumbing.i18n import gettext as _
from tracker.rules.facets import Facet

FACES = {"letters": Facet.LETTERS, "messages": Facet.MESSAGES, "history": Facet.HISTORY}


class Side(NamedTuple):
    key: str
    label: str
    href: str
    number: int | None
    """How many there are, where that is worth saying."""


def sides(found: Dossier) -> list[Side]:
    """Those this reader has, in their order."""
    named: list[tuple[str, str, int | None]] = [(one.id, one.title, None) for one in found.documents]
    if found.sees(Facet.LETTERS) and (found.letters or found.letters_wanted):
        named.append(("letters", _("Letters"), found.letters_in))
    if found.sees(Facet.MESSAGES):
        named.append(("messages", _("Messages"), len(found.messages)))
    if found.sees(Facet.HISTORY):
        named.append(("history", _("History"), None))
    first = Side("answers", _("Answers"), url_for("dossiers.show", application_id=found.id), None)
    others = url_for("dossiers.show", application_id=found.id, view="~side~")
    return [first, *(Side(key, label, others.replace("~side~", key), number) for key, label, number in named)]


def face(found: Dossier, wanted: str) -> str:
    """Which side lies open where this one is wanted: `document` for any of those."""
    if any(one.id == wanted for one in found.documents):
        return "document"
    return wanted if wanted in FACES and found.sees(FACES[wanted]) else "answers"
