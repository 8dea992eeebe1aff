"""What is written in a draft comes in the one row of the draft, and is what the rows of its answers say."""

from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from tests.factories import make_application, make_document
from tracker.applications.answering import save_answer
from tracker.applications.drafts import read_as_written
from tracker.applications.queries import Given, answers_of
from tracker.plumbing.database import counted_statements, db, hold

pytestmark = pytest.mark.engines
ANSWERS: dict[str, Any] = {
    "full_name": "Nguyễn Thị Ánh",
    "motivation": 'Two\nlines,\r\nand\u2028more\x85of\x0bthem\x0c – with  spaces, "quotes" and \\ too',
    "number": 75,
    "share": 0.1,
    "score": 7.0,
    "none": None,
    "empty": "",
    "list": [{"level": "msc", "start": "2019-09"}, {}],
    "boxes": ["a b", "c"],
    "yes": True,
    "said": "null",
    "digits": "0012",
}


def test_every_answer_is_read_as_it_was_stored(app: Flask, now: datetime) -> None:
    draft = make_application(submitted=False, answers=ANSWERS)
    make_document(draft)
    db.session.commit()
    hold(draft)
    with counted_statements() as statements:
        read_as_written(draft)
        read = answers_of(draft)
        assert (len(draft.documents), statements.count) == (1, 1)
    assert read == {key: Given(value, 1) for key, value in ANSWERS.items()}
    db.session.rollback()
    assert answers_of(draft) == read
    assert {one.question: one.value for one in draft.answers} == ANSWERS


def test_what_was_read_so_is_read_anew_once_it_is_changed(app: Flask, now: datetime) -> None:
    draft = make_application(submitted=False, answers=ANSWERS)
    db.session.commit()
    for version, (key, value) in enumerate(ANSWERS.items(), start=2):
        hold(draft)
        read_as_written(draft)
        assert save_answer(draft, "number", value, version=version - 1, now=now) == version
        assert save_answer(draft, f"also {key}".replace(" ", "_"), value, version=0, now=now) == int(value is not None)
        assert answers_of(draft)["number"] == Given(value, version)
        db.session.commit()
    also = {f"also_{key}": Given(value, 1) for key, value in ANSWERS.items() if value is not None}
    last = {"number": Given("0012", 1 + len(ANSWERS))}
    assert answers_of(draft) == {key: Given(value, 1) for key, value in ANSWERS.items()} | also | last


def test_a_draft_without_a_word_has_none(app: Flask, now: datetime) -> None:
    draft = make_application(submitted=False, answers={"motivation": "Sleep."})
    db.session.delete(draft.answers[0])
    db.session.commit()
    hold(draft)
    read_as_written(draft)
    assert (answers_of(draft), draft.documents) == ({}, [])
