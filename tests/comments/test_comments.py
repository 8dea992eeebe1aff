"""Comments: said to an audience and to nobody else, once, changeable for minutes; mentions tell those who may read."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.dossiers.world import blind_world
from tests.factories import make_comment, make_conflict, make_seat, make_staff
from tests.visitor import SignedIn
from tracker.comments.actions import edit, withdraw, write
from tracker.comments.queries import who_reads
from tracker.models import Audience, Comment, ConflictKind, Entry, Message, MessageState, Notice
from tracker.plumbing.database import db
from tracker.plumbing.standing import standing_of
from tracker.rules.audiences import audiences
from tracker.rules.refusals import Forbidden, Invalid, NotAllowedNow, Stale


def test_each_role_speaks_to_its_audiences(app: Flask, now: datetime) -> None:
    world = blind_world(now)
    offered = {
        name: [one.value for one in audiences(standing_of(getattr(world, name)), world.application)]
        for name in ("hr", "chair", "member")
    }
    assert offered == {
        "hr": ["committee", "hr", "chair", "candidate"],
        "chair": ["committee", "hr", "chair", "candidate"],
        "member": ["committee", "hr"],
    }


def test_another_audience_is_refused(app: Flask, now: datetime) -> None:
    world = blind_world(now)
    with pytest.raises(Forbidden):
        write(world.application, "Hello", audience=Audience.CANDIDATE, by=world.member, now=now)


def test_the_same_form_sent_twice_is_one_comment_and_one_mail(app: Flask, now: datetime, signed_in: SignedIn) -> None:
    world = blind_world(now)
    browser = signed_in(world.chair)
    data = {"audience": "candidate", "text": "Please send your diploma.", "form_key": "the-one-key"}
    answers = [browser.post(f"/desk/applications/{world.application.id}/comments", data=data) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert len(db.session.scalars(select(Comment).where(Comment.text == data["text"])).all()) == 1
    assert len(db.session.scalars(select(Message).where(Message.kind == "comment_to_candidate")).all()) == 1


def test_an_empty_comment_is_refused_with_what_was_chosen(app: Flask, now: datetime, signed_in: SignedIn) -> None:
    world = blind_world(now)
    answer = signed_in(world.chair).post(
        f"/desk/applications/{world.application.id}/comments", data={"audience": "hr", "text": " "}
    )
    assert (answer.status_code, '<option value="hr" data-hint' in answer.text) == (422, True)


def test_a_mention_tells_only_who_may_read_it(app: Flask, now: datetime) -> None:
    """The member's own review is not in, the outsider has no seat, the friend declared a conflict."""
    world = blind_world(now)
    make_staff("Out Sider")
    friend = make_seat(world.position, make_staff("Fri End")).person
    make_conflict(world.application, friend, ConflictKind.PERSONAL)
    text = "@Col League @Mem Ber @Out Sider @Fri End please look"
    comment = write(world.application, text, audience=Audience.COMMITTEE, by=world.hr, now=now)
    told = db.session.scalars(select(Notice.person_id).where(Notice.kind == "mentioned")).all()
    assert list(told) == [world.colleague.id]
    assert [one.person_id for one in comment.mentions] == [world.colleague.id]
    mail = db.session.scalars(select(Message).where(Message.kind == "comment_mention")).one()
    assert mail.to_id == world.colleague.id
    assert "oluwaseun" not in (mail.text + mail.html + mail.subject).casefold()
    assert "please look" not in mail.text


def test_only_those_who_may_read_are_offered(app: Flask, now: datetime, signed_in: SignedIn) -> None:
    world = blind_world(now)
    address = f"/desk/applications/{world.application.id}/comments/people"
    browser = signed_in(world.chair)
    assert browser.get(f"{address}?audience=committee&q=l").json == ["Col League"]
    assert browser.get(f"{address}?audience=hr&q=").json == ["Hanna Ruis"]
    assert browser.get(f"{address}?audience=everyone").status_code == 422


def test_a_longer_name_is_not_a_shorter_one(app: Flask, now: datetime) -> None:
    world = blind_world(now, stage="shortlist")
    longer = make_seat(world.position, make_staff("Mem Bersson")).person
    make_conflict(world.application, longer)
    write(world.application, "@Mem Bersson", audience=Audience.COMMITTEE, by=world.hr, now=now)
    assert db.session.scalars(select(Notice.person_id).where(Notice.kind == "mentioned")).all() == [longer.id]


def test_words_can_be_changed_for_some_minutes_and_then_stand(app: Flask, now: datetime) -> None:
    world = blind_world(now)
    comment = make_comment(world.application, world.member, "Frist", now=now)
    edit(comment, world.application, "First", version=comment.version, by=world.member, now=now)
    entry = db.session.scalars(select(Entry).where(Entry.what == "comment_edited")).one()
    assert (comment.text, set(entry.data)) == ("First", {"comment", "audience", "was"})
    later = now + timedelta(minutes=11)
    with pytest.raises(NotAllowedNow):
        edit(comment, world.application, "Later", version=comment.version, by=world.member, now=later)
    with pytest.raises(Forbidden):
        edit(comment, world.application, "Mine", version=comment.version, by=world.chair, now=now)
    with pytest.raises(Stale):
        edit(comment, world.application, "Old", version=comment.version - 1, by=world.member, now=now)
    with pytest.raises(Invalid):
        edit(comment, world.application, "", version=comment.version, by=world.member, now=now)


def test_a_changed_message_to_the_candidate_goes_once_in_its_new_words(app: Flask, now: datetime) -> None:
    world = blind_world(now)
    comment = write(world.application, "Old words", audience=Audience.CANDIDATE, by=world.hr, now=now)
    edit(comment, world.application, "New words", version=comment.version, by=world.hr, now=now + timedelta(minutes=1))
    mails = db.session.scalars(select(Message).where(Message.kind == "comment_to_candidate").order_by(Message.id)).all()
    assert [one.state for one in mails] == [MessageState.CANCELLED, MessageState.QUEUED]
    assert "New words" in mails[1].text
    assert mails[1].send_after == comment.written_at + timedelta(minutes=10)


def test_withdrawing_stops_the_mail_and_hides_the_words_from_everyone(
    app: Flask, now: datetime, signed_in: SignedIn
) -> None:
    world = blind_world(now)
    comment = write(world.application, "TAKEN-BACK", audience=Audience.CANDIDATE, by=world.hr, now=now)
    withdraw(comment, world.application, version=comment.version, by=world.hr, now=now)
    mail = db.session.scalars(select(Message).where(Message.kind == "comment_to_candidate")).one()
    assert mail.state is MessageState.CANCELLED
    pages = [
        signed_in(reader).get(f"/desk/applications/{world.application.id}").get_data(as_text=True)
        for reader in (world.hr, world.chair, world.member)
    ]
    assert [("TAKEN-BACK" in page, "withdrawn" in page) for page in pages] == [(False, True)] * 3


def test_what_has_been_mailed_stands(app: Flask, now: datetime) -> None:
    world = blind_world(now)
    comment = write(world.application, "Gone", audience=Audience.CANDIDATE, by=world.hr, now=now)
    mail = db.session.scalars(select(Message).where(Message.kind == "comment_to_candidate")).one()
    mail.state = MessageState.SENT
    with pytest.raises(NotAllowedNow):
        withdraw(comment, world.application, version=comment.version, by=world.hr, now=now)


def test_anothers_comment_is_not_found_when_one_would_change_it(app: Flask, now: datetime, signed_in: SignedIn) -> None:
    world = blind_world(now)
    comment = db.session.scalars(select(Comment).where(Comment.audience == Audience.HR)).one()
    base = f"/desk/applications/{world.application.id}/comments/{comment.id}"
    browser = signed_in(world.chair)
    codes = [browser.post(address, data={"text": "x"}).status_code for address in (base, f"{base}/withdraw")]
    assert codes == [404, 404]


def test_readers_are_found_in_two_queries_whatever_their_number(app: Flask, now: datetime) -> None:
    world = blind_world(now)
    names = [one.person.name for one in who_reads(world.application, Audience.COMMITTEE)]
    assert names == ["Col League", "Hanna Ruis"]
