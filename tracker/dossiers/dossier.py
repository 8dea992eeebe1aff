"""The dossier: an application as one reader may see it. Pages get this and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tracker.applications.drafts import form_of
from tracker.applications.moving import Counts
from tracker.comments.queries import CommentView, Said
from tracker.comments.queries import views_of as comment_views
from tracker.dossiers.documents import DocumentView, documents
from tracker.dossiers.history import Line, history
from tracker.dossiers.parts import Extra, Part, Parts, parts_of
from tracker.dossiers.sections import (
    Clean,
    SectionView,
    cleaner,
    count_of,
    highest_degree,
    life,
    narrowed,
    sections,
)
from tracker.dossiers.timeline import Timeline
from tracker.models import Application, Audience, LetterState, MessageState, Person, ReviewState
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import language, said, spoken
from tracker.positions.criteria import criteria_of
from tracker.reviews.queries import ReviewView, Sheet, Written, reviews_of, sheet
from tracker.reviews.queries import views_of as review_views
from tracker.rules.candidate_facts import CALLED, FULL_NAME
from tracker.rules.countries import country_name
from tracker.rules.facets import Facet, facets
from tracker.rules.letters import RATINGS
from tracker.rules.permissions import May
from tracker.rules.policy import can
from tracker.rules.questions import Form, QuestionType
from tracker.rules.redaction import Names, names_in
from tracker.rules.roles import Standing


@dataclass(frozen=True)
class LetterView:
    id: str
    referee: str
    organisation: str
    relation: str
    state: LetterState
    rating: str
    text: str
    has_file: bool
    at: datetime


@dataclass(frozen=True)
class MessageView:
    subject: str
    text: str
    state: MessageState
    at: datetime
    leaves_at: datetime | None


@dataclass(frozen=True)
class Undoable:
    """A move of this reader that can still be taken back."""

    transition_id: str
    to: str
    until: datetime
    has_message: bool


@dataclass(frozen=True)
class Dossier:
    """Holds only what this reader may see; a facet they lack has left nothing here."""

    id: str
    version: int
    code: str
    title: str
    """The name, or the code."""
    is_named: bool
    is_blind: bool
    seen: frozenset[Facet]
    position_id: str
    position_title: Mapping[str, str]
    reference: str
    stage: Mapping[str, str]
    stage_kind: str
    stage_since: datetime
    submitted_at: datetime | None
    facts: tuple[tuple[str, str], ...]
    timeline: Timeline
    sections: tuple[SectionView, ...]
    hidden_answers: int
    documents: tuple[DocumentView, ...]
    letters: tuple[LetterView, ...]
    letters_in: int
    letters_wanted: int
    sheet: Sheet | None
    """This reader's own review, where they write one."""
    can_review: bool
    reviews: tuple[ReviewView, ...]
    reviews_in: int
    reviews_wanted: int
    score: Any
    awaits_own: bool
    """Others' reviews show once one's own is in."""
    is_assigned: bool
    due_at: datetime | None
    comments: tuple[CommentView, ...]
    history: tuple[Line, ...]
    messages: tuple[MessageView, ...]
    undoable: Undoable | None
    counts: Counts
    """For the conditions of moves, where they were asked for."""

    def sees(self, facet: Facet) -> bool:
        return facet in self.seen


@dataclass(frozen=True)
class _Reading:
    """What the pieces of a dossier are made from."""

    application: Application
    who: Standing
    seen: frozenset[Facet]
    parts: Parts
    form: Form
    answers: Mapping[str, Any]
    """Those that this reader may see."""
    clean: Clean


def dossier(
    application: Application,
    who: Standing,
    person: Person,
    *,
    now: datetime,
    edit_time: timedelta,
    extra: frozenset[Extra] = frozenset(),
) -> Dossier:
    """Read the application as this person may see it now. Asked only after the door (committee.gates) is open."""
    written = reviews_of(application.id)
    mine = next((one for one in written if one.reviewer_id == person.id), None)
    seen = facets(who, application, own_review_in=mine is not None and mine.is_in)
    parts = parts_of(application, seen, extra)
    form = form_of(application)
    given = {part.id: part.data for part in parts.get("answer", [])}
    answers, hidden = narrowed(form, given, seen)
    named = Facet.IDENTITY in seen
    clean = cleaner(seen, Names() if named else _names(application, given))
    reading = _Reading(application, who, seen, parts, form, answers, clean)
    own = _own_part(parts, person)
    return Dossier(
        id=application.id,
        version=application.version,
        code=application.code,
        title=application.name or application.code if named else application.code,
        is_named=named,
        is_blind=application.position.blind_first_round and application.stage.is_blind,
        seen=seen,
        position_id=application.position_id,
        position_title=application.position.title,
        reference=application.position.reference,
        stage=application.stage.label,
        stage_kind=application.stage_kind,
        stage_since=application.stage_since,
        submitted_at=application.submitted_at,
        facts=_facts(reading),
        timeline=life(form, answers, clean, now.date()),
        sections=sections(form, answers, seen, clean),
        hidden_answers=hidden,
        documents=documents(form, parts.get("document", []), seen, application.code),
        letters=_letters(reading),
        letters_in=sum(part.c == LetterState.RECEIVED for part in parts.get("letter", [])),
        letters_wanted=application.position.letters_wanted,
        **_reviewing(reading, written, mine, person),
        is_assigned=own is not None,
        due_at=own.until if own else None,
        comments=_comments(reading, person, edit_time, now),
        history=history(application, parts, seen, who, clean)
        if Facet.HISTORY in seen and Extra.ENTRIES in extra
        else (),
        messages=_messages(reading),
        undoable=_undoable(reading, person, now),
        counts=next((Counts(int(part.a), int(part.b), int(part.c)) for part in parts.get("counts", [])), Counts()),
    )


def _names(application: Application, answers: Mapping[str, Any]) -> Names:
    """Everything the candidate is called, here and in the answers."""
    given = [answers.get(FULL_NAME), answers.get(CALLED)]
    texts = [one for one in given if isinstance(one, str)]
    return names_in(application.name, application.candidate.name, application.candidate.email, *texts)


def _own_part(parts: Parts, person: Person) -> Part | None:
    return next((part for part in parts.get("assignment", []) if part.id == person.id), None)


def _facts(reading: _Reading) -> tuple[tuple[str, str], ...]:
    """What one wants to know first; a fact that may not be seen or is not known is not there."""
    application, seen = reading.application, reading.seen
    form, answers = reading.form, reading.answers
    pairs: list[tuple[str, str]] = []
    if Facet.IDENTITY in seen:
        pairs.append((_("Lives in"), country_name(application.country, language()) if application.country else ""))
    if Facet.CONTACT in seen:
        pairs.append((_("E-mail"), application.candidate.email))
    pairs.append((_("Highest degree"), highest_degree(form, answers, reading.clean)))
    for label, kind in ((_("Publications"), QuestionType.PUBLICATIONS), (_("Prizes and grants"), QuestionType.PRIZES)):
        count = count_of(form, answers, kind)
        pairs.append((label, str(count) if count else ""))
    return tuple((label, text) for label, text in pairs if text)


def _letters(reading: _Reading) -> tuple[LetterView, ...]:
    if Facet.LETTERS not in reading.seen:
        return ()
    return tuple(
        LetterView(
            id=part.id,
            referee=part.a,
            organisation=part.b,
            relation=part.who or "",
            state=LetterState(part.c),
            rating=spoken(RATINGS[part.d]) if part.d in RATINGS else "",
            text=reading.clean(part.text),
            has_file=part.n > 0,
            at=part.until or part.at,
        )
        for part in reading.parts.get("letter", [])
    )


def _reviewing(reading: _Reading, written: Sequence[Written], mine: Written | None, person: Person) -> dict[str, Any]:
    """The own sheet, and others' reviews where they may be seen."""
    application, seen = reading.application, reading.seen
    may_review = can(reading.who, May.REVIEW, application)
    shows = Facet.REVIEWS in seen
    criteria = criteria_of(application.position)
    own = sheet(application, criteria, mine) if Facet.OWN_REVIEW in seen and (mine or may_review) else None
    visible = [one for one in written if shows or one.reviewer_id == person.id]
    return {
        "sheet": own,
        "can_review": may_review,
        "reviews": review_views(
            visible,
            criteria,
            named=Facet.REVIEWER_NAMES in seen,
            reader_id=person.id,
            number_name=lambda number: _("Reviewer %(number)s", number=number),
            clean=reading.clean,
        ),
        "reviews_in": sum(one.state is ReviewState.SUBMITTED for one in written),
        "reviews_wanted": application.stage.reviews_wanted,
        "score": application.score if shows else None,
        "awaits_own": not shows and Facet.OWN_REVIEW in seen,
    }


def _comments(reading: _Reading, person: Person, edit_time: timedelta, now: datetime) -> tuple[CommentView, ...]:
    said_here = [
        Said(
            id=part.id,
            author_id=part.who_id or "",
            author=part.who or "",
            audience=Audience(part.a),
            text=part.text,
            written_at=part.at,
            edited_at=part.until,
            withdrawn_at=part.at if part.c else None,
            version=part.n,
        )
        for part in reading.parts.get("comment", [])
    ]
    return comment_views(
        said_here, reading.seen, reader_id=person.id, edit_time=edit_time, now=now, clean=reading.clean
    )


def _messages(reading: _Reading) -> tuple[MessageView, ...]:
    return tuple(
        MessageView(part.a, part.text, MessageState(part.b), part.at, part.until)
        for part in reversed(reading.parts.get("message", []))
    )


def _undoable(reading: _Reading, person: Person, now: datetime) -> Undoable | None:
    last = next(reversed(reading.parts.get("transition", [])), None)
    if last is None or last.who_id != person.id or last.n or last.until is None or last.until < now:
        return None
    if last.d != reading.application.stage_id:
        return None
    return Undoable(last.id, said(reading.application.stage.label), last.until, bool(last.b))
