"""What one work may cost in statements, with session, roles, lock, history and the key of its form (docs/speed.md)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from tests.applications.phd import SECTIONS, candidate, fields, make_phd, start, upload
from tests.applications.phd import pdf as some_pdf
from tests.dossiers.world import blind_world
from tests.factories import make_application, move_of
from tests.reviews.test_reviews import posted
from tests.visitor import SignedIn, Visitor
from tracker.applications.drafts import form_of
from tracker.messages.actions import install_shipped
from tracker.plumbing.database import counted_statements, db
from tracker.plumbing.jobs import run_due
from tracker.positions.criteria import criteria_of
from tracker.positions.reasons import reasons_of
from tracker.workflows.plans import plan_of

pytestmark = pytest.mark.engines


def cost(act: Callable[[], Any], status: int = 303) -> int:
    with counted_statements() as statements:
        assert act().status_code == status
    return statements.count


def test_a_review_is_saved_kept_while_one_types_and_sent(
    app: Flask, now: datetime, signed_in: SignedIn, engine_name: str
) -> None:
    world = blind_world(now)
    criteria_of(world.position)  # each process reads them once
    browser: Visitor = signed_in(world.member)
    one, two = world.application, world.others[0]

    def send(data: dict[str, str]) -> Callable[[], Any]:
        address = f"/desk/applications/{(two if data['act'] == 'submit' else one).id}/review"
        return lambda: browser.post(address, data=data | {"form_key": "a key"})

    saved = posted(one, 4, 4, act="save")
    typed = {**posted(one, 4, 5, version=1, act="save"), "question": "strengths"}
    sent = posted(two, 4, 4)
    assert cost(send(saved)) == 6
    assert cost(send(typed), 200) == 5
    assert cost(send(sent)) == 10


def test_a_comment(app: Flask, now: datetime, signed_in: SignedIn) -> None:
    world = blind_world(now)
    browser, address = signed_in(world.member), f"/desk/applications/{world.application.id}/comments"
    data = {"audience": "committee", "text": "Sound.", "form_key": "a key"}
    assert cost(lambda: browser.post(address, data=data)) == 6


def test_a_move_with_its_message(app: Flask, now: datetime, signed_in: SignedIn) -> None:
    install_shipped(now)
    world = blind_world(now)
    plan_of(world.position), reasons_of(world.position)  # each process reads them once
    browser = signed_in(world.chair)
    assert world.position.workflow is not None
    move = move_of(world.position.workflow, "reject", "review")
    address = f"/desk/applications/{world.application.id}/moves/{move.id}"
    data = {
        "version": str(world.application.version),
        "reason": "research_match",
        "subject": "About it",
        "body": "Dear {candidate}",
        "form_key": "a key",
    }
    assert cost(lambda: browser.post(address, data=data)) == 10


def test_many_are_moved_in_one_statement_more_for_each(app: Flask, now: datetime, signed_in: SignedIn) -> None:
    install_shipped(now)
    world = blind_world(now)
    plan_of(world.position), reasons_of(world.position)
    more = [make_application(world.position, stage="review", now=now) for _ in range(5)]
    browser, address = signed_in(world.hr), f"/desk/positions/{world.position.id}/applications/bulk"
    few = [world.application, *world.others]
    shown, moved = [], []
    for chosen in (few, more):
        ids = [one.id for one in chosen]
        versions = {f"version-{one.id}": str(one.version) for one in chosen}
        words = {"reason": "research_match", "form_key": "a key"}
        data: dict[str, Any] = {"application": ids, "move": "reject", **versions, **words}
        shown.append(cost(lambda sent=data: browser.post(address, data=sent), 200))  # type: ignore[misc]  # its default is typed
        moved.append(cost(lambda sent=data: browser.post(f"{address}/move", data=sent)))  # type: ignore[misc]  # its default is typed
    assert shown == [shown[0]] * 2
    assert shown[0] <= 8
    assert moved[1] - moved[0] <= len(more) - len(few)


def test_a_candidate_from_the_first_page_to_the_receipt(app: Flask, now: datetime, signed_in: SignedIn) -> None:
    install_shipped(now)
    browser = signed_in(candidate())
    position = make_phd(letters_wanted=2, now=now)
    application = start(browser, position)
    here = f"/applications/{application.id}"
    form_of(application), plan_of(position), reasons_of(position)  # each process reads them once
    for section, answers in SECTIONS.items():
        assert cost(lambda step=section: browser.get(f"{here}/sections/{step}"), 200) == 1  # type: ignore[misc]  # its default is typed
        data = fields(application, section, **answers) | {"do": "next", "form_key": section}
        address = f"{here}/sections/{section}"
        assert cost(lambda to=address, sent=data: browser.post(to, data=sent)) == 3  # type: ignore[misc]  # its default is typed
    typed = {"question": "q-full_name", "version": "1", "value": "Bruce Lee"}
    assert cost(lambda: browser.post(f"{here}/answers", data=typed), 200) == 2
    assert upload(browser, application, some_pdf()).status_code == 303
    run_due()
    db.session.expire_all()
    assert cost(lambda: browser.get(f"{here}/check"), 200) == 1
    assert cost(lambda: browser.post(f"{here}/submit")) == 10
    assert cost(lambda: browser.get(f"{here}/receipt"), 200) == 1
