"""A small application form: a name, a motivation, a country, a CV, a statement."""

from typing import Any

from tests.factories.names import email_for
from tracker.models import ApplicationForm, FormVersion
from tracker.plumbing.clock import now as clock_now
from tracker.plumbing.database import db

FORM: dict[str, Any] = {
    "key": "small",
    "name": {"en": "Small form", "nl": "Klein formulier"},
    "sections": [
        {
            "key": "personal",
            "title": {"en": "About you", "nl": "Over jou"},
            "questions": [
                {
                    "key": "full_name",
                    "type": "short_text",
                    "label": {"en": "Full name", "nl": "Volledige naam"},
                    "required": True,
                    "identifying": True,
                    "limit": {"characters": 200},
                },
                {
                    "key": "residence",
                    "type": "country",
                    "label": {"en": "Country where you live", "nl": "Land waar je woont"},
                    "required": True,
                    "identifying": True,
                },
            ],
        },
        {
            "key": "research",
            "title": {"en": "Your research", "nl": "Je onderzoek"},
            "questions": [
                {
                    "key": "motivation",
                    "type": "long_text",
                    "label": {"en": "Motivation", "nl": "Motivatie"},
                    "required": True,
                    "limit": {"words": 500},
                },
                {
                    "key": "notice_period",
                    "type": "short_text",
                    "label": {"en": "Period of notice", "nl": "Opzegtermijn"},
                    "hidden": True,
                    "limit": {"characters": 100},
                },
                {
                    "key": "cv",
                    "type": "file",
                    "label": {"en": "Curriculum vitae", "nl": "Curriculum vitae"},
                    "required": True,
                    "identifying": True,
                    "limit": {"megabytes": 10, "pages": 20},
                },
            ],
        },
    ],
}


def make_form(content: dict[str, Any] | None = None, *, frozen: bool = False, number: int = 1) -> FormVersion:
    moment = clock_now()
    form = ApplicationForm(
        key=email_for("form").partition("@")[0].replace(".", "_"), name={"en": "Small form", "nl": "Klein formulier"}
    )
    version = FormVersion(
        form=form,
        number=number,
        content=content or FORM,
        created_at=moment,
        frozen_at=moment if frozen else None,
    )
    db.session.add(version)
    db.session.flush()
    return version
