"""Who comes in, and by whom they are vouched for."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from tests.accounts import provider as honest
from tests.accounts.provider import Forger, Provider, forging, orcid, set_up
from tests.factories import PASSWORD, make_person
from tracker.models import Person


@pytest.fixture
def noor(app: Flask) -> Person:
    return make_person("Noor", email="noor@example.org", password=PASSWORD)


@pytest.fixture
def required(app: Flask) -> None:
    """Staff need a second factor."""
    app.config["TRACKER"] = replace(app.config["TRACKER"], staff_second_factor=True)


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[Provider]:
    with honest.running() as provider:
        yield provider


@pytest.fixture
def provider(app: Flask, elsewhere: Provider) -> Provider:
    """ORCID, as far as the program can tell."""
    set_up(app, orcid(elsewhere.issuer))
    return elsewhere


@pytest.fixture
def forger(app: Flask, elsewhere: Provider) -> Iterator[Forger]:
    with forging(elsewhere) as between:
        set_up(app, orcid(between.issuer))
        yield between
