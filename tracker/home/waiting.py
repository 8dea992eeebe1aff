"""What waits for one person, each kind counted in one query over what they may see, whatever the number of rows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, and_, case, exists, func, not_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.applications.queries import sees
from tracker.dossiers.filters import Filters, Mine
from tracker.dossiers.knowing import (
    REVIEWING,
    declared_of_many,
    is_in_of_many,
    knows_name,
    my_due,
    takes_reviews,
)
from tracker.dossiers.rows import narrow, narrowed
from tracker.home.tasks import Task, Urgency, in_order
from tracker.models import (
    ENDS,
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
from tracker.plumbing.database import db
from tracker.plumbing.i18n import said
from tracker.positions.publishing import missing_in
from tracker.positions.queries import within_sight
from tracker.rules.roles import Standing

SOON: Final = timedelta(days=7)
MOST: Final = 30
"""Of one kind; the rest stands in the lists themselves."""
TOLD_ENDS: Final = (StageKind.REJECTED, StageKind.INELIGIBLE)
"""Ends that an applicant must be told of."""
NOTICES: Final = ("mentioned", "review_reopened", "conflict_told")


@dataclass(frozen=True)
class Asker:
    who: Standing
    now: datetime


def what_waits(who: Standing, *, now: datetime) -> list[Task]:
    """Everything, the most urgent first."""
    asker = Asker(who, now)
    tasks = [*to_declare(asker), *to_review(asker), *to_move(asker)]
    tasks += [*positions(asker), *notices(asker), *exports(asker)]
    if who.is_hr or who.is_admin:
        tasks += failed_mails(asker)
    if who.is_hr:
        tasks += untold(asker)
    return in_order(tasks)


# --- applications


def _by_position(asker: Asker, filters: Filters, *where: ColumnElement[bool], first: Any) -> list[Any]:
    """Position, how many of its applications, and the earliest date among them."""
    earliest = func.min(first)
    counted = narrowed(
        narrow(asker.who, Application.position_id, func.count().label("number"), earliest.label("first")),
        filters,
        who=asker.who,
        now=asker.now,
    ).where(*where)
    found = counted.group_by(Application.position_id).order_by(earliest, Application.position_id).limit(MOST).subquery()
    return list(
        db.session.execute(
            select(Position.id, Position.title, Position.reference, found.c.number, found.c.first)
            .join(found, found.c.position_id == Position.id)
            .order_by(found.c.first, Position.id)
        )
    )


def to_declare(asker: Asker) -> list[Task]:
    """Applicants about whom this reader has not said whether there is a conflict, where they must before reading."""
    who = asker.who
    judges = Application.position_id.in_(who.seats) if who.is_hr or who.is_admin else sees(who)
    rows = _by_position(
        asker,
        Filters(ended=False),
        not_(declared_of_many(who)),
        judges,
        first=Application.submitted_at,
    )
    return [
        Task(
            Urgency.DECLARE,
            row.number,
            ngettext("applicant to declare conflicts about", "applicants to declare conflicts about", row.number),
            said(row.title),
            url_for("committee.conflicts", position_id=row.id),
            row.first,
        )
        for row in rows
    ]


def to_review(asker: Asker) -> list[Task]:
    """Reviews this person is to write, as the list of the position filters them."""
    wanted = Filters(mine=Mine.TO_REVIEW)
    who = asker.who
    mine = [position for position, role in who.seats.items() if role in REVIEWING]
    rows = _by_position(
        asker,
        Filters(),
        Application.position_id.in_(mine),
        takes_reviews,
        not_(is_in_of_many(who)),
        first=my_due(who),
    )
    return [_review_task(row, wanted, asker.now) for row in rows]


def _review_task(row: Any, wanted: Filters, now: datetime) -> Task:
    is_late = row.first is not None and row.first < now
    return Task(
        Urgency.LATE if is_late else Urgency.REVIEW,
        row.number,
        ngettext("review to write", "reviews to write", row.number),
        said(row.title),
        _list(row.id, wanted),
        row.first,
        is_deadline=row.first is not None,
    )


def to_move(asker: Asker) -> list[Task]:
    """Applications with all the reviews that their stage wants, where this person decides."""
    chairs = [position for position, role in asker.who.seats.items() if role is PositionRole.CHAIR]
    if not chairs:
        return []
    rows = _by_position(
        asker,
        Filters(ended=False),
        Application.position_id.in_(chairs),
        _has_all_reviews(),
        first=Application.stage_since,
    )
    return [
        Task(
            Urgency.MOVE,
            row.number,
            ngettext("application reviewed and ready to move", "applications reviewed and ready to move", row.number),
            said(row.title),
            url_for("dossiers.board", position_id=row.id),
            row.first,
        )
        for row in rows
    ]


def _has_all_reviews() -> ColumnElement[bool]:
    """Its stage takes reviews, and as many as it wants are in."""
    wants = (
        select(Stage.reviews_wanted).where(Stage.id == Application.stage_id).correlate(Application).scalar_subquery()
    )
    return and_(takes_reviews, Application.reviews_in > 0, wants > 0, Application.reviews_in >= wants)


def untold(asker: Asker) -> list[Task]:
    """Applicants whose application ended without a message to them."""
    told = exists().where(
        Message.application_id == Application.id,
        Message.state != MessageState.CANCELLED,
        Message.created_at >= Application.stage_since,
    )
    wanted = Filters(kinds=TOLD_ENDS)
    rows = _by_position(asker, wanted, not_(told), first=Application.stage_since)
    return [
        Task(
            Urgency.UNTOLD,
            row.number,
            ngettext("applicant not told of the outcome", "applicants not told of the outcome", row.number),
            said(row.title),
            _list(row.id, wanted),
            row.first,
        )
        for row in rows
    ]


def failed_mails(asker: Asker) -> list[Task]:
    """Messages that were given up: for the administrator in the outbox, for HR on the dossier."""
    if asker.who.is_admin:
        number, first = db.session.execute(
            select(func.count(), func.min(Message.created_at)).where(Message.state == MessageState.FAILED)
        ).one()
        words = ngettext("message could not be delivered", "messages could not be delivered", number)
        href = url_for("messages.outbox", state=MessageState.FAILED.value)
        return [Task(Urgency.FAILED_MAIL, number, words, _("Outbox"), href, first)] if number else []
    failed = (
        select(Message.application_id, func.count().label("number"), func.min(Message.created_at).label("first"))
        .where(Message.state == MessageState.FAILED, Message.application_id.is_not(None))
        .group_by(Message.application_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Application.id, Application.name, failed.c.number, failed.c.first)
        .join(failed, failed.c.application_id == Application.id)
        .where(sees(asker.who))
        .order_by(failed.c.first, Application.id)
        .limit(MOST)
    )
    return [
        Task(
            Urgency.FAILED_MAIL,
            row.number,
            ngettext("message could not be delivered", "messages could not be delivered", row.number),
            row.name,
            url_for("dossiers.show", application_id=row.id, view="messages"),
            row.first,
        )
        for row in rows
    ]


def _list(position_id: str, filters: Filters) -> str:
    return f"{url_for('dossiers.position', position_id=position_id)}?{filters.query()}"


# --- positions


def positions(asker: Asker) -> list[Task]:
    """Drafts with what they miss, those that close soon, and those closed without a decision."""
    who, now = asker.who, asker.now
    stirring = or_(
        Position.state == PositionState.DRAFT,
        and_(Position.state == PositionState.PUBLISHED, Position.closes_at.between(now, now + SOON)),
        and_(Position.state == PositionState.PUBLISHED, Position.closes_at < now),
        Position.state == PositionState.CLOSED,
    )
    counted = (
        select(Application.position_id, func.count().label("number"))
        .where(sees(who), Application.stage_kind.not_in(ENDS))
        .group_by(Application.position_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Position, func.coalesce(counted.c.number, 0))
        .outerjoin(counted, counted.c.position_id == Position.id)
        .where(within_sight(who), stirring)
        .options(
            joinedload(Position.workflow),
            selectinload(Position.themes),
            selectinload(Position.seats),
            selectinload(Position.criteria),
        )
        .order_by(Position.closes_at, Position.id)
        .limit(MOST)
    )
    found = [_position_task(position, number, asker) for position, number in rows.unique()]
    return [task for task in found if task is not None]


def _position_task(position: Position, under_way: int, asker: Asker) -> Task | None:
    if position.state is PositionState.DRAFT:
        return _draft_task(position, asker.who)
    href, about = url_for("positions.overview", position_id=position.id), said(position.title)
    is_published = position.state is PositionState.PUBLISHED
    if is_published and position.closes_at is not None and position.closes_at > asker.now:
        words = ngettext("application so far; closes soon", "applications so far; closes soon", under_way)
        return Task(Urgency.CLOSING, under_way, words, about, href, position.closes_at, is_deadline=True)
    decides = asker.who.is_hr or asker.who.seats.get(position.id) is PositionRole.CHAIR
    if not decides or (is_published and not asker.who.is_hr):
        return None
    words = ngettext(
        "application to decide; the position has closed", "applications to decide; the position has closed", under_way
    )
    return Task(Urgency.DECIDE, under_way, words, about, href, position.closed_at or position.closes_at)


def _draft_task(position: Position, who: Standing) -> Task | None:
    about = said(position.title) or position.reference
    href = url_for("positions.overview", position_id=position.id)
    missing = len(missing_in(position))
    if missing == 0 and who.is_hr:
        return Task(Urgency.PUBLISH, 1, _("position complete and ready to publish"), about, href, position.created_at)
    if missing == 0 or who.seats.get(position.id) is not PositionRole.CHAIR:
        return None
    words = ngettext("item missing in your draft", "items missing in your draft", missing)
    return Task(Urgency.COMPLETE, missing, words, about, href, position.created_at)


# --- what one was told


def notices(asker: Asker) -> list[Task]:
    """Unread ones about applications, while one may see them: a conflict takes them away.

    Those of other kinds (reviews asked, exports ready) stand here as the thing itself.
    """
    who = asker.who
    name = case((knows_name(who), Application.name), else_=Application.code)
    rows = db.session.execute(
        select(Notice.id, Notice.kind, Notice.application_id, Notice.at, Position.title, name.label("name"))
        .join(Application, Application.id == Notice.application_id)
        .join(Stage, Stage.id == Application.stage_id)
        .join(Position, Position.id == Application.position_id)
        .where(Notice.person_id == who.person_id, Notice.read_at.is_(None), Notice.kind.in_(NOTICES), sees(who))
        .order_by(Notice.at.desc(), Notice.id)
        .limit(MOST)
    )
    return [_notice_task(row) for row in rows]


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


def exports(asker: Asker) -> list[Task]:
    """Files that are ready and not yet gone."""
    number, first = db.session.execute(
        select(func.count(), func.min(Export.expires_at)).where(
            Export.person_id == asker.who.person_id, Export.ready_at.is_not(None), Export.expires_at > asker.now
        )
    ).one()
    if not number:
        return []
    words = ngettext("export ready to download", "exports ready to download", number)
    return [Task(Urgency.READY, number, words, _("Kept until"), url_for("reports.exports"), first, is_deadline=True)]
