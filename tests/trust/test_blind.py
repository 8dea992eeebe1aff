"""A blind stage, walked whole: no answer to a reader holds a word of who the candidate is, wherever it was planted."""

import io
import zipfile
from datetime import datetime

import pikepdf
import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.dossiers.world import TOKENS, World, blind_world
from tests.factories import make_seat, make_staff
from tests.trust.sweep import address, parameters, rules
from tests.visitor import Visitor, sign_in
from tracker.applications.drafts import draft_of
from tracker.applications.texts import write as write_texts
from tracker.models import Comment, Document, Export, Letter, PositionRole, Review, Transition
from tracker.plumbing.database import db
from tracker.plumbing.jobs import run_due

WORDS = (*TOKENS, "candidates.example")
QUERIES = (
    "",
    "?q={}",
    "?q={}&sort=name",
    "?sort=-name&view=history",
    "?audience=committee&q={}",
    "?change=1",
    "?suggest=3",
)


def ids_of(world: World) -> dict[str, str]:
    its, position = world.application, world.position
    assert position.workflow is not None

    def first(kind: type) -> str:
        found = db.session.scalars(select(kind).filter_by(application_id=its.id)).first()
        return str(found.id) if found else "0"

    return {
        "application_id": its.id,
        "position_id": position.id,
        "document_id": first(Document),
        "letter_id": first(Letter),
        "comment_id": first(Comment),
        "review_id": first(Review),
        "transition_id": first(Transition),
        "person_id": its.candidate_id,
        "move_id": next(one.id for one in position.workflow.moves if one.from_stage_id == its.stage_id),
        "filename": "css/base.css",
        "room": "desk",
        "part": "basics",
    }


def opened(answer: TestResponse) -> str:
    """Headers and body; what is packed is unpacked."""
    data = answer.get_data()
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = b"".join(archive.read(name) for name in archive.namelist())
    elif data.startswith(b"%PDF"):
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(data)) as pdf:
            pdf.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.all)
        data = out.getvalue()
    return (data + str(answer.headers).encode()).decode("utf-8", "ignore").casefold()


def told(answer: TestResponse, asked: str) -> list[str]:
    """Words of the candidate's, without those of the question, which come back in the box they were typed in."""
    text = opened(answer)
    return [word for word in WORDS if word in text and word not in asked.casefold()]


@pytest.mark.parametrize("reader", ["member", "chair", "colleague", "observer"])
def test_no_answer_of_any_route_tells_a_blind_reader_who_it_is(
    app: Flask, client: Visitor, now: datetime, reader: str
) -> None:
    world = blind_world(now)
    person = make_staff("Ob Server") if reader == "observer" else getattr(world, reader)
    if reader == "observer":
        make_seat(world.position, person, PositionRole.OBSERVER)
    sign_in(client, person)
    ids, leaks, met = ids_of(world), {}, 0
    for rule in rules(app, "GET"):
        if set(parameters(rule)) - ids.keys():
            continue
        for query in QUERIES if rule.rule.startswith("/desk/") else ("",):
            path = address(rule, ids) + query.format("oluwaseun")
            for headers in ({}, {"HX-Request": "true"}) if not query else ({},):
                answer = client.get(path, headers=headers)
                met += answer.status_code == 200
                if found := told(answer, query.format("oluwaseun")):
                    leaks[path] = found
    assert (leaks, met > 50) == ({}, True)


@pytest.mark.parametrize("word", WORDS)
def test_a_search_by_a_name_finds_nothing_in_a_blind_stage(
    app: Flask, client: Visitor, now: datetime, word: str
) -> None:
    world = blind_world(now)
    write_texts(draft_of(world.application), world.application.candidate)
    sign_in(client, world.member)
    base = f"/desk/positions/{world.position.id}"
    for path in (f"{base}/applications", f"{base}/board", "/desk/applications", "/desk/palette"):
        answer = client.get(path, query_string={"q": word})
        assert (path, world.application.id in answer.text, world.application.code in answer.text) == (
            path,
            False,
            False,
        )
    for where in ("", world.position.id):
        export = client.post(
            "/desk/exports",
            data={"what": "applications", "file_format": "csv", "position": where, "query": f"q={word}"},
        )
        assert world.application.code not in export.text


@pytest.mark.parametrize("sort", ["name", "-name"])
def test_the_order_of_a_list_does_not_follow_names_that_are_hidden(
    app: Flask, client: Visitor, now: datetime, sort: str
) -> None:
    """Renaming everybody changes nothing in what the reader gets, neither its order nor its size."""
    world = blind_world(now)
    sign_in(client, world.member)
    path = f"/desk/positions/{world.position.id}/applications?sort={sort}"
    order = [client.get(path).text.find(one.code) for one in (world.application, *world.others)]
    for name, one in zip(("Aa", "Zz", "Mm"), (world.others[1], world.application, world.others[0]), strict=True):
        one.name = one.candidate.name = name
    db.session.commit()
    assert [client.get(path).text.find(one.code) for one in (world.application, *world.others)] == order


@pytest.mark.parametrize("what", ["applications", "reviews", "positions"])
@pytest.mark.parametrize("reader", ["member", "chair", "colleague"])
def test_no_sheet_of_a_blind_reader_tells_who_it_is(
    app: Flask, client: Visitor, now: datetime, what: str, reader: str
) -> None:
    world = blind_world(now)
    sign_in(client, getattr(world, reader))
    plain = client.post("/desk/exports", data={"what": what, "file_format": "csv", "position": world.position.id})
    client.post("/desk/exports", data={"what": what, "file_format": "xlsx", "query": "sort=name"})
    run_due()
    made = db.session.scalars(select(Export).where(Export.storage_key.is_not(None))).one().id
    sheet = client.get(f"/desk/exports/{made}/file")
    assert (plain.status_code, sheet.status_code, told(plain, ""), told(sheet, "")) == (200, 200, [], [])
