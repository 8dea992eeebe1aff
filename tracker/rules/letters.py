"""Letters of reference: until when, how often somebody is reminded, and how a referee may rate."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from tracker.models import Application, Letter, LetterState
from tracker.rules.sentences import Sentence, say
from tracker.rules.submission import deadline_of

AFTER_DEADLINE: Final = timedelta(days=14)
"""Letters have their own, later deadline."""
WITHOUT_DEADLINE: Final = timedelta(days=30)
AT_LEAST: Final = timedelta(days=7)
"""What a referee who is asked late still gets."""
BETWEEN_REMINDERS: Final = timedelta(days=3)
MOST_REMINDERS: Final = 3
SOON: Final = timedelta(days=3)
"""So long before the day, a referee who has not answered is reminded without anybody asking."""
MOST_PAGES: Final = 20
LONGEST: Final = 20_000

RATINGS: Final[Mapping[str, Sentence]] = {
    "top_2": say("Among the best 2% I have known at this stage"),
    "top_10": say("Among the best 10%"),
    "top_25": say("Among the best 25%"),
    "top_50": say("In the better half"),
    "below": say("In the other half"),
    "cannot_say": say("I cannot compare"),
}


def due(application: Application, now: datetime) -> datetime:
    """By when a letter asked for now is wanted."""
    deadline = deadline_of(application.position, application)
    return max(deadline + AFTER_DEADLINE if deadline else now + WITHOUT_DEADLINE, now + AT_LEAST)


def is_open(letter: Letter, now: datetime) -> bool:
    """Whether the referee can still answer: asked, in time, and the application is still in the procedure."""
    return (
        letter.state is LetterState.ASKED
        and letter.application.ended_at is None
        and (letter.due_at is None or now <= letter.due_at)
    )


def refuse_reminder(letter: Letter, *, reminders: int, now: datetime) -> Sentence | None:
    """Why the candidate cannot have the referee reminded now; None where they can."""
    if not is_open(letter, now):
        return say("This referee is no longer asked for a letter.")
    if reminders >= MOST_REMINDERS:
        return say("This referee was reminded %(count)s times already. Perhaps call them.", count=reminders)
    if now - (letter.reminded_at or letter.asked_at) < BETWEEN_REMINDERS:
        return say("This referee had a mail from us less than three days ago. Give them a little time.")
    return None
