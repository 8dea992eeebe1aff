"""Small cells: what a table of people may show, so that nobody can be found in it.

Counts are rounded to 5, 1 to 4 are shown "<5", a true 0 is shown 0. Where that would still let a reader work out a
hidden count from its totals, more is hidden and shown "–".
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

SMALL: Final = 5
BASE_FOR_PERCENT: Final = 22.5
TOO_SMALL: Final = "<5"
WITHHELD: Final = "–"

Row = TypeVar("Row", bound=Hashable)
Column = TypeVar("Column", bound=Hashable)
Cell = tuple[int, int]
Step = tuple[Cell, int]


@dataclass(frozen=True)
class SuppressedTable(Generic[Row, Column]):
    """What may be shown, as texts: a number, "<5" or "–"."""

    cells: Mapping[Row, Mapping[Column, str]]
    row_totals: Mapping[Row, str]
    column_totals: Mapping[Column, str]
    grand_total: str


def shown(count: int) -> str:
    """One count that stands alone, without totals beside it."""
    if 0 < count < SMALL:
        return TOO_SMALL
    return str((count + 2) // 5 * 5)


def number(text: str) -> int | None:
    """The number to draw for a shown text; None for one that is hidden."""
    return int(text) if text.isdecimal() else None


def percent(part: int, whole: int) -> int | None:
    """Whole per cent of the unrounded counts; None on a base under 22.5 and for a part that is itself hidden."""
    if whole < BASE_FOR_PERCENT or 0 < part < SMALL:
        return None
    return round(100 * part / whole)


def suppressed(table: Mapping[Row, Mapping[Column, int]]) -> SuppressedTable[Row, Column]:
    """The table with its totals, in which no hidden count can be worked out from what is shown."""
    return _table(table, safe=True)


def exact(table: Mapping[Row, Mapping[Column, int]]) -> SuppressedTable[Row, Column]:
    """The same table for those who may see each person."""
    return _table(table, safe=False)


def _table(table: Mapping[Row, Mapping[Column, int]], *, safe: bool) -> SuppressedTable[Row, Column]:
    rows = list(table)
    columns = list(dict.fromkeys(column for row in rows for column in table[row]))
    counts = _with_totals([[table[row].get(column, 0) for column in columns] for row in rows], len(columns))
    texts = _Hiding(counts).texts() if safe else [[str(count) for count in line] for line in counts]
    return SuppressedTable(
        cells={row: dict(zip(columns, texts[place], strict=False)) for place, row in enumerate(rows)},
        row_totals={row: texts[place][-1] for place, row in enumerate(rows)},
        column_totals=dict(zip(columns, texts[-1], strict=False)),
        grand_total=texts[-1][-1],
    )


def _with_totals(counts: list[list[int]], width: int) -> list[list[int]]:
    if any(count < 0 for line in counts for count in line):
        raise ValueError("a count of people is never negative")
    lines = [[*line, sum(line)] for line in counts]
    return [*lines, [sum(line[place] for line in lines) for place in range(width + 1)]]


class _Hiding:
    """Decides which cells of a table with its totals are hidden; the last row and column are the totals."""

    def __init__(self, counts: list[list[int]]) -> None:
        self.counts = counts
        self.height = len(counts)
        self.width = len(counts[0])
        self.withheld: set[Cell] = set()

    def texts(self) -> list[list[str]]:
        while self._protect_lines() or self._protect_values():
            pass
        return [[self._text((row, column)) for column in range(self.width)] for row in range(self.height)]

    def _text(self, cell: Cell) -> str:
        return WITHHELD if cell in self.withheld else shown(self._count(cell))

    def _count(self, cell: Cell) -> int:
        return self.counts[cell[0]][cell[1]]

    def _is_hidden(self, cell: Cell) -> bool:
        return cell in self.withheld or 0 < self._count(cell) < SMALL

    def _lines(self) -> Iterator[list[Cell]]:
        """Every row and every column: cells that add up to their last."""
        yield from ([(row, column) for column in range(self.width)] for row in range(self.height))
        yield from ([(row, column) for row in range(self.height)] for column in range(self.width))

    def _protect_lines(self) -> bool:
        """No line has exactly one hidden cell, which would be the total minus the shown."""
        changed = False
        for line in self._lines():
            hidden = [cell for cell in line if self._is_hidden(cell)]
            if len(hidden) == 1 and len(line) > 1:
                self._withhold_smallest(line)
                changed = True
        return changed

    def _withhold_smallest(self, line: list[Cell]) -> bool:
        """The smallest shown count of people, a total only where nothing else is left."""
        inner = [cell for cell in line[:-1] if not self._is_hidden(cell) and self._count(cell)]
        candidates = inner or [cell for cell in line[-1:] if not self._is_hidden(cell) and self._count(cell)]
        if not candidates:
            return False
        self.withheld.add(min(candidates, key=lambda cell: (self._count(cell), cell)))
        return True

    def _protect_values(self) -> bool:
        """Each hidden count could have been another one without anything shown being different."""
        certain = self._hidden_cells()
        for steps in self._alternatives():
            if not certain:
                return False
            certain.difference_update(cell for cell, _ in steps)
        return self._blur_all(certain)

    def _blur_all(self, certain: set[Cell]) -> bool:
        """At most once in each row and column before looking again, so that little more than needed is withheld."""
        rows: set[int] = set()
        columns: set[int] = set()
        changed = False
        for row, column in sorted(certain):
            if row not in rows and column not in columns and self._blur((row, column)):
                changed = True
                rows.add(row)
                columns.add(column)
        return changed

    def _hidden_cells(self) -> set[Cell]:
        return {cell for line in self._lines() for cell in line if self._is_hidden(cell)}

    def _blur(self, cell: Cell) -> bool:
        """Withhold one thing more of what pins this count down: first totals that say too much, then neighbours."""
        row, column = cell
        totals = [(row, self.width - 1), (self.height - 1, column), (self.height - 1, self.width - 1)]
        for total in totals:
            if total not in self.withheld and self._count(total):
                self.withheld.add(total)
                return True
        lines = [[(row, place) for place in range(self.width)], [(place, column) for place in range(self.height)]]
        return any(self._withhold_smallest(line) for line in lines)

    def _alternatives(self) -> Iterator[list[Step]]:
        """Small changes of the table, totals included, after which it would be shown exactly the same."""
        inner = [(row, column) for row in range(self.height - 1) for column in range(self.width - 1)]
        movable = [cell for cell in inner if self._count(cell)]
        for cell in movable:
            for steps in (self._with_margins([(cell, amount)]) for amount in (1, -1)):
                if self._looks_same(steps):
                    yield steps
        for first in movable:
            for second in movable:
                if first != second:
                    yield from self._exchanges(first, second)

    def _exchanges(self, first: Cell, second: Cell) -> Iterator[list[Step]]:
        """One person more here and one fewer there; across rows and columns also the square that keeps all totals."""
        steps = self._with_margins([(first, 1), (second, -1)])
        if self._looks_same(steps):
            yield steps
        if first[0] != second[0] and first[1] != second[1]:
            corners = [(first[0], second[1]), (second[0], first[1])]
            square = [(first, 1), (second, 1), *((corner, -1) for corner in corners)]
            if self._looks_same(square):
                yield square

    def _with_margins(self, steps: list[Step]) -> list[Step]:
        amounts: dict[Cell, int] = {}
        for (row, column), amount in steps:
            for cell in (
                (row, column),
                (row, self.width - 1),
                (self.height - 1, column),
                (self.height - 1, self.width - 1),
            ):
                amounts[cell] = amounts.get(cell, 0) + amount
        return [(cell, amount) for cell, amount in amounts.items() if amount]

    def _looks_same(self, steps: list[Step]) -> bool:
        return all(self._same(cell, amount) for cell, amount in steps)

    def _same(self, cell: Cell, amount: int) -> bool:
        before, after = self._count(cell), self._count(cell) + amount
        if after <= 0 or before == 0:
            return False
        if cell in self.withheld:
            return (before < SMALL) == (after < SMALL)
        return shown(before) == shown(after)
