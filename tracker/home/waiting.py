"""What waits for one person, each kind counted in one query over what they may see, whatever the number of rows."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from flask import url_for
from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, bindparam, case, func, not_, or_, select, union_all

from tracker.applications.queries import sees
from tracker.committee.queries import undeclared as still_to_declare
from tracker.dossiers.filters import Filters, Mine
from tracker.dossiers.knowing import REVIEWING, first_due, is_blind, is_in_of_many, knows_name
from tracker.dossiers.rows import UNDER_WAY
from tracker.home.counting import (
    Part,
    Waiting,
    counted,
    dates_of,
    waits_anywhere,
    waits_at,
    waits_in_stages,
)
from tracker.home.tasks import Task, Urgency, in_order
from tracker.models import (
    ENDS,
    UNTOLD,
    Application,
    Export,
    Message,
    MessageState,
    Notice,
    Position,
    PositionRole,
    PositionState,
    Stage,
    StageKind,
)
from tracker.models.base import Moment
from tracker.plumbing.database import db
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import ngettext, said
from tracker.plumbing.planning import lasting
from tracker.positions.publishing import drafts_with_missing
from tracker.positions.queries import within_sight
from tracker.rules.roles import Standing

SOON: Final = timedelta(days=7)
MOST: Final = 30
"""Of one kind; the rest stands in the lists themselves."""
READERS: Final = 256
"""Whose statements a process keeps."""
NOW, SOON_ENOUGH = bindparam("now", type_=Moment), bindparam("soon", type_=Moment)
TOLD_ENDS: Final = (StageKind.REJECTED, StageKind.INELIGIBLE)
"""Ends that an applicant must be told of."""
NOTICES: Final = ("mentioned", "review_reopened", "conflict_told")


@dataclass(frozen=True)
class Asker:
    who: Standing
    now: datetime


@dataclass(frozen=True)
class Reader:
    """For whom statements are made: once for each standing, since they take longer to say than to answer."""

    who: Standing
    sight: ColumnElement[bool]
    """The applications they see."""


def what_waits(who: Standing, *, now: datetime) -> list[Task]:
    """Everything, the most urgent first."""
    asker = Asker(who, now)
    found: dict[str, list[Waiting]] = {}
    for one in counted(everything(who), now=now, soon=now + SOON):
        found.setdefault(one.what, []).append(one)
    tasks = [task for what, make in MADE.items() for task in make(asker, found.get(what, []))]
    tasks += [*drafts(who), *notices(who)]
    if who.is_hr and not who.is_admin:
        tasks += failed_mails(who)
    return in_order(tasks)


@lru_cache(READERS)
def everything(who: Standing) -> CompoundSelect[*tuple[Any, ...]]:
    """All that is counted for one person, at a moment that is given when it is asked."""
    reader = Reader(who, sees(who))
    return lasting(union_all(*(part for parts in PARTS for part in parts(reader))))


def earliest(found: list[Waiting]) -> list[Waiting]:
    """Those with a number, one of each position, the longest waiting first; the rest stands in the lists."""
    dated = [(one.first, one.id, one) for one in by_position(found) if one.first is not None]
    return [one for *_, one in sorted(dated, key=lambda each: each[:2])][:MOST]


def by_position(found: list[Waiting]) -> list[Waiting]:
    """Those with a number; what was counted by stage is added up."""
    together: dict[str, Waiting] = {}
    for one in found:
        if before := together.get(one.id):
            first = min((at for at in (before.first, one.first) if at), default=None)
            one = replace(one, number=before.number + one.number, first=first)
        together[one.id] = one
    return [one for one in together.values() if one.number]


# --- applications


def undeclared(reader: Reader) -> Iterator[Part]:
    """Applicants about whom this reader has not said whether there is a conflict, where they must before reading."""
    who = reader.who
    guards = who.is_hr or who.is_admin
    if guards and not who.seats:
        return
    dates = still_to_declare(who, Position.id, reader.sight, UNDER_WAY, hides=is_blind)
    yield waits_at("undeclared", dates, Position.id.in_(who.seats) if guards else within_sight(who))


def to_declare(asker: Asker, found: list[Waiting]) -> Iterator[Task]:
    for one in earliest(found):
        words = ngettext("applicant to declare conflicts about", "applicants to declare conflicts about", one.number)
        href = url_for("committee.conflicts", position_id=one.id)
        yield Task(Urgency.DECLARE, one.number, words, said(one.title), href, one.first)


def unreviewed(reader: Reader) -> Iterator[Part]:
    """Reviews this person is to write, as the list of the position filters them, and when the first of them is due."""
    who, mine = reader.who, _seats(reader.who, *REVIEWING)
    if mine:
        still = Application.stage_id == Stage.id, not_(is_in_of_many(who))
        dates = dates_of(reader.sight, Application.stage_since, *still).order_by(None)
        where = Position.id.in_(mine), Stage.takes_reviews.is_(True)
        yield waits_in_stages("unreviewed", dates, *where, first=first_due(who))


def to_review(asker: Asker, found: list[Waiting]) -> list[Task]:
    tasks = [_review_task(one, asker.now) for one in by_position(found)]
    return sorted(tasks, key=lambda one: (one.by is None, one.by))[:MOST]


def _review_task(one: Waiting, now: datetime) -> Task:
    due = one.first
    is_late = due is not None and due < now
    return Task(
        Urgency.LATE if is_late else Urgency.REVIEW,
        one.number,
        ngettext("review to write", "reviews to write", one.number),
        said(one.title),
        _list(one.id, Filters(mine=Mine.TO_REVIEW)),
        due,
        is_deadline=due is not None,
    )


def all_reviewed(reader: Reader) -> Iterator[Part]:
    """Applications with all the reviews that their stage wants, where this person decides."""
    chairs = _seats(reader.who, PositionRole.CHAIR)
    if chairs:
        complete = (Application.stage_id == Stage.id, Application.reviews_in >= Stage.reviews_wanted)
        stages = (Stage.takes_reviews.is_(True), Stage.reviews_wanted > 0, Stage.kind.not_in(ENDS))
        dates = dates_of(reader.sight, Application.stage_since, *complete)
        yield waits_in_stages("all_reviewed", dates, Position.id.in_(chairs), *stages)


def to_move(asker: Asker, found: list[Waiting]) -> Iterator[Task]:
    for one in earliest(found):
        words = ngettext(
            "application reviewed and ready to move", "applications reviewed and ready to move", one.number
        )
        href = url_for("dossiers.board", position_id=one.id)
        yield Task(Urgency.MOVE, one.number, words, said(one.title), href, one.first)


def untold(reader: Reader) -> Iterator[Part]:
    """Applicants whose application ended without a message to them."""
    if reader.who.is_hr:
        yield waits_at("untold", dates_of(reader.sight, Application.stage_since, UNTOLD))


def to_tell(asker: Asker, found: list[Waiting]) -> Iterator[Task]:
    for one in earliest(found):
        words = ngettext("applicant not told of the outcome", "applicants not told of the outcome", one.number)
        href = _list(one.id, Filters(kinds=TOLD_ENDS))
        yield Task(Urgency.UNTOLD, one.number, words, said(one.title), href, one.first)


def undelivered(reader: Reader) -> Iterator[Part]:
    """Messages that were given up: for the administrator, in the outbox."""
    if reader.who.is_admin:
        failed = select(Message.created_at.label("at")).where(Message.state == MessageState.FAILED)
        yield waits_anywhere("undelivered", failed.order_by(Message.created_at))


def to_deliver(asker: Asker, found: list[Waiting]) -> Iterator[Task]:
    for one in earliest(found):
        words = ngettext("message could not be delivered", "messages could not be delivered", one.number)
        href = url_for("messages.outbox", state=MessageState.FAILED.value)
        yield Task(Urgency.FAILED_MAIL, one.number, words, _("Outbox"), href, one.first)


def failed_mails(who: Standing) -> list[Task]:
    """The same for HR: on the dossiers they are about, those of the earliest few hundred messages."""
    return [
        Task(
            Urgency.FAILED_MAIL,
            row.number,
            ngettext("message could not be delivered", "messages could not be delivered", row.number),
            row.name,
            url_for("dossiers.show", application_id=row.id, view="messages"),
            row.first,
        )
        for row in db.session.execute(_failed(who))
    ]


@lru_cache(READERS)
def _failed(who: Standing) -> Select[*tuple[Any, ...]]:
    earliest_of_all = (
        select(Message.application_id, Message.created_at)
        .join(Application, Application.id == Message.application_id)
        .where(Message.state == MessageState.FAILED, sees(who))
        .order_by(Message.created_at, Message.id)
        .limit(10 * MOST)
        .subquery()
    )
    first = func.min(earliest_of_all.c.created_at).label("first")
    failed = (
        select(earliest_of_all.c.application_id, first)
        .group_by(earliest_of_all.c.application_id)
        .order_by(first, earliest_of_all.c.application_id)
        .limit(MOST)
        .subquery()
    )
    number = (
        select(func.count())
        .where(Message.application_id == Application.id, Message.state == MessageState.FAILED)
        .correlate(Application)
        .scalar_subquery()
    )
    return (
        select(Application.id, Application.name, number.label("number"), failed.c.first)
        .join(failed, failed.c.application_id == Application.id)
        .order_by(failed.c.first, Application.id)
    )


def _seats(who: Standing, *roles: PositionRole) -> list[str]:
    return [position for position, role in who.seats.items() if role in roles]


def _list(position_id: str, filters: Filters) -> str:
    return f"{url_for('dossiers.position', position_id=position_id)}?{filters.query()}"


# --- positions


def under_way(reader: Reader) -> Iterator[Part]:
    """Positions that close soon, and those closed without a decision, with what is under way at each."""
    who = reader.who
    closes = and_(Position.state == PositionState.PUBLISHED, Position.closes_at < SOON_ENOUGH)
    stirring = select(Position.id).where(within_sight(who), or_(closes, Position.state == PositionState.CLOSED))
    first = stirring.order_by(Position.closes_at, Position.id).limit(MOST).correlate(None)
    dates = dates_of(reader.sight, Application.submitted_at, UNDER_WAY)
    yield waits_at("under_way", dates, Position.id.in_(first))


def to_close(asker: Asker, found: list[Waiting]) -> Iterator[Task]:
    for one in sorted(found, key=lambda one: (one.closes_at is None, one.closes_at, one.id))[:MOST]:
        href, about = url_for("positions.overview", position_id=one.id), said(one.title)
        is_published = one.state is PositionState.PUBLISHED
        if is_published and one.closes_at is not None and one.closes_at > asker.now:
            words = ngettext("application so far; closes soon", "applications so far; closes soon", one.number)
            yield Task(Urgency.CLOSING, one.number, words, about, href, one.closes_at, is_deadline=True)
        elif asker.who.is_hr or (not is_published and asker.who.seats.get(one.id) is PositionRole.CHAIR):
            words = ngettext(
                "application to decide; the position has closed",
                "applications to decide; the position has closed",
                one.number,
            )
            yield Task(Urgency.DECIDE, one.number, words, about, href, one.closed_at or one.closes_at)


def drafts(who: Standing) -> Iterator[Task]:
    """Drafts with what they miss, for their chair; for HR those that miss nothing, too."""
    chairs = _seats(who, PositionRole.CHAIR)
    if not who.is_hr and not chairs:
        return
    mine = within_sight(who) if who.is_hr else Position.id.in_(chairs)
    for position, missing in drafts_with_missing(mine, most=MOST):
        task = _draft_task(position, len(missing), who)
        if task is not None:
            yield task


def _draft_task(position: Position, missing: int, who: Standing) -> Task | None:
    about = said(position.title) or position.reference
    href = url_for("positions.overview", position_id=position.id)
    if missing == 0 and who.is_hr:
        return Task(Urgency.PUBLISH, 1, _("position complete and ready to publish"), about, href, position.created_at)
    if missing == 0 or who.seats.get(position.id) is not PositionRole.CHAIR:
        return None
    words = ngettext("item missing in your draft", "items missing in your draft", missing)
    return Task(Urgency.COMPLETE, missing, words, about, href, position.created_at)


# --- what one was told


def notices(who: Standing) -> list[Task]:
    """Unread ones about applications, while one may see them: a conflict takes them away.

    Those of other kinds (reviews asked, exports ready) stand here as the thing itself.
    """
    return [_notice_task(row) for row in db.session.execute(_unread(who))]


@lru_cache(READERS)
def _unread(who: Standing) -> Select[*tuple[Any, ...]]:
    name = case((knows_name(who), Application.name), else_=Application.code)
    return (
        select(Notice.id, Notice.kind, Notice.application_id, Notice.at, Position.title, name.label("name"))
        .join(Application, Application.id == Notice.application_id)
        .join(Position, Position.id == Application.position_id)
        .where(Notice.person_id == who.person_id, Notice.read_at.is_(None), Notice.kind.in_(NOTICES), sees(who))
        .order_by(Notice.at.desc(), Notice.id)
        .limit(MOST)
    )


def _notice_words(kind: str) -> str:
    words = {
        "mentioned": _("mention of you in a comment"),
        "review_reopened": _("review of yours is open again"),
        "conflict_told": _("conflict told to HR"),
    }
    return str(words[kind])


def _notice_task(row: Any) -> Task:
    return Task(
        Urgency.REOPENED if row.kind == "review_reopened" else Urgency.TOLD,
        1,
        _notice_words(row.kind),
        f"{row.name} · {said(row.title)}",
        url_for("dossiers.show", application_id=row.application_id),
        row.at,
        notice_id=row.id,
    )


def ready(reader: Reader) -> Iterator[Part]:
    """Files that are ready and not yet gone."""
    kept = (Export.person_id == reader.who.person_id, Export.ready_at.is_not(None), Export.expires_at > NOW)
    yield waits_anywhere("ready", select(Export.expires_at.label("at")).where(*kept).order_by(Export.expires_at))


def to_fetch(asker: Asker, found: list[Waiting]) -> Iterator[Task]:
    for one in earliest(found):
        words = ngettext("export ready to download", "exports ready to download", one.number)
        href = url_for("reports.exports")
        yield Task(Urgency.READY, one.number, words, _("Kept until"), href, one.first, is_deadline=True)


PARTS: Final[tuple[Callable[[Reader], Iterator[Part]], ...]] = (
    *(under_way, undeclared, unreviewed, all_reviewed),
    *(untold, undelivered, ready),
)
MADE: Final[Mapping[str, Callable[[Asker, list[Waiting]], Iterable[Task]]]] = {
    "under_way": to_close,
    "undeclared": to_declare,
    "unreviewed": to_review,
    "all_reviewed": to_move,
    "untold": to_tell,
    "undelivered": to_deliver,
    "ready": to_fetch,
}
"""What each part finds, and the tasks that it makes."""
