"""Reviews: complete before they count, exact in their sums, hidden from one another until in, one per reviewer."""

from datetime import datetime
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from tests.dossiers.world import World, blind_world
from tests.factories import make_conflict, make_person, make_review, make_seat, move_to
from tests.visitor import SignedIn, Visitor
from tracker.models import Application, ConflictKind, Entry, Message, PositionRole, Recommendation, Review, ReviewState
from tracker.plumbing.database import db
from tracker.plumbing.standing import standing_of
from tracker.reviews.actions import Judgement, abstain, reopen, save, submit
from tracker.reviews.queries import next_to_review
from tracker.rules.refusals import Forbidden, Invalid, NotAllowedNow, Stale


def judged(application: Application, *scores: int, text: str = "Sound.") -> Judgement:
    criteria = application.position.criteria
    return Judgement(
        {one.id: score for one, score in zip(criteria, scores, strict=False)},
        strengths=text,
        recommendation=Recommendation.YES,
    )


def posted(application: Application, *scores: int, version: int | str = "", **more: str) -> dict[str, str]:
    criteria = application.position.criteria
    fields = {f"score_{one.id}": str(score) for one, score in zip(criteria, scores, strict=False)}
    return {"version": str(version), "recommendation": "yes", "strengths": "Sound.", "act": "submit"} | fields | more


def mine(world: World) -> Review | None:
    db.session.expire_all()
    return db.session.scalars(select(Review).where(Review.reviewer_id == world.member.id)).one_or_none()


def test_the_total_is_the_weighted_mean_to_the_last_digit(app: Flask, now: datetime) -> None:
    world = blind_world(now)
    review = submit(world.application, judged(world.application, 5, 4), version=0, by=world.member, now=now)
    assert review.total == Decimal("4.600")
    assert (world.application.reviews_in, world.application.score) == (2, Decimal("3.300"))


def test_a_review_without_every_score_is_not_sent_and_nothing_typed_is_lost(
    app: Flask, now: datetime, signed_in: SignedIn
) -> None:
    world = blind_world(now)
    browser = signed_in(world.member)
    answer = browser.post(
        f"/desk/applications/{world.application.id}/review",
        data=posted(world.application, 5, strengths="Typed with care", recommendation=""),
    )
    page = answer.get_data(as_text=True)
    assert (answer.status_code, "Typed with care" in page) == (422, True)
    assert mine(world) is None


@pytest.mark.parametrize("value", ["0", "6", "99", "-1", "x"])
def test_a_score_off_the_scale_is_refused(app: Flask, now: datetime, signed_in: SignedIn, value: str) -> None:
    world = blind_world(now)
    data = posted(world.application, 5, 5) | {f"score_{world.position.criteria[0].id}": value}
    answer = signed_in(world.member).post(f"/desk/applications/{world.application.id}/review", data=data)
    assert answer.status_code == 422


def test_autosave_raises_the_version_and_refuses_an_older_one(app: Flask, now: datetime, signed_in: SignedIn) -> None:
    world = blind_world(now)
    browser, address = signed_in(world.member), f"/desk/applications/{world.application.id}/review"
    first = browser.post(address, data={"question": "review", "version": "", "strengths": "One"})
    seen = first.get_json()["version"]
    second = browser.post(address, data={"question": "review", "version": seen, "strengths": "Two"})
    stale = browser.post(address, data={"question": "review", "version": seen, "strengths": "Three"})
    assert (first.status_code, second.status_code, second.get_json()["version"]) == (200, 200, seen + 1)
    told = stale.get_json()
    assert (stale.status_code, told["theirs"]["strengths"], told["version"]) == (409, "Two", seen + 1)


def test_an_older_version_of_the_same_words_is_no_conflict(app: Flask, now: datetime) -> None:
    """The last autosave may arrive just before the form itself."""
    world = blind_world(now)
    words = judged(world.application, 4, 4)
    seen = save(world.application, Judgement(), version=0, by=world.member, now=now).version
    save(world.application, words, version=seen, by=world.member, now=now)
    assert submit(world.application, words, version=seen, by=world.member, now=now).state is ReviewState.SUBMITTED


def test_two_tabs_get_a_409_with_both_versions(app: Flask, now: datetime, signed_in: SignedIn) -> None:
    world = blind_world(now)
    save(world.application, judged(world.application, 3, text="In the other tab"), version=0, by=world.member, now=now)
    answer = signed_in(world.member).post(
        f"/desk/applications/{world.application.id}/review",
        data=posted(world.application, 5, 5, strengths="In this tab"),
    )
    page = answer.get_data(as_text=True)
    assert (answer.status_code, "In the other tab" in page, "In this tab" in page) == (409, True, True)


def test_sent_twice_it_is_one_review_and_one_entry(app: Flask, now: datetime, signed_in: SignedIn) -> None:
    world = blind_world(now)
    browser, data = signed_in(world.member), posted(world.application, 5, 4)
    answers = [browser.post(f"/desk/applications/{world.application.id}/review", data=data) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    entries = select(Entry).where(Entry.what == "review_submitted", Entry.by_id == world.member.id)
    assert len(db.session.scalars(entries).all()) == 1


def test_two_reviewers_at_once_both_count(app: Flask, now: datetime) -> None:
    world = blind_world(now)
    submit(world.application, judged(world.application, 5, 5), version=0, by=world.member, now=now)
    submit(world.application, judged(world.application, 2, 2), version=0, by=world.chair, now=now)
    assert (world.application.reviews_in, world.application.score) == (3, Decimal("3.000"))


def test_a_review_that_comes_in_leaves_the_version_of_the_application(app: Flask, now: datetime) -> None:
    world = blind_world(now)
    before = world.application.version
    submit(world.application, judged(world.application, 5, 5), version=0, by=world.member, now=now)
    db.session.refresh(world.application)
    assert world.application.version == before


def test_others_reviews_and_averages_show_once_ones_own_is_in(app: Flask, now: datetime, signed_in: SignedIn) -> None:
    world = blind_world(now)
    make_review(world.application, world.chair, score=3, strengths="CHAIR-SAYS")
    browser: Visitor = signed_in(world.member)
    address = f"/desk/applications/{world.application.id}"
    before = browser.get(address).get_data(as_text=True)
    browser.post(f"{address}/review", data=posted(world.application, 5, 5))
    after = browser.get(address).get_data(as_text=True)
    told = ("CHAIR-SAYS", "REVIEW-SECRET", "score-line", "Col League")
    assert [word in before for word in told] == [False, False, False, False]
    assert [word in after for word in told] == [True, True, True, True]


def test_nobody_reviews_what_they_must_not(app: Flask, now: datetime) -> None:
    world = blind_world(now)
    words = judged(world.application, 4, 4)
    observer = make_seat(world.position, role=PositionRole.OBSERVER).person
    make_conflict(world.application, observer)
    conflicted = make_seat(world.position).person
    make_conflict(world.application, conflicted, ConflictKind.FAMILY)
    candidate = world.application.candidate
    candidate.is_staff = True
    make_seat(world.position, candidate)
    for person in (observer, conflicted, candidate, world.hr, make_person()):
        with pytest.raises(Forbidden):
            save(world.application, words, version=0, by=person, now=now)
    undeclared = make_seat(world.position).person
    with pytest.raises(Forbidden):
        save(world.application, words, version=0, by=undeclared, now=now)
    move_to(world.application, "shortlist")
    with pytest.raises(NotAllowedNow):
        save(world.application, words, version=0, by=world.member, now=now)


def test_abstaining_takes_a_reason_and_counts_for_nothing(app: Flask, now: datetime) -> None:
    world = blind_world(now)
    with pytest.raises(Invalid):
        abstain(world.application, " ", version=0, by=world.member, now=now)
    review = abstain(world.application, "Too far from my field.", version=0, by=world.member, now=now)
    assert (review.state, review.total, world.application.reviews_in) == (ReviewState.ABSTAINED, None, 1)


def test_the_chair_reopens_and_its_author_is_told(app: Flask, now: datetime, signed_in: SignedIn) -> None:
    world = blind_world(now)
    review = submit(world.application, judged(world.application, 5, 4), version=0, by=world.member, now=now)
    address, version = f"/desk/reviews/{review.id}/reopen", review.version
    assert signed_in(world.member).post(address, data={"version": version}).status_code == 403
    assert signed_in(world.chair).post(address, data={"version": version}).status_code == 303
    assert signed_in(world.chair).post(address, data={"version": version}).status_code == 409
    again = mine(world)
    assert again is not None
    assert (again.state, again.total) == (ReviewState.DRAFT, None)
    assert db.session.get_one(Application, world.application.id).reviews_in == 1
    message = db.session.scalars(select(Message).where(Message.kind == "review_reopened")).one()
    assert message.to_id == world.member.id
    assert "oluwaseun" not in message.text.casefold()


def test_an_older_version_reopens_nothing(app: Flask, now: datetime) -> None:
    world = blind_world(now)
    review = db.session.scalars(select(Review)).one()
    with pytest.raises(Stale):
        reopen(review, version=review.version - 1, by=world.hr, now=now)


def test_the_next_one_is_the_least_reviewed_that_i_have_not_reviewed(app: Flask, now: datetime) -> None:
    world = blind_world(now)
    older, newer = world.others
    standing = standing_of(world.member)
    assert next_to_review(standing, world.position.id) == older.id
    make_review(older, world.colleague)
    make_review(newer, world.member)
    assert next_to_review(standing, world.position.id) == older.id
    assert next_to_review(standing, world.position.id, but=older.id) == world.application.id


def test_saving_and_next_goes_there(app: Flask, now: datetime, signed_in: SignedIn) -> None:
    world = blind_world(now)
    answer = signed_in(world.member).post(
        f"/desk/applications/{world.application.id}/review", data=posted(world.application, 5, 5, act="next")
    )
    assert answer.location == f"/desk/applications/{world.others[0].id}"
