"""The life of a position: which moves there are, what is in their way, and what follows."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import make_application, make_hr, make_message, make_position, make_seat, make_staff
from tests.visitor import sign_in
from tracker.models import ENDS, Application, Entry, Message, MessageState, PositionRole, PositionState, StageKind
from tracker.plumbing.database import db
from tracker.positions import steering
from tracker.rules.lifecycle import MOST_COUNTED, POSITION_MOVES, PositionSituation, Untold, everyone_told
from tracker.rules.refusals import Invalid, NotAllowedNow

S = PositionState


@pytest.mark.parametrize("state", list(PositionState))
@pytest.mark.parametrize("move", [move for move in POSITION_MOVES if move.key != "publish"], ids=lambda move: move.key)
def test_a_move_is_made_only_from_its_own_states(app: Flask, now: datetime, move: Any, state: PositionState) -> None:
    hr, position = make_hr(), make_position(state=state)
    if state in move.sources:
        steering.steer(position, move, by=hr, now=now, reason="No funds")
        assert position.state is move.target
    else:
        with pytest.raises(NotAllowedNow):
            steering.steer(position, move, by=hr, now=now, reason="No funds")
        assert position.state is state


@pytest.mark.parametrize("role", [*PositionRole, None])
def test_nobody_but_hr_and_the_administrator_steers(app: Flask, client: Any, role: PositionRole | None) -> None:
    position = make_position()
    sign_in(client, make_seat(position, role=role).person if role else make_staff())
    page = client.post(f"/desk/positions/{position.id}/moves/close", data={"version": position.version})
    db.session.expire_all()
    assert (page.status_code, position.state) == (403 if role else 404, S.PUBLISHED)


def test_a_position_is_not_decided_while_anyone_waits_for_word(app: Flask, client: Any, now: datetime) -> None:
    position = make_position(state=S.CLOSED)
    waiting = make_application(position, stage="review")
    silent = make_application(position, stage="rejected")
    told = make_application(position, stage="rejected")
    make_message(application=told, now=told.stage_since).state = MessageState.SENT
    gone = make_application(position, stage="withdrawn")
    draft = make_application(position, submitted=False)
    failed = make_application(position, stage="rejected")
    make_message(application=failed, now=failed.stage_since).state = MessageState.FAILED
    waits = make_application(position, stage="rejected")
    make_message(application=waits, now=waits.stage_since)
    db.session.flush()
    assert set(steering.untold_in(position.id).codes) == {waiting.code, silent.code, failed.code, waits.code}
    sign_in(client, make_hr())
    page = client.post(f"/desk/positions/{position.id}/moves/decide", data={"version": position.version})
    assert page.status_code == 409
    assert [one.code in page.text for one in (waiting, silent, failed)] == [True] * 3
    assert [one.code in page.text for one in (told, gone, draft)] == [False] * 3


@pytest.mark.engines
def test_who_was_not_told_is_who_a_look_at_each_row_finds(app: Flask, now: datetime) -> None:
    dice, position, person = Random(11), make_position(state=S.CLOSED), make_staff()
    applications = [make_application(position) for _ in range(5)]
    make_application(make_position(state=S.CLOSED))
    messages: list[Message] = []
    seen = set()
    for _ in range(120):
        one, moment = dice.choice(applications), now + timedelta(hours=dice.randrange(9))
        if dice.random() < 0.4:
            one.stage_kind, one.stage_since = dice.choice([StageKind.REVIEW, *sorted(ENDS)]), moment
            one.ended_at = moment if one.stage_kind.is_end else None
        elif dice.random() < 0.7 or not messages:
            messages.append(make_message(person, application=one, now=moment))
        else:
            dice.choice(messages).state = dice.choice(list(MessageState))
        db.session.flush()
        codes = sorted(one.code for one in applications if _waits_for_word(one, messages))
        assert steering.untold_in(position.id) == Untold(len(codes), tuple(codes))
        seen.add(len(codes))
    assert len(seen) > 3


def _waits_for_word(application: Application, messages: list[Message]) -> bool:
    told = any(
        one.application_id == application.id
        and one.state is MessageState.SENT
        and one.created_at >= application.stage_since
        for one in messages
    )
    chosen = application.stage_kind in steering.TOLD_BY_THEMSELVES
    return application.ended_at is None or not (chosen or told)


@pytest.mark.engines
def test_who_was_not_told_is_counted_and_named_to_a_limit(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steering, "MOST_COUNTED", 2)
    monkeypatch.setattr(steering, "MOST_NAMED", 1)
    position = make_position(state=S.CLOSED)
    first, *_ = [make_application(position, stage="review") for _ in range(4)]
    assert steering.untold_in(position.id) == Untold(3, (first.code,))


def test_more_than_are_counted_are_said_to_be_more() -> None:
    many, few = Untold(MOST_COUNTED + 1, ("0000", "0001")), Untold(2, ("A", "B"))
    assert [str(*everyone_told(PositionSituation(untold=one))) for one in (many, few)] == [
        "1000+ applicants have not been told the outcome: 0000, 0001 ….",
        "2 applicants have not been told the outcome: A, B.",
    ]


def test_a_word_from_before_the_last_move_does_not_count(app: Flask, now: datetime) -> None:
    position = make_position(state=S.CLOSED)
    moved = make_application(position, stage="rejected", now=now)
    make_message(application=moved, now=now - timedelta(days=1)).state = MessageState.SENT
    db.session.flush()
    assert steering.untold_in(position.id) == Untold(1, (moved.code,))


def test_reopening_past_the_deadline_wants_a_later_one(app: Flask, now: datetime) -> None:
    hr = make_hr()
    late = make_position(state=S.CLOSED, closes_at=now - timedelta(days=1))
    with pytest.raises(NotAllowedNow):
        steering.steer(late, steering.MOVES["reopen"], by=hr, now=now)
    late.closes_at = now + timedelta(days=1)
    db.session.flush()
    steering.steer(late, steering.MOVES["reopen"], by=hr, now=now)
    assert (late.state, late.closed_at) == (S.PUBLISHED, None)


def test_cancelling_wants_a_reason_that_the_public_reads(app: Flask, client: Any, now: datetime) -> None:
    hr, position = make_hr(), make_position()
    with pytest.raises(Invalid):
        steering.steer(position, steering.MOVES["cancel"], by=hr, now=now, reason="  ")
    sign_in(client, hr)
    address = f"/desk/positions/{position.id}/moves/cancel"
    assert client.post(address, data={"version": position.version, "reason": ""}).status_code == 422
    done = client.post(address, data={"version": position.version, "reason": "The grant was withdrawn."})
    assert done.status_code == 303
    assert "The grant was withdrawn." in client.get(f"/positions/{position.id}").text


def test_every_move_is_an_entry(app: Flask, now: datetime) -> None:
    hr, position = make_hr(), make_position()
    for key in ("close", "reopen", "cancel", "archive"):
        steering.steer(position, steering.MOVES[key], by=hr, now=now, reason="Why")
    words = db.session.scalars(select(Entry.what).where(Entry.thing_id == position.id).order_by(Entry.number)).all()
    assert words == ["closed", "reopened", "cancelled", "archived"]


def test_what_is_past_its_deadline_is_closed_once(app: Flask, now: datetime) -> None:
    due = make_position(closes_at=now - timedelta(seconds=5))
    still = make_position(closes_at=now + timedelta(days=1))
    draft = make_position(state=S.DRAFT, closes_at=now - timedelta(days=1))
    db.session.flush()
    assert (steering.close_due_positions(), steering.close_due_positions()) == (1, 0)
    assert (due.state, still.state, draft.state) == (S.CLOSED, S.PUBLISHED, S.DRAFT)
    assert db.session.scalars(select(Entry.what).where(Entry.thing_id == due.id)).all() == ["closed"]


def test_a_second_click_finds_another_state(app: Flask, client: Any) -> None:
    position = make_position()
    sign_in(client, make_hr())
    data = {"version": position.version}
    address = f"/desk/positions/{position.id}/moves/close"
    assert [client.post(address, data=data).status_code for _ in range(2)] == [303, 409]
