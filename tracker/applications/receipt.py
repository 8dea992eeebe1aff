"""The PDF copy of what was sent. The candidate's words go in as data, and are set as they are in any script."""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from flask import current_app

from tracker.applications.drafts import Draft
from tracker.applications.shown import entry_facts, file_size, readable
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import language, said
from tracker.plumbing.later import typst
from tracker.plumbing.moments import moment
from tracker.rules.answers import ENTRY_FIELDS
from tracker.rules.questions import Question, QuestionType

TEMPLATE: Final = Path(__file__).with_name("receipt.typ")
FONT_PACKAGES: Final = ("fontpkg_noto_sans", "fontpkg_noto_sans_arabic", "justmytype_intl_cjk")
FONTS: Final = ("Noto Sans", "Noto Sans Arabic", "Noto Sans SC", "Noto Sans JP", "Noto Sans KR", "Noto Sans TC")


def pdf_of(draft: Draft) -> bytes:
    """In the language of the reader. A sign that no font knows becomes an empty box, never an error."""
    sent = json.dumps(_sent(draft), ensure_ascii=True)
    made = typst.compile(str(TEMPLATE), sys_inputs={"sent": sent}, font_paths=_fonts(), format="pdf")
    return bytes(made)


@cache
def _fonts() -> "typst.Fonts":
    """Those of the packages, found once; what they lack, the fonts of the system give."""
    specs = (find_spec(name) for name in FONT_PACKAGES)
    return typst.Fonts(font_paths=[str(Path(spec.origin).parent) for spec in specs if spec and spec.origin])


def _sent(draft: Draft) -> dict[str, Any]:
    application = draft.application
    position = application.position
    return {
        "institute": current_app.config["TRACKER"].institute_name,
        "title": said(position.title),
        "code": application.code,
        "language": language(),
        "fonts": list(FONTS),
        "facts": [
            [_("Application"), application.code],
            [_("Position"), position.reference],
            [_("Candidate"), application.name],
            [_("Sent"), moment(application.submitted_at)],
        ],
        "sections": [
            {
                "title": said(section.title),
                "answers": [one for question in section.questions if (one := _answer(draft, question))],
            }
            for section in draft.form.sections
        ],
    }


def _answer(draft: Draft, question: Question) -> dict[str, Any] | None:
    """What was answered; nothing for a question left open."""
    if not draft.is_answered(question):
        return None
    value, text, entries = draft.value(question.key), "", []
    if question.type in ENTRY_FIELDS:
        entries = [entry_facts(question, entry) for entry in value]
    elif question.type is QuestionType.FILE:
        current = draft.files_of(question.key).current
        text = f"{current.file_name} ({file_size(current.size)})" if current else ""
    else:
        text = readable(question, value)
    return {"label": said(question.label), "text": text, "entries": entries}
