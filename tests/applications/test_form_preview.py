"""HR sees a form as candidates do: the same fields, drawn by the same macros."""

import re
from datetime import datetime
from typing import Any

from flask import Flask

from tests.applications.phd import candidate, make_phd, start
from tests.factories import make_hr
from tests.visitor import Visitor
from tracker.forms.actions import begin, latest
from tracker.models import Application
from tracker.plumbing.database import db
from tracker.rules.questions import Form

FIELD = re.compile(r"<(?:input|select|textarea|fieldset|label|legend)\b[^>]*\"q-[^>]*>")
ADDED = re.compile(r"\"q-\w+-0(?:-\w+)+\"")
"""A field in the first row of a list: a list that may stay empty shows none to candidates until they add one."""


def fields(page: str) -> list[str]:
    return [one for one in FIELD.findall(page) if not ADDED.search(one)]


def test_the_preview_has_exactly_the_fields_that_candidates_get(app: Flask, signed_in: Any, client: Visitor) -> None:
    position = make_phd()
    assert position.form_version is not None
    form, version = position.form_version.form, position.form_version
    signed_in(candidate())
    application: Application = start(client, position)
    steps = [one.key for one in Form.parse(version.content).sections]
    real = [client.get(f"/applications/{application.id}/sections/{step}").text for step in steps]
    preview = signed_in(make_hr()).get(f"/desk/forms/{form.id}/preview").text
    assert fields(preview) == [one for page in real for one in fields(page)]
    assert len(fields(preview)) > 100


def test_the_preview_of_what_is_not_whole_yet_shows_what_is_there(
    app: Flask, signed_in: Any, client: Visitor, now: datetime
) -> None:
    form = begin({"en": "Ours", "nl": "Het onze"}, source=None, by=make_hr(), now=now)
    label = {"en": "Which method?", "nl": ""}
    question = {
        "key": "method",
        "type": "choice",
        "label": label,
        "options": [{"key": "a", "label": {"en": "Imaging"}}],
    }
    latest(form).content = {"sections": [{"key": "one", "title": {"en": "One"}, "questions": [question]}]}
    db.session.flush()
    page = signed_in(make_hr()).get(f"/desk/forms/{form.id}/preview")
    assert page.status_code == 200
    assert all(words in page.text for words in ("Which method?", "Imaging", "Positions cannot use this version yet"))
    assert client.get(f"/desk/forms/{form.id}/preview?version=9").status_code == 404
