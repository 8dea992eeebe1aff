"""Counting tries against guessing and flooding, in a transaction of its own, so that a refusal does not forget them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from sqlalchemy import Integer, bindparam, delete, func, insert, select, union_all
from sqlalchemy.sql.dml import ReturningInsert

from tracker.models import Attempt
from tracker.plumbing.database import apart, db
from tracker.rules.refusals import TooMany
from tracker.rules.sentences import Sentence, say

WAIT: Final = say("That was tried too often. Please wait a quarter of an hour and try again.")
WAIT_OR_RESET: Final = say(
    "That was tried too often. Please wait a quarter of an hour, or choose a new password by e-mail at once."
)


@dataclass(frozen=True)
class Limit:
    tries: int
    within: timedelta
    sentence: Sentence = WAIT


_attempts = db.metadata.tables[Attempt.__tablename__]
Try = tuple[str, str]
"""Of which limit, and whose."""
QUARTER: Final = timedelta(minutes=15)
LIMITS: Final[Mapping[str, Limit]] = {
    "sign-in by address": Limit(60, QUARTER),
    "sign-in to account": Limit(10, QUARTER, WAIT_OR_RESET),
    "sign-in from device": Limit(10, QUARTER, WAIT_OR_RESET),
    "sign-up by address": Limit(30, timedelta(hours=1)),
    "reset by address": Limit(20, timedelta(hours=1)),
    "password of person": Limit(10, QUARTER),
    "code from device": Limit(10, QUARTER),
    "code to account": Limit(10, QUARTER),
    "code to account in a day": Limit(30, timedelta(hours=23)),
    "passkey by address": Limit(60, QUARTER),
    "provider by address": Limit(60, QUARTER),
    "mail to": Limit(5, timedelta(hours=1)),
}


def bucket(limit: str, whose: str) -> str:
    """What is counted together; whose it is stays unreadable."""
    return f"{limit}:{hashlib.sha256(whose.encode('utf-8', 'replace')).hexdigest()[:32]}"


def count(limit: str, whose: str, *, now: datetime) -> None:
    """Count one try; TooMany beyond the limit. A refused try counts no further, so that waiting ends."""
    count_all([(limit, whose)], now=now)


def count_all(tries: Sequence[Try], *, now: datetime) -> None:
    """Count one try against each of them in turn; TooMany at the first that is beyond its limit."""
    counted = _count(tries, now)
    if counted < len(tries):
        raise TooMany(LIMITS[tries[counted][0]].sentence)


def admit(limit: str, whose: str, *, now: datetime, after: Sequence[Try] = ()) -> bool:
    """Count one try and say whether it is within the limit; TooMany where one of those before it is not."""
    counted = _count([*after, (limit, whose)], now)
    if counted < len(after):
        raise TooMany(LIMITS[after[counted][0]].sentence)
    return counted > len(after)


def _count(tries: Sequence[Try], now: datetime) -> int:
    """How many are counted now, up to the first beyond its limit: in one statement, and on the disk at once."""
    values: dict[str, object] = {"now": now}
    for place, (limit, whose) in enumerate(tries):
        rule = LIMITS[limit]
        values |= {
            f"bucket_{place}": bucket(limit, whose),
            f"since_{place}": now - rule.within,
            f"most_{place}": rule.tries,
        }
    with apart() as session:
        return len(session.connection().execute(_counting(len(tries)), values).all())


@lru_cache
def _counting(tries: int) -> ReturningInsert[tuple[int]]:
    """Put together once for each number of tries."""
    rows, within, at = [], [], Attempt.at.type
    for place in range(tries):
        name, since = bindparam(f"bucket_{place}", type_=Attempt.bucket.type), bindparam(f"since_{place}", type_=at)
        tried = select(func.count()).where(Attempt.bucket == name, Attempt.at > since).scalar_subquery()
        within.append(tried < bindparam(f"most_{place}", type_=Integer))
        rows.append(select(name, bindparam("now", type_=at)).where(*within))
    return insert(_attempts).from_select(["bucket", "at"], union_all(*rows)).returning(_attempts.c.id)


def forgive(limit: str, whose: str, *, now: datetime) -> None:
    """A try that turned out right is not held against anybody."""
    forgive_all([(limit, whose)], now=now)


def forgive_all(tries: Sequence[Try], *, now: datetime) -> None:
    named = (Attempt.bucket == bucket(limit, whose) for limit, whose in tries)
    latest = [select(Attempt.id).where(one).order_by(Attempt.id.desc()).limit(1).scalar_subquery() for one in named]
    with apart() as session:
        session.execute(delete(Attempt).where(Attempt.id.in_(latest)).execution_options(synchronize_session=False))
