"""What an application says about its candidate as a whole: name, country and origin, read from the answers.

The keys are those of the shipped forms; a form of the institute's own that uses them is read alike.
"""

from collections.abc import Mapping
from typing import Any, Final

from tracker.models import Origin
from tracker.rules.limits import NAME

FULL_NAME: Final = "full_name"
CALLED: Final = "called"
RESIDENCE: Final = "residence_country"
EMPLOYED_HERE: Final = "employed_here"


def name_in(answers: Mapping[str, Any], otherwise: str) -> str:
    """The name as the candidate writes it in the form, else the one of the account."""
    given = answers.get(FULL_NAME)
    return (given if isinstance(given, str) and given.strip() else otherwise)[:NAME]


def country_in(answers: Mapping[str, Any]) -> str:
    """Where the candidate lives, ISO 3166; empty where the form does not ask."""
    given = answers.get(RESIDENCE)
    return given if isinstance(given, str) else ""


def origin_of(answers: Mapping[str, Any], *, home: str) -> Origin:
    """Internal where the candidate declared to work here, else by the country they live in, seen from `home`."""
    if answers.get(EMPLOYED_HERE) in (True, "yes"):
        return Origin.INTERNAL
    country = country_in(answers)
    if not country:
        return Origin.UNKNOWN
    return Origin.COUNTRY if country == home else Origin.ABROAD
