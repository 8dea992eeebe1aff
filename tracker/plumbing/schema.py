"""Which migration the database stands at, and which one the program was written for."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import Connection


def revision_of(connection: Connection) -> str | None:
    """None: no migration was ever run here."""
    return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """The newest migration that this program has."""
    migrate: Any = current_app.extensions["migrate"]
    return _head(Path(migrate.directory))


@lru_cache(maxsize=4)
def _head(folder: Path) -> str:
    return ScriptDirectory(str(folder)).get_current_head() or ""


def knows(revision: str) -> bool:
    """Whether this program has that migration."""
    migrate: Any = current_app.extensions["migrate"]
    script = ScriptDirectory(str(migrate.directory))
    return revision in {one.revision for one in script.walk_revisions()}
