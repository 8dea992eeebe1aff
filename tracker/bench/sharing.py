"""Sharing out applications among reviewers, as the committee's own plan does it."""

from collections.abc import Iterator
from random import Random

from tracker.bench.rows import Budget
from tracker.bench.trials import Trial, once
from tracker.committee.balance import Share, shared_out

APPLICATIONS, REVIEWERS, EACH = 3_000, 60, 3


def sharing() -> Iterator[Trial]:
    yield Trial(f"sharing out {APPLICATIONS:,} × {EACH} reviews", once(share_out), Budget(ms=10_000), grows=False)


def share_out() -> int:
    """With conflicts here and there, and reviewers who have something already."""
    rng = Random(1)
    reviewers = [f"reviewer {number}" for number in range(REVIEWERS)]
    shares = [
        Share(f"application {number}", cannot=frozenset(rng.sample(reviewers, rng.randrange(4))))
        for number in range(APPLICATIONS)
    ]
    plan = shared_out(shares, reviewers, EACH, {one: rng.randrange(20) for one in reviewers})
    assert len(plan.pairs) == APPLICATIONS * EACH
    return 0
