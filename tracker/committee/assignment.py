"""Who reviews what: assigning, taking away, sharing out, reminding."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from tracker.committee import mails
from tracker.committee.balance import Plan, Share, shared_out
from tracker.committee.queries import Load, Pair, assignable, loads_of, reviewers_of
from tracker.models import Application, Assignment, Person, Position
from tracker.plumbing.database import db
from tracker.plumbing.events import Assigned, announce
from tracker.plumbing.history import remember
from tracker.plumbing.standing import standing_of
from tracker.rules.permissions import May
from tracker.rules.policy import can
from tracker.rules.refusals import Forbidden, NotAllowedNow, Stale
from tracker.rules.sentences import say


@dataclass(frozen=True)
class Changed:
    given: int = 0
    taken: int = 0


def assign(
    position: Position,
    *,
    give: Collection[Pair],
    take: Collection[Pair] = (),
    due_at: datetime | None = None,
    by: Person,
    now: datetime,
) -> Changed:
    """Ask reviewers for these applications and no longer for those; each is told once, with how many."""
    who = standing_of(by)
    if not can(who, May.SHARE_OUT_REVIEWS, position):
        raise Forbidden(say("You do not share out the reviews of this position."))
    wanted = {application for application, _ in (*give, *take)}
    applications = {one.id: one for one in assignable(who, position, only=wanted)}
    people = {one.id: one for one in reviewers_of(position.id)}
    for pair in give:
        _check(pair, applications, people)
    taken = sum(_take(applications[a], person, by=by, now=now) for a, person in take if a in applications)
    given: dict[str, int] = {}
    for application_id, person_id in sorted(give):
        if _give(applications[application_id], person_id, due_at, by=by, now=now):
            given[person_id] = given.get(person_id, 0) + 1
    db.session.flush()
    for person_id, count in given.items():
        person = db.session.get_one(Person, person_id)
        mails.assigned(person, position, count=count, due_at=due_at, by=by, now=now)
    return Changed(given=sum(given.values()), taken=taken)


def _check(pair: Pair, applications: dict[str, Application], people: dict[str, Load]) -> None:
    application_id, person_id = pair
    if application_id not in applications or person_id not in people:
        raise Stale
    if any(one.person_id == person_id and one.blocks for one in applications[application_id].conflicts):
        raise NotAllowedNow(
            say(
                "%(name)s declared a conflict of interest with %(code)s.",
                name=people[person_id].name,
                code=applications[application_id].code,
            )
        )
    if applications[application_id].candidate_id == person_id:
        raise NotAllowedNow(say("Nobody reviews their own application."))


def _give(application: Application, person_id: str, due_at: datetime | None, *, by: Person, now: datetime) -> bool:
    if any(one.person_id == person_id for one in application.assignments):
        return False
    application.assignments.append(
        Assignment(application_id=application.id, person_id=person_id, assigned_at=now, due_at=due_at)
    )
    db.session.flush()
    remember("application", application.id, "assigned", by=by, now=now, reviewer=person_id)
    announce(Assigned(application.id, person_id), now=now)
    return True


def _take(application: Application, person_id: str, *, by: Person, now: datetime) -> bool:
    gone = db.session.execute(
        delete(Assignment).where(Assignment.application_id == application.id, Assignment.person_id == person_id)
    )
    if not gone.rowcount:  # type: ignore[attr-defined]  # a cursor's
        return False
    db.session.expire(application, ["assignments"])
    remember("application", application.id, "unassigned", by=by, now=now, reviewer=person_id)
    return True


def suggestion(position: Position, wanted: int, *, by: Person) -> Plan:
    """A balanced sharing out of everything that still wants reviewers."""
    who = standing_of(by)
    reviewers = loads_of(position)
    ids = [one.id for one in reviewers]
    shares = [
        Share(
            id=one.id,
            has=frozenset(each.person_id for each in one.assignments),
            cannot=frozenset(each.person_id for each in one.conflicts if each.blocks) | {one.candidate_id},
        )
        for one in assignable(who, position)
    ]
    return shared_out(shares, ids, wanted, {one.id: one.assigned for one in reviewers})


def set_due(position: Position, due_at: datetime | None, *, by: Person, now: datetime) -> None:
    """One date for every review that was asked for."""
    if not can(standing_of(by), May.SHARE_OUT_REVIEWS, position):
        raise Forbidden(say("You do not share out the reviews of this position."))
    of_position = select(Application.id).where(Application.position_id == position.id)
    db.session.execute(
        update(Assignment)
        .where(Assignment.application_id.in_(of_position))
        .values(due_at=due_at)
        .execution_options(synchronize_session=False)
    )
    remember("position", position.id, "reviews_due", by=by, now=now, due_at=due_at)


def remind(position: Position, *, by: Person, now: datetime) -> int:
    """Write to everyone who still has reviews to do; how many people that were."""
    if not can(standing_of(by), May.SHARE_OUT_REVIEWS, position):
        raise Forbidden(say("You do not share out the reviews of this position."))
    behind = [one for one in loads_of(position) if one.open > 0]
    for one in behind:
        person = db.session.get_one(Person, one.id)
        mails.reminder(person, position, count=one.open, due_at=one.due_at, by=by, now=now)
    if behind:
        remember("position", position.id, "reviewers_reminded", by=by, now=now, people=[one.id for one in behind])
    return len(behind)
