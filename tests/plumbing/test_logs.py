"""Logs: JSON lines that say what happened and never what a person wrote."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from tracker.plumbing.logs import configure


@pytest.fixture(autouse=True)
def quiet_again() -> Iterator[None]:
    yield
    configure("ERROR")


def lines(captured: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in captured.splitlines()]


def test_a_line_is_json_in_utc(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO")
    structlog.get_logger("tracker.test").info("moved", application="a1", by="p1")
    (line,) = lines(capsys.readouterr().err)
    assert (line["event"], line["application"], line["by"], line["level"]) == ("moved", "a1", "p1", "info")
    assert str(line["timestamp"]).endswith("Z")


def test_what_is_personal_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO")
    log = structlog.get_logger("tracker.test")
    log.info("x", email="a@example.org", password="secret1", reset_token="abc", full_name="李小龙", letter_text="dear")
    written = capsys.readouterr().err
    for secret in ("a@example.org", "secret1", "abc", "李小龙", "dear"):
        assert secret not in written


def test_an_exception_is_its_type_and_place_not_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO")
    try:
        raise ValueError("the candidate typed 李小龙")
    except ValueError as error:
        structlog.get_logger("tracker.test").error("fault", exc_info=error)
        logging.getLogger("somebody.else").exception("fault")
    own, others = lines(capsys.readouterr().err)
    assert own["error"] == "ValueError"
    assert "test_logs.py" in str(own["at"])
    assert "李小龙" not in json.dumps([own, others], ensure_ascii=False)


def test_below_the_level_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure("WARNING")
    structlog.get_logger("tracker.test").info("quiet")
    assert capsys.readouterr().err == ""
