"""The house plan holds: one place for each idea, files one can read, markup that the content policy allows."""

import ast
import re
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
    scripts = re.findall(r"<script[^>]*>", markup)
    assert [tag for tag in scripts if "src=" not in tag and "application/" not in tag] == []


def test_rules_know_no_framework_and_no_session() -> None:
    forbidden = re.compile(r"^\s*(?:from|import) (?:flask|sqlalchemy|tracker\.(?:plumbing|web))", re.M)
    rules = (ROOT / "tracker" / "rules").rglob("*.py")
    assert [path.name for path in rules if forbidden.search(path.read_text())] == []
