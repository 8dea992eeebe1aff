"""Marks: the place of a row in the order of its list, as a word for the address."""

import base64
import json
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Row

from tracker.dossiers.filters import Sort


def make_mark(row: Row[Any]) -> str:
    value = row[-1]
    plain = value.isoformat() if isinstance(value, datetime) else str(value)
    return base64.urlsafe_b64encode(json.dumps([plain, row.id]).encode()).decode().rstrip("=")


def read_mark(mark: str | None, sort: Sort) -> tuple[Any, str] | None:
    """The place a mark names; one that was made up or belongs to another order starts at the beginning."""
    if not mark or len(mark) > 1_000:
        return None
    try:
        value, last_id = json.loads(base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
        if "\x00" in f"{value}{last_id}":
            return None
        return _value(str(value), sort), str(last_id).encode().decode()
    except (ValueError, TypeError, InvalidOperation):
        return None


def _value(raw: str, sort: Sort) -> Any:
    if sort in {Sort.SUBMITTED, Sort.WAITING, Sort.DEADLINE}:
        moment = datetime.fromisoformat(raw)
        if moment.tzinfo is None or not 1970 <= moment.year <= 2999:
            raise ValueError(raw)
        return moment
    if sort is Sort.NAME:
        return raw.encode().decode()  # half a character is none
    number = int(raw) if sort in {Sort.STAGE, Sort.REVIEWS} else Decimal(raw)
    if not -1 <= number < 1_000_000:
        raise ValueError(raw)
    return number
