"""What a new installation begins with: the tables, and the themes, forms, workflows, rubrics and messages that ship."""

from datetime import datetime

from flask import Flask, current_app
from flask_migrate import Migrate, upgrade
from sqlalchemy import select

from tracker.forms import actions as forms
from tracker.messages import actions as messages
from tracker.models import Person
from tracker.plumbing.database import db, transaction
from tracker.plumbing.schema import MIGRATIONS
from tracker.plumbing.upkeep import know_the_tables
from tracker.positions import actions as positions
from tracker.themes import actions as themes
from tracker.workflows import actions as workflows

SHIPPED = (
    themes.install_shipped,
    forms.install_shipped,
    workflows.install_shipped,
    messages.install_shipped,
    positions.install_shipped,
)


def know_migrations(app: Flask) -> Flask:
    """The application, which can be migrated from now on; one that only serves pages never is."""
    Migrate(app, db, directory=str(MIGRATIONS))
    return app


def migrate_to(revision: str = "head") -> None:
    """The tables as they are at that migration."""
    know_migrations(current_app)
    upgrade(revision=revision)


def prepare(*, now: datetime) -> None:
    """Bring the schema up to date and add what ships and is not here yet; can be run again at any time."""
    migrate_to()
    with transaction():
        for install in SHIPPED:
            install(now)
        know_the_tables()  # an index that a migration made is no use to SQLite before it was counted


def is_empty() -> bool:
    """Nobody has an account here yet."""
    found = db.session.scalar(select(Person.id).limit(1))
    db.session.rollback()
    return found is None
