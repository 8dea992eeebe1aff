"""Who sees which part of a dossier, and when: one table. Pages, files, exports and searches all ask here."""

from enum import StrEnum, auto
from functools import cache

from tracker.models import Application, Audience
from tracker.rules.predicates import (
    Predicate,
    admin,
    chair,
    coordinator,
    hr,
    is_blind,
    member,
    on_committee,
    own,
    predicate,
    theme_coordinator,
)
from tracker.rules.questions import Question, QuestionType
from tracker.rules.roles import Standing


class Facet(StrEnum):
    IDENTITY = auto()
    """Name, and every answer that gives the candidate away."""
    CONTACT = auto()
    BACKGROUND = auto()
    """Education, work, stays, languages."""
    ANSWERS = auto()
    HIDDEN_ANSWERS = auto()
    """Answers that the form hides from reviewers."""
    DOCUMENTS = auto()
    LETTERS = auto()
    LETTER_STATUS = auto()
    OWN_REVIEW = auto()
    REVIEWS = auto()
    """Others' reviews, scores, averages, and any order by them."""
    REVIEWER_NAMES = auto()
    COMMENTS_COMMITTEE = auto()
    COMMENTS_HR = auto()
    COMMENTS_CHAIR = auto()
    COMMENTS_CANDIDATE = auto()
    MESSAGES = auto()
    HISTORY = auto()


@predicate
def blind(who: Standing, thing: Application) -> bool:
    return is_blind(thing)


@predicate
def stage_takes_reviews(who: Standing, thing: Application) -> bool:
    return thing.stage.takes_reviews


trusted = hr | admin | coordinator
"""Those who guard or run the procedure, and so know who is who."""
reader = trusted | on_committee | theme_coordinator
reviewing = chair | member

SEEN_BY: dict[Facet, Predicate] = {
    Facet.IDENTITY: own | trusted | (reader & ~blind),
    Facet.CONTACT: own | trusted | (chair & ~blind),
    Facet.BACKGROUND: own | reader,
    Facet.ANSWERS: own | reader,
    Facet.HIDDEN_ANSWERS: own | trusted,
    Facet.DOCUMENTS: own | reader,
    Facet.LETTERS: ~own & (trusted | (reader & ~blind)),
    Facet.LETTER_STATUS: own | reader,
    Facet.OWN_REVIEW: ~own & reviewing,
    Facet.REVIEWS: ~own & (trusted | (reader & ~(reviewing & stage_takes_reviews))),
    Facet.REVIEWER_NAMES: ~own & (trusted | (reader & ~(reviewing & stage_takes_reviews))),
    Facet.COMMENTS_COMMITTEE: ~own & (trusted | (reader & ~(reviewing & stage_takes_reviews))),
    Facet.COMMENTS_HR: ~own & (hr | admin),
    Facet.COMMENTS_CHAIR: ~own & (hr | admin | chair),
    Facet.COMMENTS_CANDIDATE: own | reader,
    Facet.MESSAGES: ~own & (hr | admin | coordinator | (chair & ~blind)),
    Facet.HISTORY: ~own & reader,
}
"""For someone who may open the dossier, or whose application it is."""

AFTER_OWN_REVIEW = frozenset({Facet.REVIEWS, Facet.REVIEWER_NAMES, Facet.COMMENTS_COMMITTEE})
"""Also seen by a reviewer whose own review is in."""

COMMENTS: dict[Audience, Facet] = {
    Audience.COMMITTEE: Facet.COMMENTS_COMMITTEE,
    Audience.HR: Facet.COMMENTS_HR,
    Audience.CHAIR: Facet.COMMENTS_CHAIR,
    Audience.CANDIDATE: Facet.COMMENTS_CANDIDATE,
}

BACKGROUND_TYPES = frozenset({QuestionType.DEGREES, QuestionType.WORK, QuestionType.LANGUAGE_TESTS})


def facets(who: Standing, application: Application, *, own_review_in: bool = False) -> frozenset[Facet]:
    """The facets of this application that this standing may see now."""
    seen = {facet for facet, rule in SEEN_BY.items() if rule(who, application)}
    if own_review_in and reviewing(who, application) and not own(who, application):
        seen |= AFTER_OWN_REVIEW
    return frozenset(seen)


def knows_name(who: Standing, application: Application) -> bool:
    """Whether the facet IDENTITY is among them, without asking for the others."""
    return SEEN_BY[Facet.IDENTITY](who, application)


def needed(question: Question) -> frozenset[Facet]:
    """The facets that an answer to this question takes, all of them."""
    return _needed(question.type, question.hidden, question.identifying)


@cache
def _needed(type_: QuestionType, hidden: bool, identifying: bool) -> frozenset[Facet]:
    kind = {QuestionType.FILE: Facet.DOCUMENTS, QuestionType.REFEREES: Facet.CONTACT}.get(
        type_, Facet.BACKGROUND if type_ in BACKGROUND_TYPES else Facet.ANSWERS
    )
    needs = {kind}
    if hidden:
        needs.add(Facet.HIDDEN_ANSWERS)
    if identifying:
        needs.add(Facet.IDENTITY)
    return frozenset(needs)
