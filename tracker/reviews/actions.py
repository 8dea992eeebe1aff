"""Saving, sending, abstaining, reopening; and the application's count and mean, which follow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import joinedload

from tracker.models import (
    Application,
    Conflict,
    Notice,
    Person,
    Recommendation,
    Review,
    ReviewState,
    Score,
    new_id,
)
from tracker.plumbing.database import db, fetch, hold, will_write
from tracker.plumbing.events import ConflictDeclared, ReviewReopened, ReviewSubmitted, announce
from tracker.plumbing.history import remember
from tracker.plumbing.standing import standing_of
from tracker.positions.criteria import criteria_of
from tracker.reviews import mails
from tracker.rules.limits import ESSAY, TextRefused, clean_text
from tracker.rules.permissions import May
from tracker.rules.policy import can
from tracker.rules.predicates import chair, in_conflict, member, own
from tracker.rules.refusals import Forbidden, Invalid, NotAllowedNow, Stale
from tracker.rules.roles import Standing
from tracker.rules.scoring import mean_of, weighted_total
from tracker.rules.sentences import say


@dataclass(frozen=True)
class Judgement:
    """What a reviewer wrote, complete or not; scores by the id of their criterion."""

    scores: Mapping[str, int] = field(default_factory=dict)
    strengths: str = ""
    weaknesses: str = ""
    recommendation: Recommendation | None = None


def save(application: Application, judgement: Judgement, *, version: int, by: Person, now: datetime) -> Review:
    """Keep a draft; Stale unless `version` is the stored one (0 before the first saving)."""
    hold(application)
    review = _to_write(application, judgement, review_of(application, by), version=version, by=by, now=now)
    _write(review, application, judgement, now=now)
    db.session.flush()
    return review


def submit(application: Application, judgement: Judgement, *, version: int, by: Person, now: datetime) -> Review:
    """Send it to the committee; every criterion needs a score. Sent twice, it is one."""
    hold(application)
    sent = review_of(application, by)
    if sent is not None and sent.state is ReviewState.SUBMITTED and _says(sent, judgement):
        return sent
    review = _to_write(application, judgement, sent, version=version, by=by, now=now)
    criteria = criteria_of(application.position)
    missing = [one for one in criteria if one.id not in judgement.scores]
    if missing or judgement.recommendation is None:
        raise Invalid(say("A review needs a score for every criterion and a recommendation."))
    _write(review, application, judgement, now=now)
    review.state, review.submitted_at, review.abstain_reason = ReviewState.SUBMITTED, now, ""
    review.total = weighted_total(judgement.scores, criteria)
    db.session.flush()
    recount(application)
    remember("application", application.id, "review_submitted", by=by, now=now, review=review.id)
    announce(ReviewSubmitted(review.id), now=now)
    return review


def abstain(application: Application, reason: str, *, version: int, by: Person, now: datetime) -> Review:
    """Give no judgement, and say why; what was drafted is let go."""
    _refuse_others(application, by)
    try:
        text = clean_text(reason, maximum=ESSAY)
    except TextRefused as refusal:
        raise Invalid(refusal.sentence) from refusal
    if not text:
        raise Invalid(say("Write why you give no judgement."))
    hold(application)
    review = _to_write(application, None, review_of(application, by), version=version, by=by, now=now)
    _write(review, application, Judgement(), now=now)
    review.state, review.submitted_at, review.abstain_reason = ReviewState.ABSTAINED, now, text
    db.session.flush()
    remember("application", application.id, "review_abstained", by=by, now=now, review=review.id)
    announce(ReviewSubmitted(review.id), now=now)
    return review


def reopen(review: Review, *, version: int, by: Person, now: datetime) -> None:
    """Let its author write on; the chair and HR do this. It counts again once it is sent again."""
    application = review.application
    if not can(standing_of(by), May.REOPEN_REVIEW, application):
        raise Forbidden(say("The chair and HR reopen reviews."))
    if not review.is_in:
        raise NotAllowedNow(say("This review is open already."))
    if version != review.version:
        raise Stale
    review.state, review.submitted_at, review.total, review.saved_at = ReviewState.DRAFT, None, None, now
    db.session.flush()
    recount(application)
    remember("application", application.id, "review_reopened", by=by, now=now, review=review.id)
    if by.id != review.reviewer_id:
        _tell_author(review, by=by, now=now)
    announce(ReviewReopened(review.id), now=now)


def _tell_author(review: Review, *, by: Person, now: datetime) -> None:
    author = review.reviewer
    db.session.add(
        Notice(
            id=new_id(),
            person_id=author.id,
            kind="review_reopened",
            subject_id=review.id,
            application_id=review.application_id,
            at=now,
        )
    )
    mails.reopened(author, review.application, by=by, now=now)


def set_aside(event: ConflictDeclared, *, now: datetime) -> None:
    """Whoever declares a blocking conflict judges no more: a draft goes, a sent review becomes an abstention."""
    review = db.session.scalars(
        select(Review).where(Review.application_id == event.application_id, Review.reviewer_id == event.person_id)
    ).one_or_none()
    conflict = db.session.get(Conflict, (event.application_id, event.person_id))
    if review is None or conflict is None or not conflict.blocks:
        return
    if review.state is ReviewState.SUBMITTED:
        review.state, review.total, review.recommendation, review.saved_at = ReviewState.ABSTAINED, None, None, now
        review.scores.clear()
        remember("application", event.application_id, "review_set_aside", by=None, now=now, review=review.id)
    elif review.state is ReviewState.DRAFT:
        db.session.delete(review)
    db.session.flush()
    recount(review.application)


_of_reviewer = (
    select(Review)
    .where(Review.application_id == bindparam("application"), Review.reviewer_id == bindparam("reviewer"))
    .options(joinedload(Review.scores))
    .execution_options(populate_existing=True)
)


def review_of(application: Application, person: Person) -> Review | None:
    found = db.session.scalars(_of_reviewer, {"application": application.id, "reviewer": person.id})
    return found.unique().one_or_none()


_totals = select(Review.total).where(
    Review.application_id == bindparam("application"),
    Review.state == ReviewState.SUBMITTED,
    Review.total.is_not(None),
)
_counted = (
    update(Application.__table__)  # type: ignore[arg-type]  # a table
    .where(Application.id == bindparam("application"))
    .values(reviews_in=bindparam("number"), score=bindparam("mean", type_=Application.score.type))
)


def recount(application: Application) -> None:
    """Reviews in, and their mean; one reviewer after another, without touching the application's version.

    A move weighs the reviews as they stand when it is made, so a review that comes in meanwhile need not refuse it.
    """
    hold(application)
    totals = [total for (total,) in fetch(_totals, {"application": application.id})]
    will_write(db.session)
    fetch(_counted, {"application": application.id, "number": len(totals), "mean": mean_of(totals)})
    db.session.expire(application, ["reviews_in", "score"])


def _to_write(
    application: Application,
    judgement: Judgement | None,
    review: Review | None,
    *,
    version: int,
    by: Person,
    now: datetime,
) -> Review:
    """This person's open review of this held application, begun where there is none.

    Stale unless it is the `version` that was seen; an older one is no harm where what is sent is what is stored, as
    when the last autosave arrives just before the form.
    """
    who = _refuse_others(application, by)
    if not application.stage.takes_reviews:
        raise NotAllowedNow(say("The stage of this application takes no reviews now."))
    if not can(who, May.REVIEW, application):
        raise Forbidden(say("Declare conflicts first."))
    if review is None:
        return _begin(application, version=version, by=by, now=now)
    if review.is_in:
        raise NotAllowedNow(say("Your review is in already. The chair or HR can reopen it."))
    if version != review.version and not (judgement is not None and _says(review, judgement)):
        raise Stale
    return review


def _refuse_others(application: Application, by: Person) -> Standing:
    """Forbidden to whoever does not review this application at all."""
    who = standing_of(by)
    if own(who, application) or in_conflict(who, application) or not (chair | member)(who, application):
        raise Forbidden(say("You do not review this application."))
    return who


def _begin(application: Application, *, version: int, by: Person, now: datetime) -> Review:
    if version:
        raise Stale
    return Review(
        id=new_id(),
        application_id=application.id,
        reviewer_id=by.id,
        state=ReviewState.DRAFT,
        started_at=now,
        saved_at=now,
    )


def _write(review: Review, application: Application, judgement: Judgement, *, now: datetime) -> None:
    allowed = {one.id: one.scores for one in criteria_of(application.position)}
    for criterion, value in judgement.scores.items():
        if value not in allowed.get(criterion, ()):
            raise Invalid(say("One of the scores is not on the scale."))
    try:
        review.strengths = clean_text(judgement.strengths, maximum=ESSAY)
        review.weaknesses = clean_text(judgement.weaknesses, maximum=ESSAY)
    except TextRefused as refusal:
        raise Invalid(refusal.sentence) from refusal
    review.recommendation, review.saved_at = judgement.recommendation, now
    kept = {one.criterion_id: one for one in review.scores}
    for criterion in allowed:
        given = judgement.scores.get(criterion)
        if given is None and criterion in kept:
            review.scores.remove(kept[criterion])
        elif given is not None and criterion in kept:
            kept[criterion].value = given
        elif given is not None:
            review.scores.append(Score(criterion_id=criterion, value=given))
    db.session.add(review)


def _says(review: Review, judgement: Judgement) -> bool:
    """Whether what is sent is what is stored."""
    try:
        texts = clean_text(judgement.strengths), clean_text(judgement.weaknesses)
    except TextRefused:
        return False
    return (
        {one.criterion_id: one.value for one in review.scores} == dict(judgement.scores)
        and (review.strengths, review.weaknesses) == texts
        and review.recommendation == judgement.recommendation
    )
