"""Events: what follows from a deed, in the order of one table, in the deed's own transaction."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from tracker.plumbing import events
from tracker.plumbing.events import Moved, Submitted, announce, set_reactions


@pytest.fixture(autouse=True)
def the_table_of_the_program() -> Iterator[None]:
    kept = events._table
    yield
    set_reactions(kept)


def test_reactions_happen_in_the_order_of_the_table(now: datetime) -> None:
    told: list[tuple[str, str, datetime]] = []
    set_reactions(
        {
            Submitted: (
                lambda event, now: told.append(("first", event.application_id, now)),
                lambda event, now: told.append(("second", event.application_id, now)),
            )
        }
    )
    announce(Submitted("a1"), now=now)
    announce(Moved("t1"), now=now)
    assert told == [("first", "a1", now), ("second", "a1", now)]


def test_a_reaction_that_fails_undoes_the_deed(now: datetime) -> None:
    def fail(event: Submitted, now: datetime) -> None:
        raise ZeroDivisionError

    set_reactions({Submitted: (fail,)})
    with pytest.raises(ZeroDivisionError):
        announce(Submitted("a1"), now=now)
