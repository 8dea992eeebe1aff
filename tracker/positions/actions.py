"""Beginning and writing a position."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from tracker import shipped
from tracker.models import (
    ApplicationForm,
    FormVersion,
    Person,
    Position,
    PositionKind,
    PositionRole,
    Profile,
    Rubric,
    Seat,
    Theme,
    Workflow,
    new_id,
)
from tracker.models.base import Words
from tracker.plumbing.database import db
from tracker.plumbing.history import remember
from tracker.plumbing.standing import standing_of
from tracker.positions.numbers import next_reference
from tracker.positions.parts import TEXTS, Part, cannot_edit, frozen_fields
from tracker.positions.publishing import missing_in
from tracker.positions.reasons import install_reasons
from tracker.positions.rubrics import apply_rubric, install_rubrics, rubric_for, write_criteria
from tracker.rules.limits import clean_text
from tracker.rules.refusals import Invalid, NotAllowedNow, Stale
from tracker.rules.search_text import search_text
from tracker.rules.sentences import Sentence, say

DEFAULTS_OF_TEXT = ("benefits", "development", "prospects", "procedure", "equal_opportunity")
PLAIN_DEFAULTS = (
    "hours",
    "months",
    "contract",
    "salary_scale",
    "salary_from",
    "salary_to",
    "letters_wanted",
    "openings",
    "time_zone",
)


class Incomplete(Invalid):
    """A published position would lose something it must have; `missing` names each with its field."""

    def __init__(self, missing: list[tuple[str, Sentence]]) -> None:
        super().__init__(missing[0][1])
        self.missing = missing


def install_shipped(now: datetime) -> None:
    """Plant the rubrics and reasons that ship; what is there is left as it is."""
    install_rubrics(now)
    install_reasons(now)


def begin(kind: PositionKind, *, title: Words, themes: list[Theme], by: Person, now: datetime) -> Position:
    """A draft with what is usual for its kind. Who begins it becomes its chair, unless they guard the procedure."""
    usual = shipped.position_defaults(kind.value)
    position = Position(
        id=new_id(),
        reference=next_reference(kind, now),
        kind=kind,
        title=title,
        profile=Profile(usual["profile"]),
        fte=Decimal(usual["fte"]),
        created_at=now,
        created_by_id=by.id,
        form_version=latest_form(kind.value),
        workflow=_template(kind.value),
        supervisors=[],
        partners=[],
        reasons=[],
        themes=themes,
        **{name: usual[name] for name in PLAIN_DEFAULTS},
        **{name: deepcopy(usual[name]) for name in DEFAULTS_OF_TEXT},
    )
    db.session.add(position)
    rubric = rubric_for(kind.value)
    if rubric is not None:
        apply_rubric(position, rubric)
    who = standing_of(by)
    if not (who.is_hr or who.is_admin):
        position.seats.append(Seat(person_id=by.id, role=PositionRole.CHAIR, since=now))
    position.search_text = searched(position)
    db.session.flush()
    remember("position", position.id, "begun", by=by, now=now, reference=position.reference, kind=kind.value)
    return position


def latest_form(key: str) -> FormVersion | None:
    """The newest version of the form with this key."""
    return db.session.scalars(
        select(FormVersion)
        .join(ApplicationForm)
        .where(ApplicationForm.key == key, ApplicationForm.archived_at.is_(None))
        .order_by(FormVersion.number.desc())
        .limit(1)
    ).one_or_none()


def _template(key: str) -> Workflow | None:
    return db.session.scalars(
        select(Workflow)
        .where(Workflow.key == key, Workflow.is_copy.is_(False), Workflow.archived_at.is_(None))
        .order_by(Workflow.id)
        .limit(1)
    ).one_or_none()


def edit(position: Position, values: Mapping[str, Any], *, part: Part, version: int, by: Person, now: datetime) -> None:
    """Write fields of one part. Stale, if somebody wrote since `version`; Incomplete, if a published one would lack
    something; NotAllowedNow for what is frozen.
    """
    db.session.refresh(position, with_for_update=True)
    _check_open_to_change(position, version)
    changed = {name: value for name, value in values.items() if _differs(position, name, value)}
    _check_frozen(position, changed)
    if not changed:
        return
    for name, value in changed.items():
        _put(position, name, value)
    position.search_text = searched(position)
    flag_modified(position, "search_text")
    if position.is_frozen:
        missing = missing_in(position)
        if missing:
            raise Incomplete(missing)
    db.session.flush()
    dates: dict[str, Any] = {name: value for name, value in changed.items() if isinstance(value, date)}
    remember("position", position.id, "edited", by=by, now=now, part=part.value, fields=sorted(changed), **dates)


def start_from_rubric(position: Position, rubric_id: str, *, version: int, by: Person, now: datetime) -> None:
    """Replace the criteria with those of a rubric."""
    db.session.refresh(position, with_for_update=True)
    _check_open_to_change(position, version)
    rubric = db.session.get(Rubric, rubric_id)
    if rubric is None:
        raise Invalid(say("Choose a rubric."))
    _check_frozen(position, {"criteria": rubric})
    apply_rubric(position, rubric)
    flag_modified(position, "search_text")
    db.session.flush()
    remember("position", position.id, "rubric_chosen", by=by, now=now, rubric=rubric.key)


def _check_open_to_change(position: Position, version: int) -> None:
    ended = cannot_edit(position)
    if ended is not None:
        raise NotAllowedNow(ended)
    if position.version != version:
        raise Stale


def _differs(position: Position, name: str, value: Any) -> bool:
    if name == "criteria":
        return [_as_written(one) for one in position.criteria] != [_as_drafted(one) for one in value]
    if name == "themes":
        return {theme.id for theme in position.themes} != {theme.id for theme in value}
    return bool(getattr(position, name) != value)


def _as_written(criterion: Any) -> tuple[Any, ...]:
    anchors = tuple((one["score"], one["text"]) for one in criterion.anchors if one["text"])
    return (criterion.key, criterion.label, criterion.help, Decimal(criterion.weight), anchors)


def _as_drafted(draft: Any) -> tuple[Any, ...]:
    anchors = tuple((score, text) for score, text in draft.anchors if text)
    return (draft.key, draft.label, draft.help, Decimal(draft.weight), anchors)


def _check_frozen(position: Position, changed: Mapping[str, Any]) -> None:
    if frozen_fields(position) & changed.keys():
        raise NotAllowedNow(say("This was fixed when the position was published."))
    if position.is_frozen and "closes_at" in changed:
        new = changed["closes_at"]
        if new is None or (position.closes_at and new < position.closes_at):
            raise NotAllowedNow(say("A published deadline can only move to later."))


def _put(position: Position, name: str, value: Any) -> None:
    if name == "criteria":
        write_criteria(position, value)
    else:
        setattr(position, name, value)


def searched(position: Position) -> str:
    """What the public list searches in: both languages of the texts, the unit, the people, the themes."""
    texts = [text for name in sorted(TEXTS & {"title", "summary", "description"}) for text in _said(position, name)]
    people = [one.get("name", "") for one in position.supervisors]
    themes = [text for theme in position.themes for text in theme.name.values()]
    return clean_text(search_text(*texts, position.reference, position.department, *people, *themes)[:40_000])


def _said(position: Position, name: str) -> list[str]:
    return list((getattr(position, name) or {}).values())
