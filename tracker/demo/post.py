"""What candidates of the demo were mailed: the institute's own templates, rendered once per kind and then addressed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from markupsafe import escape

from tracker.demo.candidates import Candidate
from tracker.messages.actions import compose, status_link
from tracker.models import Application, MessageState, Person, Position, Stage
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import in_language, said
from tracker.plumbing.mail import Mail, new_message_id, rendered

NAME, ID = "Qnameqnameq", "qidqqidqqidqqidq"
"""Stand where a candidate's name and an application's id will."""

Key = tuple[str, str, str, str]


@dataclass
class Sent:
    """A message to be: `row` is stored, `id` is known from then on."""

    row: dict[str, Any]
    deliveries: list[dict[str, Any]] = field(default_factory=list)
    id: int = 0


@dataclass
class PostRoom:
    """Renders each wording once; a thousand letters then cost a thousand replacements."""

    now: datetime
    wordings: dict[Key, tuple[str, str, str]] = field(default_factory=dict)

    def letter(
        self, kind: str, position: Position, stage: Stage, who: Candidate, application_id: str, *, at: datetime,
        by_id: str | None, reason: str = "", send_after: datetime | None = None,
    ) -> Sent:  # fmt: skip
        subject, text, html = self._wording(kind, position, stage, who.language, reason)
        row = {
            "message_id": new_message_id(),
            "kind": kind,
            "to_id": who.id,
            "to_name": who.name,
            "to_email": who.email,
            "language": who.language,
            "subject": subject.replace(NAME, who.name),
            "text": text.replace(NAME, who.name).replace(ID, application_id),
            "html": html.replace(NAME, str(escape(who.name))).replace(ID, application_id),
            "application_id": application_id,
            "by_id": by_id,
            "created_at": at,
            "send_after": send_after or at,
            "state": MessageState.QUEUED,
            "attempts": 0,
            "sent_at": None,
        }
        return Sent(row)

    def _wording(self, kind: str, position: Position, stage: Stage, language: str, reason: str) -> tuple[str, str, str]:
        key = (kind, position.id, language, reason)
        if key not in self.wordings:
            self.wordings[key] = self._render(kind, position, stage, language, reason)
        return self.wordings[key]

    def _render(self, kind: str, position: Position, stage: Stage, language: str, reason: str) -> tuple[str, str, str]:
        reader = Person(name=NAME, language=language)
        letter = Application(id=ID, name=NAME, position=position, candidate=reader, stage=stage)
        with in_language(language):
            draft = compose(
                kind, letter, language=language, now=self.now, reason=_said_reason(position, reason), stage=stage
            )
            mail = Mail(
                subject=draft.subject,
                paragraphs=tuple(part for part in draft.body.split("\n\n") if part.strip()),
                button=(_("Open your application"), status_link(letter)),
                in_own_words=True,
            )
            text, html = rendered(mail, NAME, language)
        return draft.subject, text, html


def _said_reason(position: Position, key: str) -> str:
    return next((said(one["applicant"]) for one in position.reasons if one["key"] == key), "")
