"""Counting tries against guessing and flooding, in a transaction of its own, so that a refusal does not forget them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, insert, literal, select

from tracker.models import Attempt
from tracker.plumbing.database import apart
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
    if not admit(limit, whose, now=now):
        raise TooMany(LIMITS[limit].sentence)


def admit(limit: str, whose: str, *, now: datetime) -> bool:
    """Count one try and say whether it is within the limit: the row is there, or not."""
    rule, name = LIMITS[limit], bucket(limit, whose)
    tried = select(func.count()).where(Attempt.bucket == name, Attempt.at > now - rule.within).scalar_subquery()
    one = select(literal(name), literal(now, Attempt.at.type)).where(tried < rule.tries)
    with apart() as session:
        counted = session.execute(insert(Attempt).from_select(["bucket", "at"], one).returning(Attempt.id))
        return counted.first() is not None


def forgive(limit: str, whose: str, *, now: datetime) -> None:
    """A try that turned out right is not held against anybody."""
    latest = select(Attempt.id).where(Attempt.bucket == bucket(limit, whose)).order_by(Attempt.id.desc()).limit(1)
    with apart() as session:
        session.execute(
            delete(Attempt).where(Attempt.id.in_(latest.scalar_subquery())).execution_options(synchronize_session=False)
        )
