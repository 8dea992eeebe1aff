"""Which migration the database stands at, and which one the program was written for.

Read without Alembic, which no web process needs besides: a revision is called as its file begins.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
REVISIONS = frozenset(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))
"""Those of the program that runs, also once its files have been renewed."""


def revision_of(connection: Connection) -> str | None:
    """None: no migration was ever run here."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def head() -> str:
    """The newest migration that this program has."""
    return max(REVISIONS)


def knows(revision: str) -> bool:
    """Whether this program has that migration."""
    return revision in REVISIONS
