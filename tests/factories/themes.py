"""Research themes."""

from tests.factories.names import email_for
from tracker.models import Person, Theme, ThemeSeat
from tracker.plumbing.clock import now as clock_now
from tracker.plumbing.database import db


def make_theme(
    name: str = "Neuroscience", *, slug: str | None = None, coordinators: tuple[Person, ...] = (), place: int = 0
) -> Theme:
    theme = Theme(
        slug=slug or email_for("theme").partition("@")[0].replace(".", "-"),
        name={"en": name, "nl": f"{name} (nl)"},
        summary={"en": f"What we want to know about {name}.", "nl": f"Wat we willen weten over {name}."},
        research={"en": "We **measure**.", "nl": "Wij **meten**."},
        place=place,
    )
    theme.coordinators = [ThemeSeat(person_id=person.id, since=clock_now()) for person in coordinators]
    db.session.add(theme)
    db.session.flush()
    return theme
