"""What is written in a draft comes in the one row of the draft, and is what the rows of its answers say."""

from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect

from tests.factories import make_application, make_document
from tracker.applications.drafts import read_as_written
from tracker.models import Application
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
        read = {one.question: (one.value, one.version) for one in draft.answers}
        assert (len(draft.documents), statements.count) == (1, 1)
    assert read == {key: (value, 1) for key, value in ANSWERS.items()}
    db.session.expire_all()
    assert {one.question: (one.value, one.version) for one in draft.answers} == read


def test_what_was_read_so_can_be_changed_as_any_row(app: Flask, now: datetime) -> None:
    draft = make_application(submitted=False, answers={"motivation": "Sleep."})
    db.session.commit()
    hold(draft)
    read_as_written(draft)
    assert (inspect(draft.answers[0]).persistent, list(db.session.dirty)) == (True, [])
    draft.answers[0].value = "Dreams."
    db.session.commit()
    [answer] = db.session.get_one(Application, draft.id).answers
    assert (answer.value, answer.version, answer.saved_at) == ("Dreams.", 2, answer.saved_at)


def test_a_draft_without_a_word_has_none(app: Flask, now: datetime) -> None:
    draft = make_application(submitted=False, answers={"motivation": "Sleep."})
    db.session.delete(draft.answers[0])
    db.session.commit()
    hold(draft)
    read_as_written(draft)
    assert (draft.answers, draft.documents) == ([], [])
