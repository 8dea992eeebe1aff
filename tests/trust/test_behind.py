"""Two people who have one form open: one wins, the other gets 409 with both to see, and there is exactly one entry."""

from datetime import datetime

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import func, select

from tests.positions.drafts import make_draft
from tests.trust.sweep import rules
from tests.trust.world import make_world
from tests.visitor import Visitor, sign_in
from tracker.models import Entry, Rubric
from tracker.plumbing.database import db

MINE, THEIRS = "As I wrote it", "As they wrote it"
EDITORS = {
    "positions.edit": ("/desk/positions/{position_id}/edit/basics", "department"),
    "positions.rubric": ("/desk/rubrics/{rubric_id}", "name_en"),
    "positions.reasons": ("/desk/rubrics/reasons", "reasons-0-label_en"),
    "themes.edit": ("/desk/themes/{theme_id}", "name_en"),
    "themes.project": ("/desk/themes/{theme_id}/projects/{project_id}", "title_en"),
    "themes.prize": ("/desk/themes/{theme_id}/prizes/{prize_id}", "title_en"),
    "forms.rename": ("/desk/forms/{form_id}/name", "name_en"),
    "forms.edit_section": ("/desk/forms/{form_id}/sections/{section}", "title_en"),
    "forms.edit_question": ("/desk/forms/{form_id}/questions/{question}", "label_en"),
    "workflows.rename": ("/desk/workflows/{workflow_id}/name", "name_en"),
    "workflows.edit_stage": ("/desk/workflows/{workflow_id}/stages/{stage}", "label_en"),
    "workflows.edit_move": ("/desk/workflows/{workflow_id}/moves/{move}", "label_en"),
    "messages.edit": ("/desk/messages/{template_id}", "subject_en"),
}
"""Every form in which something stored is shown to be changed, the address of its page, and a text in it."""
SAVE = {"act": "save"}
"""The button, where there are several."""
MAKES = "new new_rubric create write invite invite_now ask seat new_section new_question new_stage new_move"
"""They add a thing, and touch none that is there."""
ACTS = (
    "shown place archive restore remove unseat remove_project remove_prize remove_move remove_stage shift_stage arrange"
    " lift open_it undo bulk bulk_undo make_again delete_export cancel remind retry put_aside put_all_aside"
    " close_account invite_again change_role reset_factor declare extra_time assign_page due share_out move make_move"
    " bulk_move abstain reopen withdraw save"
)
"""They say what is to be, not what a text reads; those that depend on what was seen carry a version of their own, and
are tried in test_at_once.py, tests/dossiers/test_moves.py and tests/reviews/test_reviews.py."""


def test_every_form_of_the_staff_is_an_editor_makes_something_or_is_an_act(app: Flask) -> None:
    known = set(f"{MAKES} {ACTS}".split())
    asked = {rule.endpoint for rule in rules(app, "POST") if rule.rule.startswith("/desk")}
    others = asked - EDITORS.keys() - {"comments.edit"}  # one's own words, in two tabs: tests/comments
    assert {one for one in others if one.split(".")[1] not in known} == set()


def filled(page: str, field: str) -> tuple[str, dict[str, str]]:
    """Where the form with this field goes, and everything in it, as a browser would send it."""
    form = next(one for one in html.fromstring(page).forms if field in one.fields)
    return form.get("action") or "", {name: value for name, value in form.form_values() if name != "csrf_token"}


def entries() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Entry)) or 0


@pytest.mark.parametrize("editor", EDITORS)
def test_who_was_second_gets_both_to_see_and_changes_nothing(
    app: Flask, client: Visitor, now: datetime, editor: str
) -> None:
    world = make_world(now)
    ids = {**world.x.ids, **world.shared, "position_id": make_draft(world.people["HR"]).id}
    rubric = db.session.scalars(select(Rubric).where(Rubric.key == "phd")).one()
    sign_in(client, world.people["admin" if editor.startswith("themes.") else "HR"])
    pattern, field = EDITORS[editor]
    path = pattern.format(**ids | {"rubric_id": rubric.id})
    action, shown = filled(client.get(path).text, field)
    assert shown[field] not in {"", MINE, THEIRS}
    before = entries()
    answers = [client.post(action or path, data=SAVE | shown | {field: words}) for words in (THEIRS, MINE)]
    assert [one.status_code for one in answers] == [303, 409], answers[0].text
    assert (THEIRS in answers[1].text, MINE in answers[1].text) == (True, True)
    assert entries() == before + 1
    action, again = filled(answers[1].text, field)
    assert again[field].strip() == MINE
    assert client.post(action or path, data=SAVE | again).status_code == 303
    assert entries() == before + 2
