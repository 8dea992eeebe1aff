"""Who sees which part of a dossier, when: a table of every role × blind or not × own review in or not."""

import pytest

from tracker.models import Application, Position, PositionRole, SiteRole, Stage, StageKind, Theme
from tracker.rules.facets import Facet, facets
from tracker.rules.roles import Standing

F = Facet
ALL = frozenset(Facet)
OPEN = frozenset({F.BACKGROUND, F.ANSWERS, F.DOCUMENTS, F.LETTER_STATUS, F.COMMENTS_CANDIDATE, F.HISTORY})
NAMED = frozenset({F.IDENTITY, F.LETTERS})
JUDGED = frozenset({F.REVIEWS, F.REVIEWER_NAMES, F.COMMENTS_COMMITTEE})
OWN = frozenset({F.IDENTITY, F.CONTACT, F.BACKGROUND, F.ANSWERS, F.HIDDEN_ANSWERS, F.DOCUMENTS, F.LETTER_STATUS})
GUARD = ALL - {F.OWN_REVIEW}

READERS: dict[str, Standing] = {
    "nobody": Standing(""),
    "stranger": Standing("someone"),
    "candidate": Standing("candidate"),
    "hr": Standing("hr", SiteRole.HR, True),
    "admin": Standing("admin", SiteRole.ADMIN, True),
    **{role.value: Standing(role.value, is_staff=True, seats={"here": role}) for role in PositionRole},
    "of_another_position": Standing("far", is_staff=True, seats={"there": PositionRole.CHAIR}),
    "theme_coordinator": Standing("theme", is_staff=True, themes=frozenset({"neuro"})),
    "hr_on_the_committee": Standing("both", SiteRole.HR, True, seats={"here": PositionRole.MEMBER}),
    "candidate_on_the_committee": Standing("candidate", is_staff=True, seats={"here": PositionRole.MEMBER}),
}

MEMBER = OPEN | {F.OWN_REVIEW}
TABLE: list[tuple[str, bool, bool, bool, frozenset[Facet]]] = [
    # reader, blind, stage takes reviews, own review in → facets
    *(("nobody", blind, takes, False, frozenset()) for blind in (True, False) for takes in (True, False)),
    *(("stranger", blind, takes, False, frozenset()) for blind in (True, False) for takes in (True, False)),
    *(("of_another_position", blind, True, False, frozenset()) for blind in (True, False)),
    *(("candidate", blind, True, False, OWN | {F.COMMENTS_CANDIDATE}) for blind in (True, False)),
    *(("candidate_on_the_committee", True, True, done, OWN | {F.COMMENTS_CANDIDATE}) for done in (True, False)),
    *(("hr", blind, takes, False, GUARD) for blind in (True, False) for takes in (True, False)),
    *(("admin", blind, takes, False, GUARD) for blind in (True, False) for takes in (True, False)),
    *(("coordinator", blind, True, False, GUARD - {F.COMMENTS_HR, F.COMMENTS_CHAIR}) for blind in (True, False)),
    ("hr_on_the_committee", True, True, False, ALL),
    ("member", True, True, False, MEMBER),
    ("member", True, True, True, MEMBER | JUDGED),
    ("member", False, True, False, MEMBER | NAMED),
    ("member", False, True, True, MEMBER | NAMED | JUDGED),
    ("member", False, False, False, MEMBER | NAMED | JUDGED),
    ("chair", True, True, False, MEMBER | {F.COMMENTS_CHAIR}),
    ("chair", True, True, True, MEMBER | {F.COMMENTS_CHAIR} | JUDGED),
    ("chair", False, True, False, MEMBER | NAMED | {F.COMMENTS_CHAIR, F.CONTACT, F.MESSAGES}),
    ("chair", False, False, False, MEMBER | NAMED | JUDGED | {F.COMMENTS_CHAIR, F.CONTACT, F.MESSAGES}),
    ("observer", True, True, False, OPEN | JUDGED),
    ("observer", False, True, False, OPEN | NAMED | JUDGED),
    ("theme_coordinator", True, True, False, OPEN | JUDGED),
    ("theme_coordinator", False, False, False, OPEN | NAMED | JUDGED),
]


def application(*, blind: bool, takes_reviews: bool) -> Application:
    position = Position(id="here", blind_first_round=blind)
    position.themes = [Theme(id="neuro")]
    stage = Stage(id="stage", kind=StageKind.REVIEW, is_blind=True, takes_reviews=takes_reviews)
    return Application(position=position, stage=stage, candidate_id="candidate", position_id="here")


@pytest.mark.parametrize(("reader", "blind", "takes_reviews", "own_in", "seen"), TABLE)
def test_a_reader_sees_exactly_these_facets(
    reader: str, blind: bool, takes_reviews: bool, own_in: bool, seen: frozenset[Facet]
) -> None:
    thing = application(blind=blind, takes_reviews=takes_reviews)
    assert facets(READERS[reader], thing, own_review_in=own_in) == seen


def test_the_table_speaks_of_every_role() -> None:
    assert {row[0] for row in TABLE} == set(READERS)
