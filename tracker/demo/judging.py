"""What the committees of the demo did with an application: declared, shared out, reviewed, commented."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tracker.committee.conflicts import BLOCKING
from tracker.demo.courses import Course
from tracker.demo.pen import Pen
from tracker.demo.phrases import phrase
from tracker.demo.staff import HR, MEMBER, THEME_COORDINATOR, Staff
from tracker.models import (
    Assignment,
    Audience,
    Comment,
    Conflict,
    ConflictKind,
    Mention,
    Notice,
    Position,
    Recommendation,
    Review,
    ReviewState,
    Score,
    StageKind,
    new_id,
)
from tracker.rules.scoring import mean_of, weighted_total

KINDS = (
    ConflictKind.NONE,
    ConflictKind.INSTITUTION,
    ConflictKind.COAUTHOR,
    ConflictKind.SUPERVISOR,
    ConflictKind.PERSONAL,
    ConflictKind.OTHER,
)
OFTEN = (90, 3, 2, 2, 1, 2)
WANTED = 3
TIME_TO_REVIEW = timedelta(days=10)
SEVERITY = {"rafael": -0.4, "laura": 0.5, "kwame": 0.3, "noor": -0.6, "soren": -0.5, "ifeoma": 0.2, "petra": 0.6}


@dataclass
class Judged:
    """What the application's row says of its reviews."""

    totals: list[object] = field(default_factory=list)
    reviews_in: int = 0
    score: object = None


@dataclass
class Panel:
    """The committee of one position, over one application."""

    pen: Pen
    staff: Staff
    position: Position
    course: Course
    application_id: str
    rng: Random
    turn: int
    """The how manieth application of this position it is: work is left over by turns, not by chance."""

    @property
    def now(self) -> datetime:
        return self.pen.now

    def judge(self) -> Judged:
        vacancy = self.course.vacancy
        assert self.course.submitted is not None
        stays = [
            (stage, since, until)
            for stage, since, until in self.course.stays()
            if stage.takes_reviews and stage.reviews_wanted
        ]
        begun = stays[0][1] if stays else None
        free = self._declare(begun)
        judged = Judged()
        if begun is None:
            return judged
        ended = stays[-1][2]
        reviewers = self._share_out([key for key in vacancy.committee if key in free], begun, ended)
        self._review(reviewers, begun, ended, judged)
        judged.score = mean_of(judged.totals)  # type: ignore[arg-type]  # each of these reviews has a total
        judged.reviews_in = len(judged.totals)
        if self.turn % 2 == 0:
            self._comment(begun, ended)
        return judged

    # --- conflicts

    def _declare(self, begun: datetime | None) -> set[str]:
        """Who declared, and may read on. Before the reviews begin, some still have to."""
        vacancy, submitted = self.course.vacancy, self.course.submitted
        assert submitted is not None
        free: set[str] = set()
        blocked = 0
        for place, key in enumerate((*vacancy.committee, *vacancy.observers, *vacancy.coordinators)):
            if begun is None and (key == MEMBER or (self.turn + place) % 3):
                continue
            latest = begun or self.now
            at = submitted + (latest - submitted) * self.rng.uniform(0.3, 0.9)
            kind = self.rng.choices(KINDS, weights=OFTEN)[0]
            if kind in BLOCKING and (key in {vacancy.chair, MEMBER} or blocked > len(vacancy.committee) - WANTED - 1):
                kind = ConflictKind.NONE
            blocked += kind in BLOCKING
            self._declared(key, kind, at)
            if kind not in BLOCKING:
                free.add(key)
        if begun and self.turn % 3 and {"cardiovascular", "prevention-lifestyle"} & set(vacancy.themes):
            self._declared(THEME_COORDINATOR, ConflictKind.NONE, begun + timedelta(hours=2))
        return free

    def _declared(self, key: str, kind: ConflictKind, at: datetime) -> None:
        blocks = kind in BLOCKING
        self.pen.add(
            Conflict,
            application_id=self.application_id,
            person_id=self.staff[key].id,
            kind=kind,
            note="We sat on a jury together two years ago." if kind is ConflictKind.OTHER else "",
            blocks=blocks,
            was_blind=False,
            declared_at=at,
        )
        self._remember("conflict_declared", key, at, kind=kind, blocks=blocks)
        if kind is ConflictKind.OTHER:
            self._notice(HR, "conflict_told", at)

    # --- reviews

    def _share_out(self, able: list[str], begun: datetime, ended: datetime | None) -> list[str]:
        """Three of them, in turn; those who were asked, with the day by which."""
        start = self.turn % max(1, len(able))
        chosen = (able[start:] + able[:start])[:WANTED]
        if MEMBER in able and MEMBER not in chosen and ended is None and self.turn < 6:
            chosen[-1] = MEMBER
        at = begun + timedelta(hours=1)
        due = (
            max(begun + TIME_TO_REVIEW, self.now + timedelta(days=2))
            if ended is None and self.turn % 5
            else begun + TIME_TO_REVIEW
        )
        for key in chosen:
            self.pen.add(
                Assignment,
                application_id=self.application_id,
                person_id=self.staff[key].id,
                assigned_at=at,
                due_at=due.replace(hour=17, minute=0, second=0, microsecond=0),
            )
            self._remember("assigned", HR, at, reviewer=self.staff[key].id)
        return chosen

    def _review(self, reviewers: Sequence[str], begun: datetime, ended: datetime | None, judged: Judged) -> None:
        latest = ended or self.now
        divisive = self.turn % 7 == 3
        for place, key in enumerate(reviewers):
            at = begun + (latest - begun) * self.rng.uniform(0.2, 0.9)
            state = self._state(key, place, ended)
            if state is None:
                continue
            mark = self._merit + SEVERITY.get(key, 0.0) + self.rng.gauss(0, 0.45)
            if divisive:
                mark += (1.3, -1.4, 0.2)[place % 3]
            self._write_review(key, state, mark, at, judged)

    def _state(self, key: str, place: int, ended: datetime | None) -> ReviewState | None:
        """What is in by now: everything where the stage was left; by turns none, some or all where it was not."""
        if ended is not None:
            return (
                ReviewState.ABSTAINED
                if place == WANTED - 1 and self.turn % 11 == 5 and not self._needs_all
                else ReviewState.SUBMITTED
            )
        if key == MEMBER:
            return (ReviewState.SUBMITTED, None, ReviewState.DRAFT, None)[self.turn % 4]
        wanted = (WANTED, 1, 2, 0)[self.turn % 4]
        if place >= wanted:
            return ReviewState.DRAFT if self.turn % 2 and place == wanted else None
        return ReviewState.ABSTAINED if place == 0 and self.turn % 9 == 4 else ReviewState.SUBMITTED

    @property
    def _merit(self) -> float:
        """Roughly what came of it: who was invited had read well, who was rejected on the reviews had not."""
        quality = self.course.candidate.quality
        kinds = {stage.kind for stage, _, _ in self.course.stays()}
        if kinds & {StageKind.SHORTLIST, StageKind.INTERVIEW}:
            return max(quality, 3.7)
        return min(quality, 3.2) if kinds & {StageKind.REJECTED, StageKind.INELIGIBLE} else quality

    @property
    def _needs_all(self) -> bool:
        """It went on, so its reviews were all there."""
        return any("enough_reviews" in step.move.conditions for step in self.course.steps)

    def _write_review(self, key: str, state: ReviewState, mark: float, at: datetime, judged: Judged) -> None:
        review_id, reviewer = new_id(), self.staff[key]
        criteria = self.position.criteria
        scored = criteria if state is ReviewState.SUBMITTED else criteria[:2] if state is ReviewState.DRAFT else []
        scores = {one.id: min(5, max(1, round(mark + self.rng.gauss(0, 0.5)))) for one in scored}
        total = weighted_total(scores, criteria) if state is ReviewState.SUBMITTED else None
        tone = "high" if mark >= 3.9 else "middle" if mark >= 2.7 else "low"
        abstained = state is ReviewState.ABSTAINED
        self.pen.add(
            Review,
            id=review_id,
            application_id=self.application_id,
            reviewer_id=reviewer.id,
            state=state,
            strengths="" if abstained else phrase(self.rng, "strengths", tone),
            weaknesses=phrase(self.rng, "weaknesses", tone) if state is ReviewState.SUBMITTED else "",
            recommendation=_recommendation(mark) if state is ReviewState.SUBMITTED else None,
            abstain_reason=phrase(self.rng, "abstentions") if abstained else "",
            total=total,
            started_at=at - timedelta(minutes=self.rng.randint(8, 50)),
            saved_at=at,
            submitted_at=None if state is ReviewState.DRAFT else at,
            version=1 if state is ReviewState.DRAFT else 2,
        )
        for criterion_id, value in scores.items():
            self.pen.add(Score, review_id=review_id, criterion_id=criterion_id, value=value)
        if total is not None:
            judged.totals.append(total)
            self._remember("review_submitted", key, at, review=review_id)
        elif abstained:
            self._remember("review_abstained", key, at, review=review_id)

    # --- comments

    def _comment(self, begun: datetime, ended: datetime | None) -> None:
        vacancy = self.course.vacancy
        latest = ended or self.now
        committee = vacancy.committee
        author = committee[self.turn % len(committee)]
        mentioned = next(key for key in (MEMBER, *committee) if key in committee and key != author)
        self._say(author, Audience.COMMITTEE, begun + (latest - begun) * 0.7, mentioned)
        if self.turn % 4 == 0:
            self._say(HR, Audience.HR, begun + timedelta(hours=3))
        if self.turn % 6 == 0:
            self._say(vacancy.chair, Audience.CHAIR, begun + (latest - begun) * 0.8)
        if any(stage.kind is StageKind.INTERVIEW for stage, _, _ in self.course.stays()):
            self._say(vacancy.chair, Audience.CANDIDATE, latest - timedelta(minutes=30))

    def _say(self, key: str, audience: Audience, at: datetime, mentioned: str = "") -> None:
        comment_id, author = new_id(), self.staff[key]
        text = phrase(self.rng, "comments", audience.value, mention=self.staff[mentioned].name if mentioned else "")
        self.pen.add(
            Comment,
            id=comment_id,
            application_id=self.application_id,
            author_id=author.id,
            audience=audience,
            text=text,
            written_at=at,
            version=1,
        )
        self._remember("commented", key, at, comment=comment_id, audience=audience)
        if "@" in text and mentioned:
            person = self.staff[mentioned]
            self.pen.add(Mention, comment_id=comment_id, person_id=person.id)
            self._notice(mentioned, "mentioned", at, subject_id=comment_id)

    # --- on the side

    def _notice(self, key: str, kind: str, at: datetime, subject_id: str = "") -> None:
        self.pen.add(
            Notice,
            id=new_id(),
            person_id=self.staff[key].id,
            kind=kind,
            subject_id=subject_id,
            application_id=self.application_id,
            at=at,
            read_at=at + timedelta(hours=20) if at < self.now - timedelta(days=6) else None,
        )

    def _remember(self, what: str, key: str, at: datetime, **data: Any) -> None:
        self.pen.remember(self.application_id, what, by_id=self.staff[key].id, at=at, **data)


def _recommendation(mark: float) -> Recommendation:
    if mark >= 4.2:
        return Recommendation.STRONG_YES
    if mark >= 3.4:
        return Recommendation.YES
    return Recommendation.DOUBT if mark >= 2.6 else Recommendation.NO
