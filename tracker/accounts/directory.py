"""Finding one of the staff by what somebody typed: a name, an address, or both as the suggestions show them."""

import re

from sqlalchemy import func

from tracker.accounts.queries import working_here
from tracker.models import Person
from tracker.plumbing.database import db
from tracker.rules.emails import canonical_email, looks_like_email
from tracker.rules.refusals import Invalid
from tracker.rules.sentences import say

SUGGESTIONS = 500
_WITH_ADDRESS = re.compile(r"^.*<([^<>]+)>\s*$")


def suggestions() -> list[str]:
    """ "Name <address>" of the staff, for a list of suggestions that works without JavaScript."""
    rows = db.session.execute(
        working_here().with_only_columns(Person.name, Person.email).order_by(Person.name, Person.id).limit(SUGGESTIONS)
    )
    return [f"{name} <{email}>" for name, email in rows]


def staff_named(typed: str) -> Person:
    """The one member of staff meant; Invalid where there is none, or more than one."""
    found = _found(typed.strip())
    if len(found) == 1:
        return found[0]
    if found:
        raise Invalid(say("Several people have that name. Give the e-mail address."))
    raise Invalid(say("Nobody on the staff has that name or e-mail address."))


def address_in(typed: str) -> str | None:
    """The e-mail address in what was typed, if there is one."""
    match = _WITH_ADDRESS.match(typed)
    address = match.group(1) if match else typed.strip()
    return address if looks_like_email(canonical_email(address)) else None


def _found(typed: str) -> list[Person]:
    address = address_in(typed)
    if address:
        query = working_here().where(Person.email_canonical == canonical_email(address))
    else:
        query = working_here().where(func.lower(Person.name) == typed.lower())
    return list(db.session.scalars(query.order_by(Person.id).limit(2)))
