"""Runs the migrations on the program's own engine, all of them in one transaction: the old schema or the new one."""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection, text

from tracker.models import Base
from tracker.models.base import Moment
from tracker.plumbing.database import db

ONE_AT_A_TIME = 7_314_908_226
"""The advisory lock that two servers starting together wait for."""
OUTSIDE_THE_MODELS = ("search_", "sqlite_")
"""Tables and indexes that a migration makes by hand, for an engine's own search."""


def render_item(kind: str, item: object, autogen: object) -> str | bool:
    """Migrations are history: they name the database's types, never a class of the program."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


def include_name(name: str | None, kind: str, parents: object) -> bool:
    return not (kind in {"table", "index"} and name is not None and name.startswith(OUTSIDE_THE_MODELS))


def run(connection: Connection) -> None:
    options: dict[str, Any] = dict(current_app.extensions["migrate"].configure_args)
    options.update(
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
        include_name=include_name,
        transaction_per_migration=False,
    )
    with connection.begin():
        # configured inside, or Alembic commits on SQLite after each migration
        context.configure(connection=connection, target_metadata=Base.metadata, **options)
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
        context.run_migrations()
        if connection.dialect.name == "sqlite":
            refuse_orphans(connection)


def refuse_orphans(connection: Connection) -> None:
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if orphans:
        raise RuntimeError(f"the migration would leave {len(orphans)} rows without what they refer to")


with db.engine.connect() as connection:
    if connection.dialect.name == "sqlite":
        # A batch copies a table and drops the old one, which would delete the rows that refer to it.
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            run(connection)
        finally:
            driver.execute("PRAGMA foreign_keys=ON")
    else:
        run(connection)
