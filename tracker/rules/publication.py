"""What a position must have before it is published: the OTM-R items, every missing one named at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from tracker.rules.sentences import Sentence, say

WEIGHTS_TOTAL: Final = 100


@dataclass(frozen=True, kw_only=True)
class CriterionFacts:
    """One criterion of the rubric; `anchors` counts the levels that are described, of `levels`."""

    name: str
    weight: Decimal | int
    levels: int = 5
    anchors: int = 0


@dataclass(frozen=True, kw_only=True)
class PositionFacts:
    """All that publishing looks at, named as a position names it; texts in the language that every reader gets.

    The defaults are those of an empty draft.
    """

    organisation: str = ""
    department: str = ""
    title: str = ""
    description: str = ""
    starts_on: date | None = None
    profile: str = ""
    """r1 to r4."""
    requirements: str = ""
    desirable: str = ""
    criteria: tuple[CriterionFacts, ...] = ()
    openings: int = 0
    benefits: str = ""
    """Working conditions."""
    place: str = ""
    salary_from: int | None = None
    salary_to: int | None = None
    salary_scale: str = ""
    contract: str = ""
    months: int | None = None
    fte: Decimal | float | None = None
    hours: int | None = None
    development: str = ""
    prospects: str = ""
    procedure: str = ""
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    policy_url: str = ""
    """Recruitment rules and employment policy."""
    contact_name: str = ""
    contact_email: str = ""
    equal_opportunity: str = ""
    has_form: bool = False
    has_workflow: bool = False
    themes: int = 0
    supervisors: int = 0
    chairs: int = 0


@dataclass(frozen=True)
class Item:
    """One line of the check; `field` is the field of the form that mends it."""

    field: str
    sentence: Sentence
    present: Callable[[PositionFacts], bool]


def _has(field: str) -> Callable[[PositionFacts], bool]:
    return lambda facts: bool(str(getattr(facts, field) or "").strip())


def _filled(field: str, sentence: Sentence) -> Item:
    return Item(field, sentence, _has(field))


PROFILES: Final = ("r1", "r2", "r3", "r4")

ITEMS: Final = (
    _filled("organisation", say("Name the organisation.")),
    _filled("department", say("Name the department or unit.")),
    _filled("title", say("Give the position a title.")),
    _filled("description", say("Describe the position and its research.")),
    Item("themes", say("Choose at least one theme."), lambda facts: facts.themes >= 1),
    Item("supervisors", say("Name at least one supervisor."), lambda facts: facts.supervisors >= 1),
    _filled("starts_on", say("Give the start date.")),
    Item("profile", say("Choose the researcher profile, R1 to R4."), lambda facts: facts.profile.lower() in PROFILES),
    _filled("requirements", say("Write what is required of candidates.")),
    _filled("desirable", say("Write what is desirable, but not required.")),
    Item("openings", say("Say how many people can be appointed."), lambda facts: facts.openings >= 1),
    _filled("benefits", say("Describe the working conditions.")),
    _filled("place", say("Name the place of work.")),
    Item(
        "salary_from",
        say("Give the salary range, from and to."),
        lambda facts: facts.salary_from is not None and facts.salary_to is not None,
    ),
    _filled("salary_scale", say("Name the salary scale.")),
    _filled("contract", say("Say what type of contract it is.")),
    Item(
        "months",
        say("Give the length of the contract in months."),
        lambda facts: (facts.months or 0) >= 1 or facts.contract == "permanent",
    ),
    Item(
        "fte",
        say("Give the working hours."),
        lambda facts: (facts.fte or 0) > 0 or (facts.hours or 0) > 0,
    ),
    _filled("development", say("Describe the training and professional development.")),
    _filled("prospects", say("Describe the career prospects.")),
    _filled("procedure", say("Describe the selection procedure.")),
    _filled("closes_at", say("Give the deadline for applications.")),
    _filled("policy_url", say("Link the rules for recruitment and the employment policy.")),
    Item(
        "contact_name",
        say("Name a contact person with an e-mail address."),
        lambda facts: bool(facts.contact_name.strip() and facts.contact_email.strip()),
    ),
    _filled("equal_opportunity", say("Add the statement on equal opportunity.")),
    Item("form", say("Choose the form that candidates fill in."), lambda facts: facts.has_form),
    Item("workflow", say("Choose the workflow of the procedure."), lambda facts: facts.has_workflow),
    Item("rubric", say("Choose the selection criteria."), lambda facts: bool(facts.criteria)),
    Item("committee", say("Appoint the chair of the committee."), lambda facts: facts.chairs >= 1),
)
"""Every item of "Publishing a position", in the order of the page."""


def missing_items(facts: PositionFacts) -> list[Sentence]:
    """Every sentence that keeps the position from being published; empty when it can be."""
    return [sentence for _, sentence in missing_fields(facts)]


def missing_fields(facts: PositionFacts) -> list[tuple[str, Sentence]]:
    """The same with the field that each is about, so that a page can link to it."""
    absent = [(item.field, item.sentence) for item in ITEMS if not item.present(facts)]
    return absent + _contradictions(facts) + [("rubric", sentence) for sentence in criteria_mistakes(facts.criteria)]


def _contradictions(facts: PositionFacts) -> list[tuple[str, Sentence]]:
    found = []
    if facts.salary_from is not None and facts.salary_to is not None:
        if facts.salary_from > facts.salary_to:
            found.append(("salary_from", say("The salary range ends below where it starts.")))
        if facts.salary_from <= 0:
            found.append(("salary_from", say("The salary range starts above zero.")))
    if facts.opens_at and facts.closes_at and facts.closes_at <= facts.opens_at:
        found.append(("closes_at", say("The deadline comes after the opening.")))
    if facts.starts_on and facts.closes_at and facts.starts_on < facts.closes_at.date():
        found.append(("starts_on", say("The start date comes after the deadline.")))
    return found


def criteria_mistakes(criteria: tuple[CriterionFacts, ...]) -> list[Sentence]:
    """Weights that do not add up to one hundred, and criteria whose levels are not described."""
    if not criteria:
        return []
    found = []
    total = sum((Decimal(criterion.weight) for criterion in criteria), Decimal(0)).normalize()
    if total != WEIGHTS_TOTAL:
        found.append(
            say("The weights of the criteria add up to %(sum)s. They must add up to exactly 100.", sum=f"{total:f}")
        )
    for criterion in criteria:
        if criterion.weight <= 0:
            found.append(say("The criterion “%(name)s” needs a weight above zero.", name=criterion.name))
        if criterion.anchors < criterion.levels:
            found.append(
                say("The criterion “%(name)s” needs a description of each of its levels.", name=criterion.name)
            )
    names = [criterion.name.strip().casefold() for criterion in criteria]
    if len(set(names)) < len(names):
        found.append(say("Two criteria have the same name."))
    return found
