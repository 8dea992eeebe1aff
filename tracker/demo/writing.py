"""One application of the demo as rows: the person, the answers, the documents, the moves, the letters, the history."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tracker.applications.codes import SIGNS
from tracker.applications.drafts import Draft
from tracker.applications.moving import undo_time
from tracker.applications.queries import Given
from tracker.applications.texts import texts_of
from tracker.demo.candidates import Candidate
from tracker.demo.courses import Course, Step
from tracker.demo.folders import Files
from tracker.demo.judging import Judged, Panel
from tracker.demo.pen import Pen
from tracker.demo.phrases import phrase
from tracker.demo.post import PostRoom, Sent
from tracker.demo.staff import Staff
from tracker.models import (
    Answer,
    Application,
    ApplicationText,
    Document,
    DocumentState,
    Letter,
    LetterState,
    Origin,
    Person,
    Position,
    Stage,
    StageKind,
    new_id,
)
from tracker.rules.candidate_facts import country_in, name_in, origin_of
from tracker.rules.questions import Form

LETTER_TIME = timedelta(days=14)
TROUBLES = ("550 5.1.1 Recipient address rejected: user unknown", "552 5.2.2 Mailbox full")
NAMED = {"cv": "CV {name}.pdf", "transcript": "transcript.pdf", "letter": "letter.pdf"}


@dataclass
class Desk:
    """What all applications are written with."""

    now: datetime
    staff: Staff
    positions: Mapping[str, Position]
    forms: Mapping[str, Form]
    post: PostRoom
    files: Files
    pen: Pen
    people: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    turns: dict[tuple[str, str], int] = field(default_factory=dict)

    def new_code(self, rng: Random) -> str:
        while True:
            drawn = "".join(rng.choice(SIGNS) for _ in range(6))
            code = f"{drawn[:3]}-{drawn[3:]}"
            if code not in self.codes:
                self.codes.add(code)
                return code

    def turn(self, course: Course) -> int:
        """The how manieth with this fate at this position."""
        key = (course.vacancy.key, f"{course.fate.end}@{course.fate.out_of}")
        self.turns[key] = self.turns.get(key, -1) + 1
        return self.turns[key]


def write(course: Course, desk: Desk, rng: Random) -> None:
    """Everything of one application, into the desk's pen."""
    Dossier(course, desk, rng).write()


@dataclass
class Dossier:
    course: Course
    desk: Desk
    rng: Random
    id: str = field(default_factory=new_id)

    @property
    def who(self) -> Candidate:
        return self.course.candidate

    @property
    def pen(self) -> Pen:
        return self.desk.pen

    @property
    def position(self) -> Position:
        return self.desk.positions[self.course.vacancy.key]

    def write(self) -> None:
        turn = self.desk.turn(self.course)
        code = self.desk.new_code(self.rng)
        self._person()
        self._remember("started", None, self.course.started, position=self.position.id, code=code)
        given = self._answers(turn)
        fingerprints = self._documents(given, turn)
        judged = Judged()
        if self.course.submitted is not None:
            self._moves(fingerprints, turn)
            self._texts(given, code)
            panel = Panel(self.pen, self.desk.staff, self.position, self.course, self.id, self.rng, turn)
            judged = panel.judge()
            self._letters(given, turn)
        self._application(code, given, judged)

    # --- the person and what they wrote

    def _person(self) -> None:
        if self.who.id in self.desk.people:
            return
        self.desk.people.add(self.who.id)
        joined = self.course.started - timedelta(minutes=20)
        self.pen.add(
            Person,
            id=self.who.id,
            name=self.who.name,
            email=self.who.email,
            email_canonical=self.who.canonical_email,
            email_verified_at=joined + timedelta(minutes=3),
            password_hash=self.desk.staff.locked,
            language=self.who.language,
            time_zone=self.who.time_zone,
            created_at=joined,
            version=1,
        )

    def _answers(self, turn: int) -> dict[str, Any]:
        """All of the form; of a draft only the first sections."""
        given = self.course.answers
        if self.course.submitted is None:
            sections = self.desk.forms[self.course.vacancy.key].sections[: 2 + turn % 6]
            begun = {question.key for section in sections for question in section.questions}
            given = {key: value for key, value in given.items() if key in begun}
        end = self.course.submitted or min(self.desk.now, self.course.started + timedelta(hours=2))
        for place, (key, value) in enumerate(given.items()):
            at = self.course.started + (end - self.course.started) * (place + 1) / (len(given) + 2)
            self.pen.add(Answer, application_id=self.id, question=key, value=value, saved_at=at, version=1)
        return dict(given)

    def _documents(self, given: Mapping[str, Any], turn: int) -> dict[str, str]:
        """The fingerprint of each document by its question; a draft has its CV at most."""
        if "degrees" not in given:
            return {}
        wanted = ["cv"] if self.course.submitted is None else ["cv", "transcript"]
        if self.course.submitted and turn % 4 == 1:
            wanted.append("paper" if self.course.vacancy.kind == "postdoc" else "writing_sample")
        return {question: self._document(question) for question in wanted}

    def _document(self, question: str) -> str:
        data = self.desk.files.of(self.course.number, question)
        document_id, fingerprint = new_id(), hashlib.sha256(data).hexdigest()
        end = self.course.submitted or self.course.started + timedelta(minutes=30)
        at = self.course.started + (end - self.course.started) * 0.8
        self.pen.add(
            Document,
            id=document_id,
            application_id=self.id,
            question=question,
            file_name=NAMED.get(question, f"{question.replace('_', ' ')}.pdf").format(name=self.who.name),
            storage_key=self.pen.file("documents", data),
            size=len(data),
            pages=1,
            sha256=fingerprint,
            state=DocumentState.READY,
            uploaded_at=at,
            checked_at=at + timedelta(seconds=2),
        )
        self._remember(
            "document_uploaded", self.who.id, at, document=document_id, question=question, sha256=fingerprint
        )
        return fingerprint

    def _texts(self, given: Mapping[str, Any], code: str) -> None:
        answers = {key: Given(value, version=1) for key, value in given.items()}
        draft = Draft(Application(id=self.id, code=code), self.desk.forms[self.course.vacancy.key], answers)
        open_text, identity_text, hidden_text = texts_of(draft, name=self.who.name, email=self.who.email)
        self.pen.add(
            ApplicationText,
            application_id=self.id,
            open_text=open_text,
            identity_text=identity_text,
            hidden_text=hidden_text,
        )

    # --- the way it went

    def _moves(self, fingerprints: Mapping[str, str], turn: int) -> None:
        for step in self.course.steps:
            by_id = self.desk.staff[step.by].id if step.by else self.who.id
            sent = self._message(step, by_id if step.by else None, turn)
            self.pen.transitions.append((self._transition(step, by_id), sent))
            self._remember(
                "moved", by_id, step.at, move=step.move.key, source=step.move.from_stage.key,
                target=step.move.to_stage.key, reason=step.reason,
            )  # fmt: skip
            if step.move.key == "submit":
                self._remember("submitted", by_id, step.at, documents=dict(fingerprints))
            elif step.move.to_stage.kind is StageKind.WITHDRAWN:
                self._remember("withdrawn", by_id, step.at)

    def _transition(self, step: Step, by_id: str) -> dict[str, Any]:
        return {
            "id": new_id(),
            "application_id": self.id,
            "move_id": step.move.id,
            "from_stage_id": step.move.from_stage_id,
            "to_stage_id": step.move.to_stage_id,
            "by_id": by_id,
            "at": step.at,
            "reason_code": step.reason,
            "reason_text": "",
            "undo_until": step.at + undo_time() if step.move.style != "withdraw" else None,
        }

    def _message(self, step: Step, by_id: str | None, turn: int) -> Sent | None:
        """What the workflow sends with this move; what tells an end always arrived."""
        key = step.move.message_key
        if key is None:
            return None
        stage, waits = step.move.to_stage, undo_time() if by_id else timedelta(0)
        sent = self.desk.post.letter(
            key, self.position, stage, self.who, self.id,
            at=step.at, by_id=by_id, reason=step.reason, send_after=step.at + waits,
        )  # fmt: skip
        failed = step.move.key == "submit" and self.course.number % 29 == 11
        self.pen.post(sent, trouble=TROUBLES[self.course.number % 2] if failed else "")
        self.pen.remember(self.id, "message_queued", by_id=by_id, at=step.at, message=sent, kind=key)
        return sent

    def _letters(self, given: Mapping[str, Any], turn: int) -> None:
        """Asked when it was sent; most have come."""
        asked = self.course.submitted
        if not self.course.vacancy.letters or asked is None:
            return
        ended = self.course.steps[-1].at if self.course.steps[-1].move.to_stage.kind.is_end else None
        for place, referee in enumerate(given["referees"]):
            days = self.rng.uniform(1, 16)
            answered = min(asked + timedelta(days=days), self.desk.now - timedelta(minutes=10))
            late = asked + timedelta(days=days) > self.desk.now or (turn + place) % 5 == 4
            state = LetterState.ASKED if late else LetterState.RECEIVED
            if turn % 8 == 6 and place == 1 and not late:
                state = LetterState.DECLINED
            if ended is not None and (late or answered > ended):
                state, answered = LetterState.CANCELLED, ended
            self._letter(referee, state, asked, answered, turn + place)

    def _letter(
        self, referee: Mapping[str, Any], state: LetterState, asked: datetime, answered: datetime, turn: int
    ) -> None:
        letter_id, text, key, size = new_id(), "", None, 0
        if state is LetterState.RECEIVED:
            text = phrase(self.rng, "letters") if turn % 2 else ""
            if not text:
                data = self.desk.files.of(turn, "letter")
                key, size = self.pen.file("letters", data), len(data)
        closes = self.position.closes_at
        self.pen.add(
            Letter,
            id=letter_id,
            application_id=self.id,
            referee_name=referee["name"],
            referee_email=referee["email"],
            referee_organisation=referee["organisation"],
            relation=referee["relation"],
            state=state,
            asked_at=asked,
            due_at=closes + LETTER_TIME if closes else None,
            answered_at=None if state is LetterState.ASKED else answered,
            text=text,
            rating=self.rng.choice(("top_2", "top_10", "top_25", "cannot_say"))
            if state is LetterState.RECEIVED
            else "",
            storage_key=key,
            size=size,
            pages=1 if key else None,
            decline_reason=phrase(self.rng, "declines") if state is LetterState.DECLINED else "",
            version=1,
        )
        self._remember("letter_asked", None, asked, letter=letter_id)
        if state is not LetterState.ASKED:
            self._remember(f"letter_{state.value}", None, answered, letter=letter_id)

    # --- the row itself

    def _application(self, code: str, given: Mapping[str, Any], judged: Judged) -> None:
        course = self.course
        stage = course.stands_in(self._draft_stage())
        since = course.steps[-1].at if course.steps else course.started
        sent = course.submitted is not None
        self.pen.add(
            Application,
            id=self.id,
            code=code,
            position_id=self.position.id,
            candidate_id=self.who.id,
            stage_id=stage.id,
            stage_kind=stage.kind,
            stage_place=stage.place,
            stage_since=since,
            furthest=self._furthest(),
            started_at=course.started,
            submitted_at=course.submitted,
            ended_at=since if stage.kind.is_end else None,
            language=self.who.language,
            origin=origin_of(given, home=self.position.country) if sent else Origin.UNKNOWN,
            country=country_in(given) if sent else "",
            name=name_in(given, self.who.name) if sent else "",
            reviews_in=judged.reviews_in,
            score=judged.score,
            version=1 + len(course.steps),
        )

    def _draft_stage(self) -> Stage:
        assert self.position.workflow is not None
        return next(stage for stage in self.position.workflow.stages if stage.kind is StageKind.DRAFT)

    def _furthest(self) -> StageKind:
        kinds = [step.move.to_stage.kind for step in self.course.steps]
        return max([StageKind.DRAFT, *kinds], key=lambda kind: kind.rank)

    def _remember(self, what: str, by_id: str | None, at: datetime, **data: Any) -> None:
        self.pen.remember(self.id, what, by_id=by_id or (self.who.id if what == "started" else None), at=at, **data)
