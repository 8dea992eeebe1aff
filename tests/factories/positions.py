"""Positions in any state, with a rubric that sums to 100, and seats on their committees."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from tests.factories.forms import make_form
from tests.factories.people import make_staff
from tests.factories.workflows import make_workflow
from tracker.models import (
    Criterion,
    FormVersion,
    Funding,
    Person,
    Position,
    PositionKind,
    PositionRole,
    PositionState,
    Profile,
    Seat,
    Sight,
    Theme,
    Workflow,
)
from tracker.plumbing.clock import now as clock_now
from tracker.plumbing.database import db

REASONS: list[dict[str, Any]] = [
    {
        "key": "research_match",
        "label": {"en": "Too little match", "nl": "Te weinig aansluiting"},
        "applicant": {"en": "Your research differs from ours.", "nl": "Je onderzoek verschilt van dat van ons."},
        "kinds": ["rejected"],
    },
    {
        "key": "other_candidates_fit_better",
        "label": {"en": "Other candidates fit better", "nl": "Andere kandidaten passen beter"},
        "applicant": {"en": "Other candidates fitted more closely.", "nl": "Andere kandidaten sloten beter aan."},
        "kinds": ["rejected"],
    },
]
PUBLIC_LIFE = (PositionState.PUBLISHED, PositionState.CLOSED, PositionState.DECIDED, PositionState.ARCHIVED)
_numbers = count(1)


def make_position(
    title: str = "The sleeping brain",
    *,
    state: PositionState = PositionState.PUBLISHED,
    kind: PositionKind = PositionKind.PHD,
    themes: Sequence[Theme] = (),
    workflow: Workflow | None = None,
    form: FormVersion | None = None,
    chair: Person | None = None,
    members: Sequence[Person] = (),
    blind: bool = False,
    members_see: Sight = Sight.ALL,
    closes_at: datetime | None = None,
    opens_at: datetime | None = None,
    letters_wanted: int = 0,
    funding: Funding = Funding.ERC,
    now: datetime | None = None,
    **more: Any,
) -> Position:
    """Published a week ago and open for two weeks more, unless said otherwise; `more` are columns of Position."""
    moment = now or clock_now()
    lived = state in PUBLIC_LIFE
    values: dict[str, Any] = {
        "reference": f"TST-2026-{next(_numbers):03}",
        "kind": kind,
        "state": state,
        "title": {"en": title, "nl": f"{title} (nl)"},
        "summary": {"en": "Four years of research.", "nl": "Vier jaar onderzoek."},
        "description": {"en": "You **measure** sleep.", "nl": "Je **meet** slaap."},
        "requirements": {"en": "- A master's degree", "nl": "- Een masterdiploma"},
        "profile": Profile.R1 if kind is PositionKind.PHD else Profile.R2,
        "funding": funding,
        "grant_number": "101012345",
        "department": "Neurology",
        "supervisors": [{"name": "Prof. Þóra Jónsdóttir", "title": "Professor", "url": ""}],
        "contact_name": "Jan van der Berg",
        "contact_email": "jobs@example.org",
        "place": "Utrecht",
        "salary_scale": "PhD scale",
        "salary_from": 3059,
        "salary_to": 3881,
        "fte": Decimal("1.00"),
        "hours": 36,
        "contract": "temporary",
        "months": 48,
        "opens_at": opens_at or moment - timedelta(days=7),
        "closes_at": closes_at or moment + timedelta(days=14),
        "letters_wanted": letters_wanted,
        "blind_first_round": blind,
        "members_see": members_see,
        "form_version": form or make_form(frozen=lived),
        "workflow": workflow or make_workflow(is_copy=lived),
        "reasons": REASONS,
        "created_at": moment - timedelta(days=30),
        "published_at": moment - timedelta(days=7) if lived else None,
        "closed_at": moment if lived and state is not PositionState.PUBLISHED else None,
        "search_text": title.casefold(),
    }
    position = Position(**(values | more))
    position.criteria = _criteria()
    position.themes = list(themes)
    db.session.add(position)
    db.session.flush()
    if chair is not None:
        make_seat(position, chair, PositionRole.CHAIR, now=moment)
    for member in members:
        make_seat(position, member, PositionRole.MEMBER, now=moment)
    return position


def make_seat(
    position: Position,
    person: Person | None = None,
    role: PositionRole = PositionRole.MEMBER,
    *,
    now: datetime | None = None,
) -> Seat:
    """A place on the committee; a new colleague takes it where nobody is named."""
    taker = person or make_staff()
    seat = Seat(position_id=position.id, person_id=taker.id, person=taker, role=role, since=now or clock_now())
    db.session.add(seat)
    db.session.flush()
    db.session.expire(position, ["seats"])
    return seat


def _criteria() -> list[Criterion]:
    weights = (("preparation", "Preparation", 60), ("ideas", "Ideas", 40))
    return [
        Criterion(
            key=key,
            label={"en": label, "nl": f"{label} (nl)"},
            weight=Decimal(weight),
            anchors=[
                {"score": score, "text": {"en": f"Level {score}", "nl": f"Niveau {score}"}} for score in range(1, 6)
            ],
            place=place,
        )
        for place, (key, label, weight) in enumerate(weights)
    ]
