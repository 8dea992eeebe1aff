"""Tables as files: CSV line by line, XLSX by a library; cells are inert in every spreadsheet program."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from rustpy_xlsxwriter import FastExcel

from tracker.rules.cells import harmless

BOM = "\ufeff"
LONGEST_CELL = 32_000
"""What an XLSX cell holds; a longer text is cut there, and says so."""
CHUNK = 500


def csv_lines(headings: Sequence[str], rows: Iterable[Sequence[Any]], *, bom: bool = False) -> Iterator[bytes]:
    """UTF-8, comma, CRLF; `bom` for programs that need to be told it is UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    if bom:
        buffer.write(BOM)
    writer.writerow([harmless(heading) for heading in headings])
    for number, row in enumerate(rows, 1):
        writer.writerow([_csv_cell(cell) for cell in row])
        if number % CHUNK == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8", "replace")


def _csv_cell(cell: Any) -> Any:
    if isinstance(cell, str):
        return harmless(cell)
    return _moment(cell) if isinstance(cell, datetime) else cell


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def write_xlsx(path: Path, sheet: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Texts are written as texts, never as formulas; headings are made unique, since they are keys here."""
    names = unique(headings)
    records = (dict(zip(names, map(_xlsx_cell, row), strict=True)) for row in rows)
    FastExcel(str(path)).format(bold_headers=True).freeze(row=1).sheet(sheet, _or_empty(records, names)).save()


def _or_empty(records: Iterator[dict[str, Any]], names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """At least one record, without which the sheet would have no headings."""
    first = next(records, None)
    yield first if first is not None else dict.fromkeys(names, "")
    yield from records


def unique(headings: Sequence[str]) -> list[str]:
    """The headings, a number behind those that come again."""
    seen: dict[str, int] = {}
    found = []
    for heading in headings:
        seen[heading] = seen.get(heading, 0) + 1
        found.append(heading if seen[heading] == 1 else f"{heading} ({seen[heading]})")
    return found


def _xlsx_cell(cell: Any) -> Any:
    if isinstance(cell, str):
        cell = harmless(cell)
        return cell if len(cell) <= LONGEST_CELL else cell[:LONGEST_CELL] + " […]"
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return (cell if cell.tzinfo is UTC else cell.astimezone(UTC)).replace(tzinfo=None)
    return float(cell) if isinstance(cell, Decimal) else cell
