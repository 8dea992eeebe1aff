"""The house plan holds: one place for each idea, files one can read, markup that the content policy allows."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from tracker.models import Audience
from tracker.rules.conditions import CONDITIONS, DESCRIBED
from tracker.rules.facets import COMMENTS, SEEN_BY, Facet
from tracker.rules.permissions import May
from tracker.rules.policy import POLICY

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sorted((ROOT / "tracker").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MOST_LINES = 420
VAGUE = {"utils", "helpers", "common", "misc", "core", "util", "helper"}


def test_every_act_has_its_line_in_the_policy() -> None:
    assert set(POLICY) == set(May)


def test_every_facet_says_who_sees_it() -> None:
    assert set(SEEN_BY) == set(Facet)


def test_every_audience_is_a_facet() -> None:
    assert set(COMMENTS) == set(Audience)


def test_every_condition_is_described() -> None:
    assert set(DESCRIBED) == set(CONDITIONS)


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MOST_LINES


def test_nothing_is_called_by_a_vague_name() -> None:
    assert [path for path in PYTHON if VAGUE & set(path.with_suffix("").relative_to(ROOT).parts)] == []


def test_the_stage_is_assigned_in_one_place() -> None:
    """Besides making an application, only `moving.place` says where it stands."""
    found = {
        (path.relative_to(ROOT).as_posix(), function.name)
        for path in PYTHON
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        for target in node.targets
        for name in (target.elts if isinstance(target, ast.Tuple) else [target])
        if isinstance(name, ast.Attribute) and name.attr in {"stage", "stage_id", "stage_kind", "stage_place"}
    }
    assert found == {("tracker/applications/moving.py", "place")}


def test_nothing_is_undone_in_the_middle_of_a_transaction() -> None:
    """History is written as its last act: a savepoint taken back would take back lines of what stays."""
    found = [path.relative_to(ROOT).as_posix() for path in PYTHON if re.search(r"\.begin_nested\(", path.read_text())]
    assert found == []


def test_what_a_request_keeps_is_kept_by_one_file_under_each_name() -> None:
    """Flask's `g` is one for all rooms: a second who takes a name there overwrites the first."""
    kept = Counter(name for path in PYTHON for name in set(re.findall(r"\bg\.([a-z_]+) =", path.read_text())))
    assert [name for name, files in kept.items() if files > 1] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_markup_needs_nothing_that_the_content_policy_refuses(path: Path) -> None:
    if "mail" in path.parts:
        return
    markup = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", "", path.read_text(), flags=re.S)
    assert re.findall(r"\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|<style|javascript:", markup) == []
    scripts = re.findall(r"<script[^>]*>", markup)
    assert [tag for tag in scripts if "src=" not in tag and "application/" not in tag] == []


def test_rules_know_no_framework_and_no_session() -> None:
    forbidden = re.compile(r"^\s*(?:from|import) (?:flask|sqlalchemy|tracker\.(?:plumbing|web))", re.M)
    rules = (ROOT / "tracker" / "rules").rglob("*.py")
    assert [path.name for path in rules if forbidden.search(path.read_text())] == []
