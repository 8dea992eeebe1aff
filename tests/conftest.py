"""Fixtures for every test: an application on a real database of its own, a client, a clock, a mail server."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from tests import chromium
from tests.databases import ENGINES, PostgreSql, TestDatabase, open_postgresql, open_sqlite
from tests.engines import S3, valkey_running
from tests.mail_server import MailServer
from tests.visitor import SignedIn, Visitor, sign_in
from tracker.models import Person
from tracker.plumbing.clock import now as clock_now
from tracker.plumbing.database import db
from tracker.plumbing.settings import load_settings

# the tests start a hundred programs: what Python made of the sources is kept for them, out of the way of the sources
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ["PYTHONPYCACHEPREFIX"] = str(Path(__file__).parents[1] / ".pytest_cache" / "bytecode")


# how fast a machine makes examples says nothing of the program
settings.register_profile("tracker", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tracker")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "engines: run on SQLite and on PostgreSQL")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests that use a database run on SQLite, or on what TEST_ENGINE names; those marked `engines` on both."""
    if "engine_name" not in metafunc.fixturenames:
        return
    usual = os.environ.get("TEST_ENGINE", "sqlite")
    both = metafunc.definition.get_closest_marker("engines") is not None
    metafunc.parametrize("engine_name", ENGINES if both else (usual,), scope="session")


@pytest.fixture(scope="session")
def worker_name() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "alone")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One for all tests of the worker; each test opens contexts of its own."""
    with chromium.opened() as browser:
        yield browser


@pytest.fixture(scope="session")
def postgresql(worker_name: str) -> Iterator[PostgreSql]:
    """One server for all workers of the run, started at the first test that asks; TEST_DATABASE_URL names another."""
    server = PostgreSql.start(os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid()), worker_name)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def s3() -> Iterator[S3]:
    """An S3-compatible store, started at the first test that asks; each test makes buckets of its own."""
    with S3.running() as server:
        yield server


@pytest.fixture
def valkey() -> Iterator[str]:
    """The address of an empty Valkey of this test's own."""
    with valkey_running() as url:
        yield url


@pytest.fixture(scope="session")
def database(
    engine_name: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestDatabase]:
    """An application of this worker on that engine, migrated once; each test gets a fresh copy of the database."""
    folder = tmp_path_factory.mktemp(engine_name)
    if engine_name == "postgresql":
        opened = open_postgresql(request.getfixturevalue("postgresql"), folder)
    else:
        opened = open_sqlite(folder)
    yield opened
    opened.close()


@pytest.fixture
def app(database: TestDatabase) -> Iterator[Flask]:
    """The application on an empty, migrated database, with a context pushed for the test's own rows."""
    database.renew()
    app = database.app
    app.extensions["tracker.wall"].forget()
    settings = app.config["TRACKER"]
    with app.app_context():
        yield app
        db.session.rollback()
    app.config["TRACKER"] = settings


@pytest.fixture
def session(app: Flask) -> Session:
    """The test's own session. The client and run_due commit it before they begin, so that they see its rows."""
    return db.session()


@pytest.fixture
def client(app: Flask) -> Visitor:
    """A browser without scripts; sends the CSRF token unless told csrf=False."""
    return Visitor(app, app.response_class, use_cookies=True)


@pytest.fixture
def now() -> datetime:
    """The moment the test began."""
    return clock_now()


@pytest.fixture
def smtp_server(app: Flask) -> Iterator[MailServer]:
    """A real SMTP server, to which the application sends during this test."""
    with MailServer.running() as server:
        server.serve(app)
        yield server


@pytest.fixture
def signed_in(client: Visitor) -> SignedIn:
    """signed_in(person): the client, with an open session of that person."""

    def enter(person: Person) -> Visitor:
        sign_in(client, person)
        return client

    return enter


@pytest.fixture
def settings_from() -> Any:
    """settings_from(NAME=value): settings as the environment would give them."""

    def load(folder: Path, **names: str) -> Any:
        given = {f"TRACKER_{name}": value for name, value in names.items()}
        return load_settings({"TRACKER_DATA_DIR": str(folder)} | given)

    return load
