"""Migrations: up, down, no drift, on both engines; and what the models cannot say."""

from pathlib import Path
from time import process_time

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import Enum, inspect, text
from sqlalchemy.exc import DBAPIError

from tests.databases import PostgreSql, make_app
from tests.factories import make_application, make_comment, make_document, make_letter, make_review, make_theme
from tracker.models import Application, ApplicationText, Base, Comment, ThemePrize, ThemeProject
from tracker.plumbing import schema
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.history import broken, remember

pytestmark = pytest.mark.engines


@pytest.fixture
def empty_app(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Flask:
    """An application whose database has no table yet."""
    names = {}
    if engine_name == "postgresql":
        server: PostgreSql = request.getfixturevalue("postgresql")
        names["DATABASE_URL"] = server.create("empty")
    return make_app(tmp_path / "empty", **names)


def test_a_migration_is_called_as_its_file_begins() -> None:
    """By which the program knows them without Alembic."""
    script = ScriptDirectory(str(schema.MIGRATIONS))
    assert {one.revision for one in script.walk_revisions()} == schema.REVISIONS
    assert script.get_current_head() == schema.head()


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_an_empty_database_is_migrated_within_two_seconds_of_the_processor_and_without_drift(empty_app: Flask) -> None:
    with empty_app.app_context():
        begun = process_time()
        upgrade()
        assert process_time() - begun < 2
        check()
        assert set(Base.metadata.tables) <= tables()
        db.engine.dispose()


def test_down_leaves_nothing_and_up_again_brings_all(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade()
        downgrade(revision="base")
        assert tables() == set()
        upgrade()
        upgrade()
        check()
        db.engine.dispose()


def test_one_step_down_and_up_again_keeps_every_row(app: Flask) -> None:
    application = make_application(stage="review")
    make_review(application)
    make_comment(application, text="Ελληνικά, 中文, العربية")
    make_document(application)
    make_letter(application)
    theme = make_theme()
    theme.projects.append(ThemeProject(title={"en": "Sleep 睡眠", "nl": "Slaap"}, summary={}))
    theme.prizes.append(ThemePrize(title={"en": "Ammodo"}, year=2026))
    remember("application", application.id, "submitted", by=application.candidate, now=now())
    db.session.commit()
    before = counted()
    db.session.remove()
    downgrade(revision="-1")
    upgrade()
    assert counted() == before
    assert db.session.query(Comment).one().text == "Ελληνικά, 中文, العربية"
    kept = db.session.query(Application).one()
    assert (kept.reviews_in, kept.text_number) == (1, db.session.query(ApplicationText).one().number)
    assert [one.title["en"] for one in (*db.session.query(ThemeProject), *db.session.query(ThemePrize))] == [
        "Sleep 睡眠",
        "Ammodo",
    ]
    assert list(broken()) == []


def counted() -> dict[str, int]:
    found = {name: db.session.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0 for name in Base.metadata.tables}
    db.session.rollback()
    return found


def test_the_database_checks_the_values_that_the_models_know(app: Flask) -> None:
    """Autogeneration does not compare check constraints, so a new member of an enum would go unnoticed."""
    inspector = inspect(db.engine)
    for table in Base.metadata.sorted_tables:
        kept = {one["name"]: one["sqltext"] for one in inspector.get_check_constraints(table.name)}
        for column in table.columns:
            if isinstance(column.type, Enum):
                name = f"ck_{table.name}_{column.type.name}"
                missing = [member for member in column.type.enums if f"'{member}'" not in kept.get(str(name), "")]
                assert missing == [], f"{table.name}.{column.name}"


def test_a_value_outside_an_enum_is_refused_by_the_database(app: Flask) -> None:
    application = make_application()
    with pytest.raises(DBAPIError):
        db.session.execute(text("UPDATE application SET stage_kind = 'gone' WHERE id = :id"), {"id": application.id})
