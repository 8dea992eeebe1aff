"""A template as a candidate would read it: filled with a real row, or with a sample."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import format_date

from tracker.messages.actions import Draft, values_for
from tracker.messages.queries import rows_to_preview
from tracker.models import Words
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import in_language
from tracker.rules.placeholders import filled
from tracker.rules.roles import Standing


@dataclass(frozen=True)
class Preview:
    language: str
    draft: Draft


@dataclass(frozen=True)
class Row:
    id: str
    label: str


def rows(who: Standing) -> list[Row]:
    """What a preview can be filled with, besides the sample."""
    return [Row(one.id, f"{one.name or one.candidate.name} · {one.position.reference}") for one in rows_to_preview(who)]


def previews(subject: Words, body: Words, *, row: str, who: Standing, now: datetime) -> list[Preview]:
    """The wording in both languages, for the row of that id if this person may open it, else for the sample."""
    application = next((one for one in rows_to_preview(who) if one.id == row), None) if row else None
    found = []
    for language in ("en", "nl"):
        with in_language(language):
            reason = _("Other candidates have more experience in the field of this position.")
            values = values_for(application, now=now, reason=reason) if application else _sample(now=now, reason=reason)
        draft = Draft(filled(subject[language], values), filled(body[language], values).strip())
        found.append(Preview(language, draft))
    return found


def _sample(*, now: datetime, reason: str) -> dict[str, str]:
    settings = current_app.config["TRACKER"]
    closing = (now + timedelta(days=21)).date()
    return {
        "candidate": "Amélie Nguyễn",
        "position": _("PhD position in single-cell genomics"),
        "reference": f"PHD-{closing.year}-001",
        "institute": settings.institute_name,
        "stage": _("Being read by the committee"),
        "deadline": f"{format_date(closing, 'd MMMM y')}, 23:59 CET",
        "decision_by": format_date(closing + timedelta(days=42), "d MMMM y"),
        "reason": reason,
        "contact_email": "recruitment@example.org",
        "status_link": f"{settings.base_url.rstrip('/')}/applications/…",
    }
