"""What scores add up to: exact decimals, the criteria's own weights."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final, Protocol

PLACES: Final = Decimal("0.001")


class Weighed(Protocol):
    """A criterion, as far as it counts."""

    @property
    def id(self) -> str: ...

    @property
    def weight(self) -> Decimal: ...


def weighted_total(scores: Mapping[str, int], criteria: Sequence[Weighed]) -> Decimal:
    """The weighted mean of a review's scores, on the position's scale; KeyError where a criterion has none."""
    weight = sum((one.weight for one in criteria), Decimal(0))
    total = sum((scores[one.id] * one.weight for one in criteria), Decimal(0))
    return (total / weight).quantize(PLACES)


def mean_of(totals: Sequence[Decimal]) -> Decimal | None:
    """The mean of the reviews that are in; None where there is none."""
    return (sum(totals, Decimal(0)) / len(totals)).quantize(PLACES) if totals else None


def levels(described: Iterable[int], scale_max: int) -> tuple[int, ...]:
    """The scores one can give: from the lowest that is described, else from 1, up to the position's scale."""
    lowest = min(described, default=1)
    return tuple(range(min(lowest, scale_max), scale_max + 1))
