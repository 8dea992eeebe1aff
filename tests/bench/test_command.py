"""The command, run as a person runs it, with few applications."""

import json
import re
from pathlib import Path

from tests.servers import run

KEYS = [
    "name",
    "engine",
    "applications",
    "median_ms",
    "p95_ms",
    "cpu_ms",
    "queries",
    "bytes",
    "ratio",
    "budget",
    "inside",
]


def test_it_measures_on_its_own_data_and_says_what_changed(tmp_path: Path) -> None:
    """Works with reviews, moves and a whole application among them; the data of the user stays as it was."""
    before = dict.fromkeys(KEYS, 0) | {"name": "people, search", "engine": "sqlite", "applications": 200}
    (tmp_path / "before.json").write_text(json.dumps({"rows": [before | {"ratio": 0.000001}]}))
    only = [part for words in ("people", "dossier", "review", "move", "candidate", "CSV") for part in ("--only", words)]
    files = ("--json", "now.json", "--compare", "before.json")
    done = run("bench", "--applications", "200", "--without-times", *only, *files, folder=tmp_path)

    rows = {row["name"]: row for row in json.loads((tmp_path / "now.json").read_text())["rows"]}
    assert all(list(row) == KEYS for row in rows.values())
    assert {row["applications"] for row in rows.values()} == {200}
    wanted = {"floor: bare list page", "dossier, member", "submit a review", "move", "CSV of all applications"}
    assert wanted <= set(rows)
    assert [row["budget"] for row in rows.values() if "POST" in row["budget"] or "GET" in row["budget"]] == []
    outside = sum(not row["inside"] for row in rows.values())
    assert f"{len(rows)} rows, {outside} outside their budget." in done.stdout
    assert done.returncode == (1 if outside else 0)
    assert re.search(r"Slower by \d+ %: people, search \(sqlite, 200\)\.", done.stdout)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["before.json", "now.json"]


def test_what_cannot_be_compared_is_said_before_anything_is_made(tmp_path: Path) -> None:
    (tmp_path / "before.json").write_text("{}")
    done = run("bench", "--compare", "before.json", folder=tmp_path)
    assert (done.returncode, done.stderr) == (2, "before.json holds no run of the bench.\n")
