"""Plans: a pinned workflow is read once a process, one that may still change at every page."""

from flask import Flask

from tests.factories import make_position
from tracker.models import Workflow
from tracker.plumbing.database import counted_statements, db
from tracker.workflows.plans import plan_of


def test_a_pinned_workflow_is_read_once(app: Flask) -> None:
    position = make_position()
    first = plan_of(position)
    with counted_statements() as statements:
        assert plan_of(position) is first
    assert len(statements) == 0


def test_that_of_a_draft_is_read_as_it_is_now(app: Flask) -> None:
    position = make_position()
    position.published_at = None
    workflow = db.session.get_one(Workflow, position.workflow_id)
    before = plan_of(position).stages[0]
    workflow.stages[[one.id for one in workflow.stages].index(before.id)].label = {"en": "Desk check"}
    db.session.flush()
    assert (before.label["en"] == "Desk check", plan_of(position).stages[0].label) == (False, {"en": "Desk check"})


def test_a_plan_shows_all_but_the_draft_in_order(app: Flask) -> None:
    position = make_position()
    workflow = db.session.get_one(Workflow, position.workflow_id)
    assert [stage.key for stage in plan_of(position).shown] == [
        one.key for one in workflow.stages if one.key != "draft"
    ]
