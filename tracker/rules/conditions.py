"""The named conditions a move may require. Each looks at plain facts and says what is in the way, or nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from tracker.rules.sentences import Sentence, say


@dataclass(frozen=True)
class MoveFacts:
    """What conditions look at, counted once for the application."""

    reviews_in: int = 0
    reviews_wanted: int = 0
    committee: int = 0
    """Chair and members."""
    undeclared: int = 0
    """Chair and members who have not yet declared conflicts for this applicant."""
    letters_wanted: int = 0
    letters_in: int = 0
    position_open: bool = False
    """Still taking applications."""
    position_cancelled: bool = False


def enough_reviews(facts: MoveFacts) -> Sentence | None:
    if facts.reviews_in >= facts.reviews_wanted:
        return None
    return say(
        "%(reviews_in)s of %(reviews_wanted)s reviews are in.",
        reviews_in=facts.reviews_in,
        reviews_wanted=facts.reviews_wanted,
    )


def conflicts_declared(facts: MoveFacts) -> Sentence | None:
    if facts.undeclared == 0:
        return None
    return say("%(count)s committee members have not declared conflicts yet.", count=facts.undeclared)


def committee_of_three(facts: MoveFacts) -> Sentence | None:
    if facts.committee >= 3:
        return None
    return say("The committee has %(count)s members; it needs at least 3.", count=facts.committee)


def letters_received(facts: MoveFacts) -> Sentence | None:
    if facts.letters_in >= facts.letters_wanted:
        return None
    return say(
        "%(letters_in)s of %(letters_wanted)s letters have arrived.",
        letters_in=facts.letters_in,
        letters_wanted=facts.letters_wanted,
    )


def position_closed(facts: MoveFacts) -> Sentence | None:
    if not facts.position_open:
        return None
    return say("The position still takes applications.")


def position_cancelled(facts: MoveFacts) -> Sentence | None:
    if facts.position_cancelled:
        return None
    return say("The position is not cancelled.")


CONDITIONS: dict[str, Callable[[MoveFacts], Sentence | None]] = {
    "enough_reviews": enough_reviews,
    "conflicts_declared": conflicts_declared,
    "committee_of_three": committee_of_three,
    "letters_received": letters_received,
    "position_closed": position_closed,
    "position_cancelled": position_cancelled,
}

COUNTED = frozenset({"conflicts_declared", "committee_of_three", "letters_received"})
"""Those that look at what must be counted first."""

DESCRIBED: dict[str, Sentence] = {
    "enough_reviews": say("The reviews that the stage wants are in"),
    "conflicts_declared": say("Every committee member has declared conflicts"),
    "committee_of_three": say("The committee has at least three members"),
    "letters_received": say("The letters that the position wants have arrived"),
    "position_closed": say("The position no longer takes applications"),
    "position_cancelled": say("The position is cancelled"),
}
