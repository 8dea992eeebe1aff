"""The steps of the form, or all on one page: read, saved as a whole, and saved question by question while one types."""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers.response import Response

from tracker.applications import documents
from tracker.applications.answering import (
    Answers,
    AnswerStale,
    Kept,
    in_turn,
    keepable,
    lock_as_written,
    question_of,
    save_answer,
)
from tracker.applications.asked import Asked, asked_in
from tracker.applications.blueprint import OWN_ANSWERED, OWN_ANSWERED_CHANGED, blueprint
from tracker.applications.drafts import Draft, documents_of, draft_of, form_of
from tracker.applications.posted import Posted, is_posted, raw_answer, row_numbers, seen_version, without_row
from tracker.applications.shown import clock_time, field_pairs, readable
from tracker.models import Application
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import spoken
from tracker.rules.answers import ENTRY_FIELDS, AnswerRefused
from tracker.rules.permissions import May
from tracker.rules.questions import Question, QuestionType, Section
from tracker.rules.refusals import Invalid
from tracker.web.access import requires, somebody


@blueprint.get("/applications/<application_id>/sections/<section>")
@requires(May.EDIT_APPLICATION, OWN_ANSWERED)
def section(application: Application, section: str) -> str | Response:
    if application.submitted_at is not None:
        return redirect(url_for("applications.show", application_id=application.id), 303)
    draft, step = draft_of(application), _section(application, section)
    asked = asked_in(draft, step.questions, check="check" in request.args)
    for one in asked:
        one.blank_rows = 1 if request.args.get("add") == one.question.key and one.has_room else 0
    return _page(draft, step, asked)


@blueprint.post("/applications/<application_id>/sections/<section>")
@requires(May.EDIT_APPLICATION, OWN_ANSWERED_CHANGED)
def save_section(application: Application, section: str) -> Any:
    """Everything of the step at once. What can be kept is kept even where something else cannot."""
    step = _section(application, section)
    act = Act.read(request.form.get("do", ""))
    saved = _Saving(application, step, act)
    saved.receive()
    lock_as_written(application)
    saved.words()
    saved.files()
    if act.word == "delete":
        _delete(application, act.key)
    if not saved.has_trouble:
        return redirect(_next_page(application, step, act), 303)
    db.session.commit()  # the page says 409 or 422, which rolls back, and yet nothing that was kept may be lost
    page = _page(draft_of(application), step, saved.shown())
    return page, HTTPStatus.CONFLICT if saved.stale else HTTPStatus.UNPROCESSABLE_ENTITY


@blueprint.post("/applications/<application_id>/answers")
@requires(May.EDIT_APPLICATION, OWN_ANSWERED_CHANGED)
def save_one(application: Application) -> Any:
    """One question, as static/js/autosave.js sends it: question, version, and its value or the fields of its group."""
    key = request.form.get("question", "").removeprefix("q-")
    question = question_of(application, key)
    if question is None:
        abort(HTTPStatus.UNPROCESSABLE_ENTITY, _("This question is not part of the form."))
    version = request.form.get("version", "")
    try:
        kept = keepable(question, _sent(question))
    except AnswerRefused as refusal:
        return jsonify(message=spoken(refusal.sentence)), HTTPStatus.UNPROCESSABLE_ENTITY
    moment = now()
    seen = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else 0
    try:
        new_version = save_answer(application, key, kept.value, version=seen, now=moment)
    except AnswerStale as stale:
        return jsonify(
            message=spoken(stale.sentence),
            version=stale.version,
            theirs=field_pairs(question, stale.theirs),
            theirs_text=readable(question, stale.theirs),
        ), HTTPStatus.CONFLICT
    return jsonify(version=new_version, saved_at=clock_time(moment), notes=_notes(question, kept))


def _notes(question: Question, kept: Kept) -> dict[str, str]:
    """What could not be kept, by the id of its field on the page, where rows may have gaps."""
    numbers = row_numbers(question, request.form) if question.type in ENTRY_FIELDS else []
    asked = Asked(question, None, 0)
    return {
        asked.target((numbers[number - 1] + 1 if number else None, key)): spoken(sentence)
        for (number, key), sentence in kept.refused.items()
    }


def _sent(question: Question) -> Any:
    """The raw answer of one autosaved question: lists, dates and institutions come under the names of their fields."""
    if question.type is QuestionType.CHOICES:
        return [one for one in request.form.getlist("value") if one]
    if question.type in ENTRY_FIELDS or question.type in {QuestionType.DATE, QuestionType.INSTITUTION}:
        return raw_answer(question, request.form)
    return request.form.get("value", "")


@dataclass(frozen=True)
class Act:
    """What the pressed button wants after saving: next, overview, stay, check; add or remove a row, delete a file."""

    word: str = "stay"
    key: str = ""
    number: int = -1

    @classmethod
    def read(cls, raw: str) -> "Act":
        word, _, rest = raw.partition(":")
        key, _, number = rest.partition(":")
        if word not in {"next", "overview", "check", "stay", "add", "remove", "delete"}:
            return cls()
        return cls(word, key, int(number) if number.isascii() and number.isdecimal() and len(number) < 5 else -1)


@dataclass
class _Saving:
    """One posted step: what was kept, what could not be, and what somebody changed meanwhile."""

    application: Application
    step: Section
    act: Act
    asked: dict[str, Asked] = field(default_factory=dict)
    received: dict[str, documents.Received] = field(default_factory=dict)
    stale: bool = False

    @property
    def has_trouble(self) -> bool:
        return bool(self.asked)

    def words(self) -> None:
        self.asked |= in_turn(self.application, self._words)
        self.stale = any(one.is_stale for one in self.asked.values())

    def _words(self, answers: Answers) -> dict[str, Asked]:
        """What could not be kept as it was typed."""
        posted = [
            one for one in self.step.questions if one.type is not QuestionType.FILE and is_posted(one, request.form)
        ]
        answered = ((question, self._word(question, answers)) for question in posted)
        return {question.key: asked for question, asked in answered if asked is not None}

    def _word(self, question: Question, answers: Answers) -> Asked | None:
        posted: Posted = request.form
        if self.act.word == "remove" and self.act.key == question.key:
            posted = without_row(question, posted, self.act.number)
        raw, version = raw_answer(question, posted), seen_version(question, posted)
        try:
            kept = keepable(question, raw)
            new_version = answers.store(question.key, kept.value, version=version, now=now())
        except AnswerRefused as refusal:
            return Asked(question, raw, version, errors=[refusal.sentence])
        except AnswerStale as stale:
            return Asked(question, raw, stale.version, theirs=stale.theirs, is_stale=True)
        return Asked(question, raw, new_version, places=dict(kept.refused)) if kept.refused else None

    def receive(self) -> None:
        """Files first: to keep one takes long, and nobody waits for that."""
        given = [(question, request.files.get(f"q-{question.key}")) for question in self.step.questions]
        files = [(one, file) for one, file in given if one.type is QuestionType.FILE and file and file.filename]
        if files:
            documents.make_way(self.application, len(files), now=now())
        for question, file in files:
            try:
                self.received[question.key] = documents.receive(question, name=file.filename or "", data=file.read())
            except Invalid as refusal:
                self.asked[question.key] = Asked(question, None, 0, errors=[refusal.sentence])

    def files(self) -> None:
        if self.received:
            documents.upload(self.application, self.received, by=somebody(), now=now())

    def shown(self) -> list[Asked]:
        """The step as it stands now, with what was typed where that could not be kept."""
        draft = draft_of(self.application)
        fresh = asked_in(draft, self.step.questions, check=False)
        shown = []
        for one in fresh:
            troubled = self.asked.get(one.question.key, one)
            troubled.files = one.files
            shown.append(troubled)
        return shown


def _next_page(application: Application, step: Section, act: Act) -> str:
    following = form_of(application).neighbours(step)[1]
    match act.word:
        case "next" if following is not None:
            return url_for("applications.section", application_id=application.id, section=following.key)
        case "next" | "check":
            return url_for("applications.check", application_id=application.id)
        case "overview":
            return url_for("applications.show", application_id=application.id)
        case "add":
            return _here(application, step, add=act.key, anchor=f"q-{act.key}-last")
        case "remove":
            return _here(application, step, anchor=f"q-{act.key}-field")
        case "delete":
            return _here(application, step)
    uploaded = next((name for name, one in request.files.items() if one.filename), None)
    if uploaded:
        return _here(application, step, at=uploaded, anchor=f"{uploaded}-field")
    flash(_("Saved."), "success")
    return _here(application, step)


def _here(application: Application, step: Section, *, anchor: str | None = None, **values: Any) -> str:
    return url_for("applications.section", application_id=application.id, section=step.key, _anchor=anchor, **values)


def _delete(application: Application, document_id: str) -> None:
    found = next((one for one in documents_of(application) if one.id == document_id), None)
    if found is not None:
        documents.remove(found, application, by=somebody(), now=now())
        flash(_("“%(name)s” was removed.", name=found.file_name), "success")


def _section(application: Application, key: str) -> Section:
    try:
        return form_of(application).step(key)
    except KeyError:
        abort(404)


def _page(draft: Draft, step: Section, asked: list[Asked]) -> str:
    before, after = draft.form.neighbours(step)
    sections, by_key = draft.form.sections, {one.question.key: one for one in asked}
    is_whole = step not in sections
    return render_template(
        "applications/section.html",
        application=draft.application,
        step=step,
        is_whole=is_whole,
        number=0 if is_whole else sections.index(step) + 1,
        count=len(sections),
        before=before,
        after=after,
        asked=asked,
        parts=[(part, [by_key[one.key] for one in part.questions]) for part in (sections if is_whole else (step,))],
    )
