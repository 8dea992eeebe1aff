"""The demo as its people see it: one served institute for each worker, and a browser signed in as one of them."""

import fcntl
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.people import Demo, Visits
from tests.servers import run, served

expect.set_options(timeout=10_000)


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory, worker_name: str) -> Path:
    """The demo, filled once for all workers of the run."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_name == "alone" else base.parent
    folder = shared / "demo"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            filling = shared / "demo-filling"
            filling.mkdir()
            done = run("demo", "--credentials", str(filling / "sign-ins.json"), folder=filling)
            assert done.returncode == 0, done.stdout + done.stderr
            filling.rename(folder)
    return folder


@pytest.fixture(scope="session")
def demo(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A copy of it, served by a process of its own."""
    folder = tmp_path_factory.mktemp("served") / "data"
    shutil.copytree(demo_folder, folder)
    sign_ins = {one["role"]: one for one in json.loads((folder / "sign-ins.json").read_text("utf-8"))}
    with served(folder) as (server, address):
        yield Demo(address, folder, sign_ins, server)


@pytest.fixture(scope="session")
def signed_in_before() -> dict[str, Any]:
    """Cookies of each role, so that each signs in once."""
    return {}


@pytest.fixture
def visits(browser: Browser, demo: Demo, signed_in_before: dict[str, Any]) -> Iterator[Visits]:
    """Everybody who opens a page in this test; afterwards, nothing has gone wrong on any of their pages."""
    all_of_them = Visits(browser, demo, signed_in_before)
    yield all_of_them
    all_of_them.close()
    assert not all_of_them.problems, "\n".join(all_of_them.problems)


@pytest.fixture
def visit(visits: Visits) -> Callable[..., Page]:
    """visit(role, language): a page at the desk of that person, or at the front door for nobody."""
    return visits.page


@pytest.fixture
def context(visits: Visits) -> Callable[..., BrowserContext]:
    return visits.context
