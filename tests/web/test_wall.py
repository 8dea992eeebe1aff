"""The wall: floods from one network are turned away before the database hears of them; everybody else comes in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.engines import Gate, port_of
from tests.visitor import Visitor
from tracker.plumbing.database import counted_statements
from tracker.plumbing.redis_line import RedisLine
from tracker.web.wall import PER_MINUTE, ROUTES, Wall, network_of

FORM = {"email": "nobody@example.org", "password": "wrong wrong wrong"}


def alone(folder: Path, settings_from: Any, times: int = 1, **names: str) -> Wall:
    return Wall(RedisLine(settings_from(folder, **names)), times)


def test_every_route_at_the_wall_exists(app: Flask) -> None:
    assert set(ROUTES) - set(app.view_functions) == set()


def test_a_flood_of_sign_ins_is_turned_away_without_a_statement(app: Flask, client: Visitor) -> None:
    wall: Wall = app.extensions["tracker.wall"]
    for _ in range(PER_MINUTE["sign-in"]):
        assert wall.admits("sign-in", "127.0.0.1")
    with counted_statements() as statements:
        answer = client.post("/sign-in", data=FORM)
    assert (answer.status_code, answer.headers["Retry-After"], statements.count) == (429, "60", 0)
    assert "Very many requests came from your network" in answer.text
    elsewhere = client.post("/sign-in", data=FORM, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 422


def test_a_flood_of_searches_is_turned_away_and_the_plain_list_is_not(app: Flask, client: Visitor) -> None:
    wall: Wall = app.extensions["tracker.wall"]
    for _ in range(PER_MINUTE["search"]):
        wall.admits("search", "127.0.0.1")
    assert client.get("/positions?q=heart").status_code == 429
    assert client.get("/positions").status_code == 200


def test_a_flood_of_large_bodies_is_turned_away_whatever_form_they_are_for(app: Flask, client: Visitor) -> None:
    wall: Wall = app.extensions["tracker.wall"]
    for _ in range(PER_MINUTE["upload"]):
        wall.admits("upload", "127.0.0.1")
    assert client.post("/letter", data={"file": "x" * 300_000}).status_code == 429
    assert client.post("/letter", data={"file": "x"}).status_code != 429


def test_processes_that_share_redis_count_together(valkey: str, tmp_path: Path, settings_from: Any) -> None:
    walls = [alone(tmp_path, settings_from, REDIS_URL=valkey) for _ in range(2)]
    admitted = [walls[number % 2].admits("link", "192.0.2.7") for number in range(PER_MINUTE["link"] + 2)]
    assert admitted == [True] * PER_MINUTE["link"] + [False] * 2
    assert walls[0].admits("link", "192.0.2.8")


def test_while_redis_is_away_each_process_counts_for_itself(valkey: str, tmp_path: Path, settings_from: Any) -> None:
    with Gate.to(port_of(valkey)) as gate:
        wall = alone(tmp_path, settings_from, REDIS_URL=f"redis://127.0.0.1:{gate.port}/0")
        assert wall.admits("account", "192.0.2.7")
        gate.shut()
        admitted = [wall.admits("account", "192.0.2.7") for _ in range(3 * PER_MINUTE["account"])]
    assert PER_MINUTE["account"] <= admitted.count(True) <= 2 * PER_MINUTE["account"]


@pytest.fixture
def redis_away(app: Flask) -> Iterator[None]:
    """The application's line leads to a port where nobody answers."""
    line: RedisLine = app.extensions["tracker.redis"]
    kept = line.url
    line.url = "redis://127.0.0.1:1/0"
    yield
    line.url, line._client, line._dead_until = kept, None, 0.0


def test_pages_answer_while_redis_is_away_and_the_rules_of_the_database_hold(
    app: Flask, client: Visitor, redis_away: None
) -> None:
    statuses = [client.post("/sign-in", data=FORM).status_code for _ in range(12)]
    assert statuses == [422] * 10 + [429] * 2


def test_the_limit_is_a_multiple_and_none_at_nought(tmp_path: Path, settings_from: Any) -> None:
    twice, never = alone(tmp_path, settings_from, times=2), alone(tmp_path, settings_from, times=0)
    admitted = [twice.admits("account", "192.0.2.7") for _ in range(3 * PER_MINUTE["account"])]
    assert admitted.count(True) >= 2 * PER_MINUTE["account"]
    assert all(never.admits("account", "192.0.2.7") for _ in range(1000))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::9", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("<nobody>", "unknown"),
        (None, "unknown"),
    ],
)
def test_what_counts_as_one_network(address: str | None, network: str) -> None:
    assert network_of(address) == network
