"""Reviews as they are read: one's own sheet, and what others wrote, in one query whatever their number."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import String, and_, bindparam, cast, exists, func, select

from tracker.applications.queries import sees
from tracker.models import (
    Application,
    Assignment,
    Person,
    Recommendation,
    Review,
    ReviewState,
    Score,
    Stage,
)
from tracker.plumbing.database import db, fetch
from tracker.plumbing.planning import Plan, lasting
from tracker.plumbing.standing import COMMA
from tracker.positions.criteria import Criteria
from tracker.rules.roles import Standing


@dataclass(frozen=True)
class Written:
    """A review as stored; not yet narrowed to what a reader may see."""

    id: str
    reviewer_id: str
    reviewer: str
    state: ReviewState
    strengths: str
    weaknesses: str
    recommendation: Recommendation | None
    abstain_reason: str
    total: Decimal | None
    saved_at: datetime
    submitted_at: datetime | None
    version: int
    scores: dict[str, int] = field(default_factory=dict)

    @property
    def is_in(self) -> bool:
        return self.state is not ReviewState.DRAFT


COLUMNS = (
    Review.id,
    Review.reviewer_id,
    Person.name.label("reviewer"),
    Review.state,
    Review.strengths,
    Review.weaknesses,
    Review.recommendation,
    Review.abstain_reason,
    Review.total,
    Review.saved_at,
    Review.submitted_at,
    Review.version,
)
"""Of a Review and its Person; those of `Written`."""
_each = Score.criterion_id.concat(":").concat(cast(Score.value, String))
_scored = select(func.aggregate_strings(_each, COMMA)).where(Score.review_id == Review.id).scalar_subquery()
_written = lasting(
    select(*COLUMNS, _scored)
    .join(Person, Person.id == Review.reviewer_id)
    .where(Review.application_id == bindparam("application"))
    .order_by(Review.submitted_at, Review.started_at, Review.id)
)
"""Of `application`; the scores as `criterion:value,…`."""


def reviews_of(application_id: str) -> list[Written]:
    """All reviews with their scores, oldest first."""
    rows = fetch(_written, {"application": application_id}, plan=Plan.ONCE)
    return [Written(*(*columns, _scores(scored))) for *columns, scored in rows]


def _scores(scored: str | None) -> dict[str, int]:
    each = (one.split(":") for one in scored.split(",")) if scored else ()
    return {criterion: int(value) for criterion, value in each}


@dataclass(frozen=True)
class Sheet:
    """A reviewer's own form: what it asks, what is in it, what is wrong with it."""

    application_id: str
    criteria: Criteria
    state: ReviewState = ReviewState.DRAFT
    strengths: str = ""
    weaknesses: str = ""
    recommendation: str = ""
    abstain_reason: str = ""
    total: Decimal | None = None
    scale_max: int = 5
    version: int = 0
    review_id: str = ""
    saved_at: datetime | None = None
    submitted_at: datetime | None = None
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return self.state is ReviewState.DRAFT


def sheet(application: Application, criteria: Criteria, mine: Written | None) -> Sheet:
    """The form as it stands, empty where nothing was written yet."""
    scale = application.position.scale_max
    scores = mine.scores if mine else {}
    lines = tuple(replace(one, value=scores.get(one.id)) for one in criteria)
    if mine is None:
        return Sheet(application.id, lines, scale_max=scale)
    return Sheet(
        application.id,
        lines,
        state=mine.state,
        strengths=mine.strengths,
        weaknesses=mine.weaknesses,
        recommendation=mine.recommendation or "",
        abstain_reason=mine.abstain_reason,
        total=mine.total,
        scale_max=scale,
        version=mine.version,
        review_id=mine.id,
        saved_at=mine.saved_at,
        submitted_at=mine.submitted_at,
    )


@dataclass(frozen=True)
class ReviewView:
    """Another's review as one reader may see it."""

    id: str
    reviewer: str
    """A name, or a number where names are not shown."""
    is_mine: bool
    state: ReviewState
    total: Decimal | None
    recommendation: Recommendation | None
    scores: tuple[tuple[Mapping[str, str], int | None], ...]
    strengths: str
    weaknesses: str
    abstain_reason: str
    submitted_at: datetime | None
    version: int


def views_of(
    written: Sequence[Written],
    criteria: Criteria,
    *,
    named: bool,
    reader_id: str,
    number_name: Callable[[int], str],
    clean: Callable[[str], str],
) -> tuple[ReviewView, ...]:
    """Reviews that are in, as a reader may see them; `clean` takes the candidate's name out of texts where it must."""
    return tuple(
        ReviewView(
            id=one.id,
            reviewer=one.reviewer if named or one.reviewer_id == reader_id else number_name(number),
            is_mine=one.reviewer_id == reader_id,
            state=one.state,
            total=one.total,
            recommendation=one.recommendation,
            scores=tuple((criterion.label, one.scores.get(criterion.id)) for criterion in criteria),
            strengths=clean(one.strengths),
            weaknesses=clean(one.weaknesses),
            abstain_reason=clean(one.abstain_reason),
            submitted_at=one.submitted_at,
            version=one.version,
        )
        for number, one in enumerate((one for one in written if one.is_in), start=1)
    )


def next_to_review(who: Standing, position_id: str, *, but: str = "") -> str | None:
    """The application this reviewer should read next: assigned to them first, then the one with the fewest reviews."""
    done = exists().where(
        Review.application_id == Application.id,
        Review.reviewer_id == who.person_id,
        Review.state != ReviewState.DRAFT,
    )
    assigned = exists().where(Assignment.application_id == Application.id, Assignment.person_id == who.person_id)
    found: str | None = db.session.scalar(
        select(Application.id)
        .join(Stage, Stage.id == Application.stage_id)
        .where(
            and_(sees(who), Application.position_id == position_id, Stage.takes_reviews.is_(True)),
            Application.id != but,
            ~done,
        )
        .order_by(assigned.desc(), Application.reviews_in, Application.submitted_at, Application.id)
        .limit(1)
    )
    return found
