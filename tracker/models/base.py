"""What every table has: typed base, random ids, named constraints, moments in UTC."""

import secrets
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import JSON, DateTime, Dialect, MetaData, String, TypeDecorator
from sqlalchemy import Enum as EnumType
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
SIGNS = 8 * ALPHABET.encode()
"""One for each byte, each as often as any other."""


def new_id() -> str:
    """Sixteen random characters of base 32 (80 bits): safe in an address, says nothing."""
    return id_from(secrets.token_bytes(16))


def id_from(digest: bytes) -> str:
    """The id that sixteen bytes make, of what is as good as random."""
    return digest[:16].translate(SIGNS).decode()


class Moment(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database. A naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """SQLite keeps it as text, which is read in one step: tables are read by the hundred thousand rows."""
        return _from_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _from_text(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(stored + "+00:00")


def one_of(kind: type[StrEnum], *, name: str = "") -> EnumType:
    """A StrEnum stored as its value, with a check constraint and no type of the database's own.

    A table with two columns of the same kind names the constraint of the second.
    """
    return EnumType(
        kind,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
        name=name or kind.__name__.lower(),
    )


Id = Annotated[str, mapped_column(String(16), primary_key=True, default=new_id)]
Ref = Annotated[str, mapped_column(String(16))]
Words = dict[str, str]
"""A text in the languages of the house: {"en": …, "nl": …}; English is always there."""


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {
        datetime: Moment(),
        dict[str, str]: JSON(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        list[dict[str, Any]]: JSON(),
        list[dict[str, str]]: JSON(),
    }
