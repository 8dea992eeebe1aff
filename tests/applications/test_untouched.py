"""A question that nobody has answered is drawn once a language; what one candidate writes is on no other's page."""

from typing import Any

from flask import Flask, render_template_string

from tests.applications.phd import SECTIONS, candidate, make_phd, save, start
from tests.visitor import Visitor
from tracker.applications.asked import Asked
from tracker.applications.drafts import form_of
from tracker.applications.shown import untouched
from tracker.plumbing.i18n import in_language
from tracker.rules.questions import QuestionType
from tracker.rules.sentences import say

DRAWN = '{% from "applications/_questions.html" import question with context %}{{ question(one) }}'


def test_an_untouched_question_looks_as_if_it_were_drawn_for_its_reader(
    app: Flask, signed_in: Any, client: Visitor
) -> None:
    signed_in(candidate())
    draft = start(client, make_phd())
    questions = [one for one in form_of(draft).questions if one.type is not QuestionType.FILE]
    with app.test_request_context(f"/applications/{draft.id}/check"):
        for language in ("en", "nl", "en"):
            with in_language(language):
                for question in questions:
                    drawn = render_template_string(DRAWN, one=Asked(question, None, 0))
                    assert untouched(question) == drawn


def test_what_somebody_wrote_or_must_mend_or_adds_is_no_longer_untouched(
    app: Flask, signed_in: Any, client: Visitor
) -> None:
    signed_in(candidate())
    question = form_of(start(client, make_phd())).question("degrees")
    assert Asked(question, None, 0).is_untouched
    touched = [
        Asked(question, [{"field": "Sleep"}], 1),
        Asked(question, None, 2),
        Asked(question, None, 0, blank_rows=1),
        Asked(question, None, 0, errors=[say("Give an answer.")]),
        Asked(question, None, 0, is_stale=True),
    ]
    assert not any(one.is_untouched for one in touched)


def test_the_next_candidate_finds_nothing_of_the_one_before(app: Flask, signed_in: Any, client: Visitor) -> None:
    position = make_phd()
    signed_in(candidate())
    first = start(client, position)
    save(client, first, "education", **SECTIONS["education"])
    assert "Đại học Quốc gia Hà Nội" in client.get(f"/applications/{first.id}/sections/education").text
    signed_in(candidate())
    page = client.get(f"/applications/{start(client, position).id}/sections/education").text
    assert ("Đại học Quốc gia Hà Nội" in page, "Neuroscience" in page, first.id in page) == (False, False, False)
