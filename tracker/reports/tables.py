"""What an export holds: for each kind its columns and the rows one person may see, read without objects, in batches."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, String, case, func, literal, or_, select, type_coerce
from sqlalchemy.orm import Session, aliased

from tracker.dossiers.filters import Filters
from tracker.dossiers.knowing import knows_name, knows_scores, opens, trusted
from tracker.dossiers.rows import lines, narrow, narrowed
from tracker.models import (
    Application,
    Criterion,
    Person,
    Position,
    PositionRole,
    PositionTheme,
    Review,
    ReviewState,
    Score,
    Stage,
    Theme,
)
from tracker.plumbing.i18n import language, said, spoken
from tracker.positions.queries import visible_positions
from tracker.reports.answers import AnswerColumns, names_given
from tracker.rules import words
from tracker.rules.redaction import names_in, redact
from tracker.rules.roles import Standing
from tracker.rules.sentences import Sentence, say

BATCH = 1_000
Cell = str | int | float | Decimal | datetime | None


class What(StrEnum):
    APPLICATIONS = "applications"
    POSITIONS = "positions"
    REVIEWS = "reviews"


@dataclass(frozen=True)
class Scope:
    """Whose export of what: the filters of the screen, and the one position where it is that of a position."""

    who: Standing
    filters: Filters
    position: Position | None
    now: datetime


@dataclass(frozen=True)
class Table:
    headings: Sequence[str]
    rows: Iterator[Sequence[Cell]]
    count: Callable[[], int]


Heading = Sentence


def table(what: What, scope: Scope, session: Session) -> Table:
    """The export's table; headings and words in the language now spoken."""
    return {What.APPLICATIONS: applications, What.POSITIONS: positions, What.REVIEWS: reviews}[what](scope, session)


APPLICATION_HEADINGS: tuple[Heading, ...] = (
    say("Code"),
    say("Name"),
    say("E-mail"),
    say("Reference"),
    say("Position"),
    say("Kind"),
    say("Themes"),
    say("Stage"),
    say("Stage kind"),
    say("In this stage since"),
    say("Submitted"),
    say("Closes"),
    say("Origin"),
    say("Country"),
    say("Language"),
    say("Reviews in"),
    say("Score"),
)
AS_READ = 9
"""Of these, the last, from the kind of the stage on, stand in the file as the query gives them."""


def applications(scope: Scope, session: Session) -> Table:
    who = scope.who
    chairs = [position for position, role in who.seats.items() if role is PositionRole.CHAIR]
    contact = opens(who) & or_(trusted(who), knows_name(who) & Application.position_id.in_(chairs))
    scores = opens(who) & knows_scores(who)
    answers = AnswerColumns.of(scope.position)
    judged = (
        knows_name(who).label("identity"),
        trusted(who).label("trusted"),
        contact.label("contact"),
        opens(who).label("opens"),
        Person.name.label("own_name"),
        Person.email.label("own_email"),
        Application.name.label("given_name"),
    )
    query = _narrow(
        narrow(
            who,
            Application.id,
            Application.position_id,
            Application.code,
            case((knows_name(who), Application.name)).label("name"),
            case((contact, Person.email)).label("email"),
            Position.reference,
            Position.title,
            type_coerce(Position.kind, String).label("kind"),
            Stage.label.label("stage"),
            type_coerce(Application.stage_kind, String).label("stage_kind"),
            Application.stage_since,
            Application.submitted_at,
            Position.closes_at,
            type_coerce(case((knows_name(who), Application.origin)), String).label("origin"),
            case((knows_name(who), Application.country)).label("country"),
            case((knows_name(who), Application.language)).label("language"),
            case((scores, Application.reviews_in)).label("reviews_in"),
            case((scores, Application.score)).label("score"),
            *(judged if answers.questions else ()),
        )
        # every application has all three: so, SQLite begins with an index of applications and not with a sort of all
        .outerjoin(Position, Position.id == Application.position_id)
        .outerjoin(Stage, Stage.id == Application.stage_id)
        .outerjoin(Person, Person.id == Application.candidate_id),
        scope,
    )
    themes, tongue = theme_names(session), language()

    def rows() -> Iterator[Sequence[Cell]]:
        for batch in _batches(query, session):
            given = answers.read(batch, session)
            for row in batch:
                application_id, position_id, code, name, email, reference, title, kind, stage, *others = row
                yield (
                    code,
                    name,
                    email,
                    reference,
                    words.said(title, tongue),
                    kind,
                    themes.get(position_id, ""),
                    words.said(stage, tongue),
                    *others[:AS_READ],
                    *given.get(application_id, answers.nothing),
                )

    return Table([*spoken_headings(APPLICATION_HEADINGS), *answers.headings], rows(), lambda: _count(query, session))


REVIEW_HEADINGS: tuple[Heading, ...] = (
    say("Code"),
    say("Name"),
    say("Reference"),
    say("Position"),
    say("Reviewer"),
    say("State"),
    say("Submitted"),
    say("Total"),
    say("Recommendation"),
    say("Strengths"),
    say("Weaknesses"),
    say("Reason for abstaining"),
)


def reviews(scope: Scope, session: Session) -> Table:
    """Reviews that are in: one's own, and others' where scores may be seen."""
    who, reviewer, candidate, theirs = scope.who, aliased(Person), aliased(Person), aliased(Review)
    query = (
        _narrow(
            lines(
                who,
                theirs.id,
                Application.id.label("application_id"),
                Application.code,
                case((knows_name(who), Application.name)).label("name"),
                Position.reference,
                Position.title,
                reviewer.name.label("reviewer"),
                theirs.state,
                theirs.submitted_at,
                theirs.total,
                theirs.recommendation,
                theirs.strengths,
                theirs.weaknesses,
                theirs.abstain_reason,
                knows_name(who).label("identity"),
                candidate.name.label("own_name"),
                candidate.email.label("own_email"),
                Application.name.label("given_name"),
            ),
            scope,
        )
        .join(candidate, candidate.id == Application.candidate_id)
        .join(theirs, theirs.application_id == Application.id)
        .join(reviewer, reviewer.id == theirs.reviewer_id)
        .where(theirs.state != ReviewState.DRAFT, opens(who))
        .where(or_(theirs.reviewer_id == who.person_id, knows_scores(who)))
        .order_by(None)
        .order_by(theirs.submitted_at.desc(), theirs.id.desc())
    )
    criteria = list(scope.position.criteria) if scope.position else []

    def rows() -> Iterator[Sequence[Cell]]:
        for batch in _batches(query, session):
            scores = _scores([row.id for row in batch], session) if criteria else {}
            called = names_given([row.application_id for row in batch if not row.identity], session)
            for row in batch:
                given = scores.get(row.id, {})
                names = (
                    None
                    if row.identity
                    else names_in(row.own_name, row.own_email, row.given_name, *called.get(row.application_id, ()))
                )
                yield (
                    row.code,
                    row.name,
                    row.reference,
                    said(row.title),
                    row.reviewer,
                    row.state.value,
                    row.submitted_at,
                    row.total,
                    row.recommendation.value if row.recommendation else None,
                    *(
                        redact(text, names) if names else text
                        for text in (row.strengths, row.weaknesses, row.abstain_reason)
                    ),
                    *(given.get(criterion.id) for criterion in criteria),
                )

    headings = [*spoken_headings(REVIEW_HEADINGS), *(said(criterion.label) for criterion in criteria)]
    return Table(headings, rows(), lambda: _count(query, session))


def _scores(review_ids: list[str], session: Session) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for review_id, criterion_id, value in session.execute(
        select(Score.review_id, Score.criterion_id, Score.value)
        .join(Criterion, Criterion.id == Score.criterion_id)
        .where(Score.review_id.in_(review_ids))
    ):
        found.setdefault(review_id, {})[criterion_id] = value
    return found


POSITION_HEADINGS: tuple[Heading, ...] = (
    say("Reference"),
    say("Position"),
    say("Kind"),
    say("State"),
    say("Themes"),
    say("Department"),
    say("Funding"),
    say("Grant number"),
    say("Openings"),
    say("Published"),
    say("Closes"),
    say("Applications"),
)


def positions(scope: Scope, session: Session) -> Table:
    """Positions one sees on the desk, each with the number of applications one sees."""
    seen = lines(scope.who, Application.position_id, func.count().label("number")).group_by(Application.position_id)
    counted = seen.subquery()
    chosen = visible_positions(scope.who)
    if scope.position is not None:
        chosen = chosen.where(Position.id == scope.position.id)
    if scope.filters.position_kind:
        chosen = chosen.where(Position.kind == scope.filters.position_kind)
    query = (
        chosen.with_only_columns(
            Position.id,
            Position.reference,
            Position.title,
            Position.kind,
            Position.state,
            Position.department,
            Position.funding,
            Position.grant_number,
            Position.openings,
            Position.published_at,
            Position.closes_at,
            func.coalesce(counted.c.number, literal(0)).label("number"),
        )
        .outerjoin(counted, counted.c.position_id == Position.id)
        .order_by(None)
        .order_by(Position.reference, Position.id)
    )
    themes = theme_names(session)

    def rows() -> Iterator[Sequence[Cell]]:
        for batch in _batches(query, session):
            for row in batch:
                yield (
                    row.reference,
                    said(row.title),
                    row.kind.value,
                    row.state.value,
                    themes.get(row.id, ""),
                    row.department,
                    row.funding.value if row.funding else None,
                    row.grant_number,
                    row.openings,
                    row.published_at,
                    row.closes_at,
                    row.number,
                )

    return Table(spoken_headings(POSITION_HEADINGS), rows(), lambda: _count(query, session))


def spoken_headings(headings: Sequence[Heading]) -> list[str]:
    return [spoken(heading) for heading in headings]


def theme_names(session: Session) -> dict[str, str]:
    """The names of each position's themes, in one query."""
    found: dict[str, list[str]] = {}
    for position_id, name in session.execute(
        select(PositionTheme.position_id, Theme.name).join(Theme).order_by(Theme.place, Theme.id)
    ):
        found.setdefault(position_id, []).append(said(name))
    return {position_id: "; ".join(names) for position_id, names in found.items()}


def _narrow(query: Select[*tuple[Any, ...]], scope: Scope) -> Select[*tuple[Any, ...]]:
    narrow = narrowed(query, scope.filters, who=scope.who, now=scope.now)
    if scope.position is not None:
        narrow = narrow.where(Application.position_id == scope.position.id)
    return narrow.order_by(Application.submitted_at.desc(), Application.id.desc())


def _batches(query: Select[*tuple[Any, ...]], session: Session) -> Iterator[Sequence[Any]]:
    """Straight from the connection: the session would go over every row once more."""
    result = session.connection().execute(query.execution_options(yield_per=BATCH))
    yield from result.partitions()


def _count(query: Select[*tuple[Any, ...]], session: Session) -> int:
    return session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
