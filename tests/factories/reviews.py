"""Reviews with scores, and comments."""

from datetime import datetime
from decimal import Decimal
from statistics import mean

from sqlalchemy import select

from tests.factories.people import make_staff
from tracker.models import (
    Application,
    Audience,
    Comment,
    Mention,
    Person,
    Recommendation,
    Review,
    ReviewState,
    Score,
)
from tracker.plumbing.clock import now as clock_now
from tracker.plumbing.database import db


def make_review(
    application: Application,
    reviewer: Person | None = None,
    *,
    score: int = 4,
    state: ReviewState = ReviewState.SUBMITTED,
    recommendation: Recommendation | None = Recommendation.YES,
    strengths: str = "Asks good questions.",
    weaknesses: str = "Little experience with EEG.",
    now: datetime | None = None,
) -> Review:
    """The same score on every criterion; the application's own count and mean follow."""
    moment = now or clock_now()
    who = reviewer or make_staff()
    scored = state is not ReviewState.ABSTAINED
    review = Review(
        application=application,
        reviewer=who,
        state=state,
        strengths=strengths,
        weaknesses=weaknesses,
        recommendation=recommendation if scored else None,
        abstain_reason="" if scored else "Too far from my field.",
        total=Decimal(score) if state is ReviewState.SUBMITTED else None,
        started_at=moment,
        saved_at=moment,
        submitted_at=None if state is ReviewState.DRAFT else moment,
    )
    if scored:
        review.scores = [Score(criterion_id=one.id, value=score) for one in application.position.criteria]
    db.session.add(review)
    db.session.flush()
    _count(application)
    return review


def _count(application: Application) -> None:
    totals = db.session.scalars(
        select(Review.total).where(
            Review.application_id == application.id, Review.state == ReviewState.SUBMITTED, Review.total.is_not(None)
        )
    ).all()
    application.reviews_in = len(totals)
    application.score = mean(total for total in totals if total is not None) if totals else None
    db.session.flush()


def make_comment(
    application: Application,
    author: Person | None = None,
    text: str = "Shall we ask about the gap in 2024?",
    *,
    audience: Audience = Audience.COMMITTEE,
    mentions: tuple[Person, ...] = (),
    now: datetime | None = None,
) -> Comment:
    comment = Comment(
        application_id=application.id,
        author=author or make_staff(),
        audience=audience,
        text=text,
        written_at=now or clock_now(),
    )
    comment.mentions = [Mention(person_id=person.id) for person in mentions]
    db.session.add(comment)
    db.session.flush()
    return comment
