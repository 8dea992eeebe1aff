"""Documents as a reader may have them: a name that tells no more than they may know, bytes without metadata."""

import io
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tracker.dossiers.parts import Part
from tracker.dossiers.sections import sees
from tracker.models import DocumentState
from tracker.plumbing.i18n import said
from tracker.plumbing.later import pikepdf
from tracker.rules.facets import Facet
from tracker.rules.questions import Form, Question, QuestionType

_UNFIT: Final = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]+")


@dataclass(frozen=True)
class DocumentView:
    id: str
    title: str
    """The question it answers."""
    name: str
    size: int
    pages: int | None
    uploaded_at: datetime


def file_questions(form: Form, seen: frozenset[Facet]) -> dict[str, Question]:
    """The questions whose documents this reader may open, in the order of the form."""
    return {one.key: one for one in form.questions if one.type is QuestionType.FILE and sees(one, seen)}


def documents(form: Form, rows: list[Part], seen: frozenset[Facet], code: str) -> tuple[DocumentView, ...]:
    """Checked documents that this reader may open, in the order of the form."""
    questions = file_questions(form, seen)
    order = list(questions)
    ready = [row for row in rows if row.a in questions and row.c == DocumentState.READY]
    return tuple(
        DocumentView(
            id=row.id,
            title=said(questions[row.a].label),
            name=shown_name(row.b, row.a, seen, code),
            size=row.n,
            pages=int(row.d) if row.d else None,
            uploaded_at=row.at,
        )
        for row in sorted(ready, key=lambda row: (order.index(row.a), row.at, row.id))
    )


def shown_name(file_name: str, question: str, seen: frozenset[Facet], code: str) -> str:
    """As the candidate named it, for those who may know the candidate; else by the code and what it is."""
    if Facet.IDENTITY in seen:
        return _UNFIT.sub("_", file_name)
    return f"{code}-{question}.pdf"


def without_metadata(data: bytes) -> bytes | None:
    """The PDF without author, title and the like; None where it cannot be read.

    What was checked at upload has none; this is the second lock, for readers who are not to know the name.
    """
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if "/Info" in pdf.trailer:
                del pdf.trailer["/Info"]
            if "/Metadata" in pdf.Root:
                del pdf.Root["/Metadata"]
            clean = io.BytesIO()
            pdf.save(clean)
    except pikepdf.PdfError:
        return None
    return clean.getvalue()
