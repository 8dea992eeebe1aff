"""kill -9 at any moment of what people and jobs do: nothing acknowledged is lost, nothing doubled or torn."""

import random
import threading
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from statistics import median

import pytest

from tests.databases import PostgreSql
from tests.faults.book import Finding, rounds, write_down
from tests.faults.caller import Lost
from tests.faults.deeds import KINDS, Deed
from tests.faults.institute import Institute
from tests.servers import served
from tracker.plumbing.database import db

FAULT = "kill -9 at any moment of submit, upload, review, move, comment, autosave, mail, job"
PEOPLE = 4
A_ROUND = 56
"""Deeds that are ready when a round begins: more than are done before the server is killed."""


@pytest.fixture
def institute(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Institute]:
    names = {}
    if engine_name == "postgresql":
        server: PostgreSql = request.getfixturevalue("postgresql")
        names["DATABASE_URL"] = server.create("killed")
    with Institute.opened(tmp_path / "data", **names) as opened:
        yield opened


def new_deeds(here: Institute, number: int) -> list[Deed]:
    kinds = cycle(KINDS.values())
    made = [next(kinds)(here) for _ in range(number)]
    here.close_up()
    return made


def work_until_killed(deeds: list[Deed], address: str, wait: float, kill: object) -> None:
    """People who send what they have, one after another, until nobody answers any more."""
    waiting = iter(deeds)
    guard = threading.Lock()

    def person() -> None:
        while True:
            with guard:
                deed = next(waiting, None)
            if deed is None:
                return
            try:
                deed.send(address)
            except Lost:
                return

    threads = [threading.Thread(target=person) for _ in range(PEOPLE)]
    for thread in threads:
        thread.start()
    time.sleep(wait)
    assert callable(kill)
    kill()
    for thread in threads:
        thread.join(60)


@pytest.mark.engines
def test_a_server_killed_at_any_moment_loses_doubles_and_tears_nothing(institute: Institute, engine_name: str) -> None:
    seed = time.time_ns()
    dice = random.Random(seed)
    times, problems, begun = rounds(1), [], []
    deeds: list[Deed] = []
    retries = kills_in_hand = 0
    for _ in range(times):
        waiting = [one for one in deeds if not one.is_answered]
        retries += sum(one.tries > 0 for one in waiting)
        deeds += new_deeds(institute, A_ROUND - len(waiting))
        mine = [one for one in deeds if not one.is_answered]
        dice.shuffle(mine)
        mine.sort(key=lambda one: -one.tries)
        start = time.monotonic()
        with served(institute.folder, **institute.names) as (server, address):
            begun.append(time.monotonic() - start)
            work_until_killed(mine, address, dice.uniform(0.05, 1.2), server.kill)
        kills_in_hand += sum(one.tries > 0 and not one.is_answered for one in deeds)
        problems += institute.torn() + wrong(deeds)
        db.session.rollback()
        assert problems == [], f"seed {seed}"
    with served(institute.folder, **institute.names) as (server, address):
        for deed in deeds:
            if not deed.is_answered:
                retries += deed.tries > 0
                deed.send(address)
        assert server.stop() == 0
    problems += wrong(deeds, all_done=True) + institute.finish_jobs() + institute.torn()
    problems += institute.posted() + institute.after_the_sweep() + wrong(deeds, all_done=True)
    figures = (
        f"{kills_in_hand} requests were in hand when the server died, {retries} were sent again; "
        f"serving again after {median(begun):.1f} s (at most {max(begun):.1f} s)"
    )
    write_down(Finding(FAULT, "served instance killed", engine_name, times, len(deeds), len(problems), figures))
    assert problems == [], f"seed {seed}"
    assert [one.refusals for one in deeds if one.refusals] == []


def wrong(deeds: list[Deed], *, all_done: bool = False) -> list[str]:
    """Deeds that were acknowledged and are not there once; and those that are there more than once, or half."""
    found = []
    for deed in deeds:
        times = deed.times()
        if times > 1 or (times == 0 and (deed.is_answered or all_done)):
            found.append(f"{deed.kind} {deed.path} is there {times} times after {deed.tries} tries")
    db.session.rollback()
    db.session.expire_all()
    return found
