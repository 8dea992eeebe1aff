"""HR edits workflows; positions keep their own copies."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_hr, make_position, make_staff
from tests.visitor import Visitor
from tracker import shipped
from tracker.messages.actions import install_shipped as install_messages
from tracker.models import Entry, Workflow
from tracker.workflows.actions import content_of, install_shipped, pin_copy
from tracker.workflows.drawing import draw
from tracker.workflows.queries import mistakes_of, offered, uses_of

STAGE = {
    "kind": "review", "label_en": "Second look", "label_nl": "Tweede blik", "applicant_label_en": "Being read again",
    "applicant_label_nl": "Wordt opnieuw gelezen", "reviews_wanted": "2", "takes_reviews": "y",
}  # fmt: skip
MOVE: dict[str, Any] = {
    "label_en": "Look again", "label_nl": "Kijk opnieuw", "sources": ["review", "shortlist"], "target": "interview",
    "style": "forward", "by": ["chair", "hr"], "conditions": ["enough_reviews"], "asks_reason": "required",
    "message_key": "shortlisted",
}  # fmt: skip


@pytest.fixture
def workflow(session: Session, now: datetime) -> Workflow:
    install_messages(now)
    install_shipped(now)
    return session.scalars(select(Workflow).where(Workflow.key == "phd", Workflow.is_copy.is_(False))).one()


def seen(workflow: Workflow, session: Session) -> str:
    session.expire_all()
    return str(workflow.version)


@pytest.mark.parametrize("key", shipped.WORKFLOW_KEYS)
def test_shipped_workflows_are_installed_once_whole_and_offered(session: Session, now: datetime, key: str) -> None:
    install_messages(now)
    install_shipped(now)
    install_shipped(now)
    session.expire_all()
    workflow = session.scalars(select(Workflow).where(Workflow.key == key)).one()
    assert mistakes_of(workflow) == []
    assert workflow.id in {one.id for one in offered()}
    content = content_of(workflow)
    wanted = shipped.workflow(key)
    assert content["stages"] == wanted["stages"]
    for move in wanted["moves"]:
        move["from"] = move["from"] if isinstance(move["from"], list) else [move["from"]]
    assert content["moves"] == wanted["moves"]


def test_a_pinned_copy_is_equal_and_independent(workflow: Workflow, session: Session) -> None:
    copy = pin_copy(workflow)
    session.flush()
    session.expire_all()
    assert content_of(copy) == content_of(workflow)
    assert (copy.is_copy, copy.copied_from_id, workflow.is_copy) == (True, workflow.id, False)
    assert not {stage.id for stage in copy.stages} & {stage.id for stage in workflow.stages}
    own = {stage.id for stage in copy.stages}
    assert {move.from_stage_id for move in copy.moves} | {move.to_stage_id for move in copy.moves} <= own
    workflow.stages[0].label = {"en": "Changed", "nl": "Anders"}
    workflow.stages[0].label["en"] = "Changed"
    workflow.moves[0].by = ["hr"]
    session.flush()
    session.expire_all()
    assert copy.stages[0].label == shipped.workflow("phd")["stages"][0]["label"]
    assert copy.moves[0].by == ["candidate"]


def test_a_pinned_copy_is_nowhere_to_be_edited_or_chosen(signed_in: Any, workflow: Workflow, session: Session) -> None:
    position = make_position()
    position.workflow = pin_copy(workflow)
    client: Visitor = signed_in(make_hr())
    assert client.get(f"/desk/workflows/{position.workflow.id}").status_code == 404
    assert client.post(f"/desk/workflows/{position.workflow.id}/archive").status_code == 404
    assert position.workflow_id not in {one.id for one in offered()}
    assert [(use.id, use.is_pinned) for use in uses_of(workflow)] == [(position.id, True)]
    page = client.get(f"/desk/workflows/{workflow.id}").get_data(as_text=True)
    assert "keeps its own copy" in page


def test_a_stage_is_added_changed_shifted_and_removed(signed_in: Any, workflow: Workflow, session: Session) -> None:
    hr = make_hr()
    client: Visitor = signed_in(hr)
    base = f"/desk/workflows/{workflow.id}/stages"
    assert client.post(f"{base}/new", data=STAGE | {"seen": seen(workflow, session)}).status_code == 303
    session.expire_all()
    keys = [stage.key for stage in workflow.stages]
    assert keys.index("second_look") == keys.index("hired") - 1
    stage = workflow.stages[keys.index("second_look")]
    assert (stage.label, stage.reviews_wanted) == ({"en": "Second look", "nl": "Tweede blik"}, 2)
    changed = STAGE | {"label_en": "Third look", "seen": seen(workflow, session)}
    assert client.post(f"{base}/second_look", data=changed).status_code == 303
    data = {"way": "up", "seen": seen(workflow, session)}
    assert client.post(f"{base}/second_look/shift", data=data).status_code == 303
    session.expire_all()
    assert [stage.key for stage in workflow.stages].index("second_look") == keys.index("second_look") - 1
    assert [stage.place for stage in workflow.stages] == list(range(len(keys)))
    before = len(workflow.moves)
    assert client.post(f"{base}/review/remove", data={"seen": seen(workflow, session)}).status_code == 303
    session.expire_all()
    assert "review" not in {stage.key for stage in workflow.stages}
    assert len(workflow.moves) < before
    what = session.scalars(select(Entry.what).where(Entry.thing_id == workflow.id).order_by(Entry.number)).all()
    assert what == ["installed", "stage_added", "stage_changed", "stages_ordered", "stage_removed"]


def test_a_move_of_several_stages_is_one_to_hr(signed_in: Any, workflow: Workflow, session: Session) -> None:
    client: Visitor = signed_in(make_hr())
    base = f"/desk/workflows/{workflow.id}/moves"
    assert client.post(f"{base}/new", data=MOVE | {"seen": seen(workflow, session)}).status_code == 303
    session.expire_all()
    rows = [move for move in workflow.moves if move.key == "look_again"]
    assert {(row.from_stage.key, row.to_stage.key) for row in rows} == {
        ("review", "interview"),
        ("shortlist", "interview"),
    }
    assert {(tuple(row.by), tuple(row.conditions), row.message_key) for row in rows} == {
        (("chair", "hr"), ("enough_reviews",), "shortlisted")
    }
    changed = MOVE | {"sources": ["intake"], "by": ["hr"], "message_key": "", "seen": seen(workflow, session)}
    assert client.post(f"{base}/look_again", data=changed).status_code == 303
    session.expire_all()
    rows = [move for move in workflow.moves if move.key == "look_again"]
    assert [(row.from_stage.key, row.by, row.message_key) for row in rows] == [("intake", ["hr"], None)]
    assert client.post(f"{base}/look_again/remove", data={"seen": seen(workflow, session)}).status_code == 303
    session.expire_all()
    assert content_of(workflow) == content_of(workflow) | {"moves": [
        one | {"from": one["from"] if isinstance(one["from"], list) else [one["from"]]}
        for one in shipped.workflow("phd")["moves"]
    ]}  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"sources": []}, "Choose at least one stage."),
        ({"by": []}, "Choose who may make the move."),
        ({"target": "review"}, "A move leads to another stage than the one where it starts."),
        ({"label_nl": ""}, "Write this part."),
        ({"target": "nowhere"}, "Not a valid choice."),
        ({"conditions": ["made_up"]}, "not a valid choice"),
        ({"by": ["dean"]}, "not a valid choice"),
        ({"message_key": "made_up"}, "Not a valid choice."),
        ({"style": "sideways"}, "Not a valid choice."),
    ],
)
def test_a_wrong_move_is_explained(
    signed_in: Any, workflow: Workflow, session: Session, wrong: dict[str, Any], sentence: str
) -> None:
    version = seen(workflow, session)
    data = MOVE | {"seen": version} | wrong
    answer = signed_in(make_hr()).post(f"/desk/workflows/{workflow.id}/moves/new", data=data)
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert seen(workflow, session) == version


@pytest.mark.parametrize(("language", "sentence"), [("en", "Not a valid choice."), ("nl", "Ongeldige keuze.")])
def test_what_the_library_of_forms_says_is_said_in_the_readers_language(
    signed_in: Any, workflow: Workflow, session: Session, language: str, sentence: str
) -> None:
    reader = make_hr()
    reader.language = language
    session.commit()
    data = MOVE | {"seen": seen(workflow, session), "style": "sideways"}
    page = signed_in(reader).post(f"/desk/workflows/{workflow.id}/moves/new", data=data).text
    assert [said for said in ("Not a valid choice.", "Ongeldige keuze.") if said in page] == [sentence]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"label_en": ""}, "Write this part."),
        ({"applicant_label_nl": ""}, "Write this part."),
        ({"next_words_en": "Only here"}, "Write this in both languages, or in neither."),
        ({"takes_reviews": ""}, "Reviews can only be wanted where they are written."),
        ({"reviews_wanted": "21"}, "Number must be between 0 and 20."),
        ({"kind": "limbo"}, "Not a valid choice."),
    ],
)
def test_a_wrong_stage_is_explained(
    signed_in: Any, workflow: Workflow, session: Session, wrong: dict[str, str], sentence: str
) -> None:
    data = {name: value for name, value in (STAGE | {"seen": seen(workflow, session)} | wrong).items() if value}
    answer = signed_in(make_hr()).post(f"/desk/workflows/{workflow.id}/stages/new", data=data)
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)


def test_all_mistakes_are_named_at_once_and_keep_it_from_positions(
    signed_in: Any, workflow: Workflow, session: Session
) -> None:
    for move in list(workflow.moves):
        if move.key in {"submit", "withdraw"} or move.to_stage.key == "hired":
            workflow.moves.remove(move)
    session.flush()
    page = signed_in(make_hr()).get(f"/desk/workflows/{workflow.id}").get_data(as_text=True)
    for sentence in (
        "The candidate needs the move “submit” out of the draft.",
        "No move leads to the stage “hired”.",
        "From the stage “review” the candidate cannot withdraw.",
    ):
        assert sentence in page
    assert workflow.id not in {one.id for one in offered()}


def test_the_move_out_of_the_draft_is_always_called_submit(
    signed_in: Any, workflow: Workflow, session: Session
) -> None:
    client: Visitor = signed_in(make_hr())
    path = f"/desk/workflows/{workflow.id}/moves"
    client.post(f"{path}/submit/remove", data={"seen": seen(workflow, session)})
    data = MOVE | {"sources": ["draft"], "target": "intake", "by": ["candidate"], "seen": seen(workflow, session)}
    assert client.post(f"{path}/new", data=data).status_code == 303
    session.expire_all()
    assert mistakes_of(workflow) == []


def test_an_older_version_gets_409_and_keeps_what_was_typed(
    signed_in: Any, workflow: Workflow, session: Session
) -> None:
    client: Visitor = signed_in(make_hr())
    stale = seen(workflow, session)
    base = f"/desk/workflows/{workflow.id}"
    assert client.post(f"{base}/moves/withdraw/remove", data={"seen": stale}).status_code == 303
    data = STAGE | {"label_en": "Typed with love", "seen": stale}
    answer = client.post(f"{base}/stages/review", data=data)
    assert answer.status_code == 409
    assert "Typed with love" in answer.get_data(as_text=True)
    for path in ("moves/reject/remove", "stages/review/remove", "stages/review/shift"):
        assert client.post(f"{base}/{path}", data={"seen": stale}).status_code == 409


def test_a_copy_begins_as_the_original_and_is_its_own(signed_in: Any, workflow: Workflow, session: Session) -> None:
    client: Visitor = signed_in(make_hr())
    data = {"source": workflow.id, "name_en": "Clinical PhD", "name_nl": "Klinische PhD"}
    assert client.post("/desk/workflows/new", data=data).status_code == 303
    copy = session.scalars(select(Workflow).where(Workflow.key == "clinical_phd")).one()
    assert content_of(copy) | {"key": 0, "name": 0} == content_of(workflow) | {"key": 0, "name": 0}
    assert not copy.is_copy
    client.post(f"/desk/workflows/{copy.id}/moves/reject/remove", data={"seen": seen(copy, session)})
    session.expire_all()
    assert "reject" in {move.key for move in workflow.moves}


@pytest.mark.parametrize("with_back", [False, True])
@pytest.mark.parametrize("key", shipped.WORKFLOW_KEYS)
def test_the_picture_has_every_stage_apart_and_every_move(
    session: Session, now: datetime, key: str, with_back: bool
) -> None:
    install_shipped(now)
    workflow = session.scalars(select(Workflow).where(Workflow.key == key)).one()
    drawing = draw(workflow, with_back=with_back)
    assert {node.stage.key for node in drawing.nodes} == {stage.key for stage in workflow.stages}
    drawn = {arrow.key for arrow in drawing.arrows}
    assert drawn == {move.key for move in workflow.moves if with_back or move.style != "back"}
    for one in drawing.nodes:
        assert 0 <= one.x <= one.x + one.width <= drawing.width
        assert 0 <= one.y <= one.y + one.height <= drawing.height
        for other in drawing.nodes:
            if one is not other and one.x == other.x:
                assert one.y + one.height <= other.y or other.y + other.height <= one.y


def test_a_workflow_archived_is_offered_no_more(signed_in: Any, workflow: Workflow, session: Session) -> None:
    client: Visitor = signed_in(make_hr())
    for path, there in (("archive", False), ("restore", True)):
        assert client.post(f"/desk/workflows/{workflow.id}/{path}").status_code == 303
        session.expire_all()
        assert (workflow.id in {one.id for one in offered()}) is there


def test_only_designers_come_in(signed_in: Any, workflow: Workflow, session: Session) -> None:
    client: Visitor = signed_in(make_staff())
    before = seen(workflow, session)
    pages = ("", "/new", f"/{workflow.id}", f"/{workflow.id}/stages/review", f"/{workflow.id}/moves/reject")
    assert [client.get(f"/desk/workflows{page}").status_code for page in pages] == [403] * len(pages)
    posts = ("stages/review/remove", "moves/reject/remove", "archive", "name")
    for path in posts:
        answer = client.post(f"/desk/workflows/{workflow.id}/{path}", data={"seen": before})
        assert answer.status_code == 403
    assert seen(workflow, session) == before
