"""The demo: a whole institute, the same for the same seed, and as consistent as if people had clicked it together."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.visitor import Visitor
from tracker import demo, installing
from tracker.accounts.secrets_kept import matches
from tracker.applications.drafts import draft_of
from tracker.applications.moving import furthest_now
from tracker.applications.texts import texts_of
from tracker.demo.building import CANDIDATES, ROLES
from tracker.demo.courses import fates
from tracker.demo.staff import SignIn
from tracker.home.waiting import what_waits
from tracker.models import (
    Answer,
    Application,
    ApplicationText,
    Conflict,
    Document,
    Entry,
    Job,
    Letter,
    LetterState,
    Message,
    MessageState,
    Person,
    Position,
    PositionState,
    Review,
    ReviewState,
    StageKind,
    Theme,
    Transition,
)
from tracker.plumbing import history, storage
from tracker.plumbing.database import db
from tracker.plumbing.standing import standing_of
from tracker.rules.candidate_facts import country_in, name_in, origin_of
from tracker.rules.emails import canonical_email
from tracker.rules.scoring import mean_of, weighted_total

FEW = 60
NOW = datetime.fromisoformat("2026-11-24T10:00:00+00:00")


@pytest.fixture
def institute(app: Flask) -> list[SignIn]:
    """Sixty applications; enough for every kind of stage."""
    return make(FEW)


def make(count: int, seed: int = 1) -> list[SignIn]:
    with_shipped()
    signs = demo.build(applications=count, seed=seed, now=NOW)
    db.session.expire_all()
    return signs


def with_shipped() -> None:
    for install in installing.SHIPPED:
        install(NOW)
    db.session.commit()


def every(kind: Any) -> list[Any]:
    return list(db.session.scalars(select(kind)).unique())


@pytest.mark.engines
def test_it_is_built_on_both_engines_with_its_history_unbroken(institute: list[SignIn]) -> None:
    assert db.session.scalar(select(func.count()).select_from(Application)) == FEW
    assert list(history.broken()) == []


def test_every_kind_of_stage_and_every_state_of_a_position_is_there(institute: list[SignIn]) -> None:
    assert {one.stage_kind for one in every(Application)} == set(StageKind)
    assert {one.state for one in every(Position)} == set(PositionState)


def test_so_are_ten_themes_with_their_coordinators(institute: list[SignIn]) -> None:
    themes = every(Theme)
    assert len(themes) == 10
    assert all(theme.coordinators for theme in themes)


def test_there_is_one_sign_in_for_every_role_with_a_password_of_its_own(institute: list[SignIn]) -> None:
    assert [one.role for one in institute] == [*(role for role, _ in ROLES), *CANDIDATES]
    assert len({one.password for one in institute}) == len(institute)
    for one in institute:
        kept = db.session.scalars(select(Person).where(Person.email_canonical == canonical_email(one.email))).one()
        assert matches(one.password, kept.password_hash)
        assert kept.name == one.name


def test_everybody_can_sign_in_by_the_form(institute: list[SignIn], app: Flask) -> None:
    for one in institute:
        client = Visitor(app, app.response_class, use_cookies=True)
        answer = client.post("/sign-in", data={"email": one.email, "password": one.password})
        assert (one.role, answer.status_code) == (one.role, 303)
        assert (one.role, client.get(answer.location).status_code) == (one.role, 200)


def test_passwords_are_made_anew_each_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from tracker.demo.staff import new_password

    made = {new_password() for _ in range(50)}
    assert len(made) == 50
    assert min(map(len, made)) >= 20


def told() -> Counter[Any]:
    """The institute without its ids: who applied for what, answered what, and how it was judged."""
    rows = db.session.execute(
        select(
            Application.code, Application.name, Application.stage_kind, Application.score,
            Position.title, Answer.question, Answer.value,
        )
        .join(Position, Application.position_id == Position.id)
        .join(Answer, Answer.application_id == Application.id)
    )  # fmt: skip
    return Counter(repr(tuple(row)) for row in rows)


def test_the_same_seed_makes_the_same_institute_and_another_another(database: Any, app: Flask, tmp_path: Any) -> None:
    found = []
    for seed in (7, 7, 8):
        db.session.remove()
        database.renew()
        make(25, seed)
        found.append(told())
    assert found[0] == found[1]
    assert found[0] != found[2]


def test_what_the_rows_say_of_an_application_is_what_the_acts_would_have_written(institute: list[SignIn]) -> None:
    for one in every(Application):
        draft = draft_of(one)
        if one.submitted_at is None:
            assert (one.name, one.country, one.furthest) == ("", "", StageKind.DRAFT)
            continue
        assert [(p.question.key, str(p.sentence)) for p in draft.problems] == []
        assert one.name == name_in(draft.values, one.candidate.name)
        assert one.country == country_in(draft.values)
        assert one.origin == origin_of(draft.values, home=one.position.country)
        assert one.furthest == furthest_now(one)
        text = db.session.scalars(select(ApplicationText).where(ApplicationText.application_id == one.id)).one()
        wanted = texts_of(draft, name=one.candidate.name, email=one.candidate.email)
        assert (text.open_text, text.identity_text, text.hidden_text) == wanted
        last = max(one.transitions, key=lambda transition: transition.at)
        assert (one.stage_id, one.stage_since) == (last.to_stage_id, last.at)
        assert one.ended_at == (last.at if one.stage.kind.is_end else None)


def test_scores_and_counts_follow_from_the_reviews(institute: list[SignIn]) -> None:
    for review in every(Review):
        given = {score.criterion_id: score.value for score in review.scores}
        if review.state is ReviewState.SUBMITTED:
            assert review.total == weighted_total(given, review.application.position.criteria)
        else:
            assert review.total is None
    for one in every(Application):
        totals = [
            review.total
            for review in db.session.scalars(select(Review).where(Review.application_id == one.id))
            if review.total is not None
        ]
        assert (one.reviews_in, one.score) == (len(totals), mean_of(totals))


def test_every_move_was_one_of_the_workflow_in_order_and_before_now(institute: list[SignIn]) -> None:
    for one in every(Application):
        stage = next(each for each in one.position.workflow.stages if each.kind is StageKind.DRAFT)
        before = one.started_at
        for transition in one.transitions:
            assert transition.move is not None
            assert (transition.from_stage_id, transition.move.from_stage_id) == (stage.id, stage.id)
            assert before <= transition.at < NOW
            stage, before = transition.to_stage, transition.at
        assert stage.id == one.stage_id


def test_nobody_judged_whom_they_had_to_leave_alone(institute: list[SignIn]) -> None:
    blocked = {(one.application_id, one.person_id) for one in every(Conflict) if one.blocks}
    assert not blocked & {(one.application_id, one.reviewer_id) for one in every(Review)}


def test_whoever_is_at_an_end_was_told(institute: list[SignIn]) -> None:
    messages = {one.id: one for one in every(Message)}
    for transition in every(Transition):
        if transition.to_stage.kind.is_end and transition.move.message_key:
            told = messages[transition.message_id]
            waits = transition.undo_until is not None and transition.undo_until > NOW
            assert told.state is (MessageState.QUEUED if waits else MessageState.SENT)


def test_one_move_was_made_just_now_and_can_be_undone(institute: list[SignIn]) -> None:
    fresh = [one for one in every(Transition) if one.undo_until is not None and one.undo_until > NOW]
    assert len(fresh) == 1
    assert every(Job)[0].arguments == {"message": fresh[0].message_id}


def test_documents_are_real_and_are_where_their_rows_say(institute: list[SignIn]) -> None:
    import hashlib

    documents = every(Document)
    assert len(documents) > FEW
    for one in documents[:20]:
        data = storage.read(one.storage_key)
        assert data.startswith(b"%PDF-")
        assert (len(data), hashlib.sha256(data).hexdigest()) == (one.size, one.sha256)


def test_letters_are_in_every_state_and_only_those_that_came_have_words(institute: list[SignIn]) -> None:
    letters = every(Letter)
    assert {LetterState.ASKED, LetterState.RECEIVED, LetterState.CANCELLED} <= {one.state for one in letters}
    for one in letters:
        assert bool(one.text or one.storage_key) == (one.state is LetterState.RECEIVED)


def test_there_is_work_for_the_member_the_chair_and_hr(institute: list[SignIn], app: Flask) -> None:
    by_role = {one.role: one for one in institute}
    wanted = {"member": {"declare", "review"}, "chair": {"move"}, "hr": {"publish"}}
    with app.test_request_context():
        for role, kinds in wanted.items():
            person = db.session.scalars(select(Person).where(Person.name == by_role[role].name)).one()
            found = {task.urgency.name.lower() for task in what_waits(standing_of(person), now=NOW)}
            assert (role, kinds - found) == (role, set())


def test_the_candidates_have_what_their_role_says(institute: list[SignIn]) -> None:
    by_role = {one.role: one for one in institute}

    def kinds(role: str) -> set[StageKind]:
        rows = select(Application).join(Person).where(Person.email == by_role[role].email)
        return {one.stage_kind for one in db.session.scalars(rows)}

    assert StageKind.OFFER in kinds("candidate")
    assert StageKind.DRAFT not in kinds("candidate")
    assert kinds("candidate with a draft") == {StageKind.DRAFT}


def test_people_have_names_in_many_scripts(institute: list[SignIn]) -> None:
    import unicodedata

    names = "".join(one.name for one in every(Person))
    scripts = {unicodedata.name(sign, "?").split()[0] for sign in names if sign.isalpha()}
    assert {"LATIN", "CYRILLIC", "CJK", "ARABIC"} <= scripts


@pytest.mark.parametrize("count", [1, 17, 150, 400])
def test_as_many_ends_are_planned_as_applications_are_asked_for(count: int) -> None:
    found = fates(count)
    assert len(found) == count
    if count == 150:
        assert Counter(one.vacancy.key for one in found)["heart"] == 25


def test_history_of_an_application_is_told_in_the_order_of_time(institute: list[SignIn]) -> None:
    chains: dict[str, list[datetime]] = {}
    for entry in db.session.scalars(select(Entry).where(Entry.thing == "application").order_by(Entry.number)):
        chains.setdefault(entry.thing_id, []).append(entry.at)
    assert all(moments == sorted(moments) for moments in chains.values())
    assert max(map(max, chains.values())) < NOW + timedelta(seconds=1)


def test_progress_is_told_to_the_end(app: Flask) -> None:
    with_shipped()
    heard: list[tuple[int, int]] = []
    tell: Callable[[int, int], object] = lambda done, total: heard.append((done, total))  # noqa: E731  # one line that is typed
    demo.build(applications=20, seed=1, now=NOW, progress=tell)
    assert heard[-1] == (20, 20)
