"""Who works at the institute of the demo, and the sign-ins."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from tracker.accounts.secrets_kept import hash_password
from tracker.models import Person, SiteRole, Theme, new_id
from tracker.plumbing.database import db
from tracker.plumbing.history import remember
from tracker.rules.emails import canonical_email
from tracker.rules.search_text import search_text
from tracker.themes.actions import seat_coordinator

HOUSE = "umc.example"
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"

ADMIN, HR, SECOND_HR = "joost", "saskia", "mehmet"
CHAIR, MEMBER, OBSERVER, COORDINATOR, THEME_COORDINATOR = "annelies", "rafael", "gerda", "esmee", "lieke"

COLLEAGUES = {
    "joost": "Joost Verbeek",
    "saskia": "Saskia de Groot",
    "mehmet": "Mehmet Yılmaz",
    "annelies": "Annelies Groothuis",
    "rafael": "Rafael Monteiro",
    "gerda": "Gerda Hoogendijk",
    "esmee": "Esmée Kramer",
    "lieke": "Lieke van den Heuvel",
    "marijke": "Marijke van Dalen",
    "hanneke": "Hanneke Bos",
    "noor": "Noor el Khatib",
    "diederik": "Diederik Postma",
    "francoise": "Françoise Maréchal",
    "zeynep": "Zeynep Arslan",
    "adwoa": "Adwoa Mensah",
    "beatrix": "Beatrix Oldenburg",
    "ruben": "Ruben Castillo",
    "yuki": "Yuki Tanabe",
    "kwame": "Kwame Boateng",
    "laura": "Laura Ferrante",
    "ifeoma": "Ifeoma Nwosu",
    "soren": "Søren Lindqvist",
    "willem": "Willem Hoekstra",
    "meiling": "周美玲 (Mei-Ling Chou)",
    "tomasz": "Tomasz Wiśniewski",
    "anjali": "Anjali Deshmukh",
    "jeroen": "Jeroen Verhaar",
    "thandiwe": "Thandiwe Mokoena",
    "pieter": "Pieter Kuiper",
    "budi": "Budi Santoso",
    "eline": "Eline de Ruiter",
    "fatima": "Fatima Zahra Benali",
    "petra": "Petra Haverkamp",
    "aleksander": "Aleksander Nowak",
}
SITE_ROLES = {ADMIN: SiteRole.ADMIN, HR: SiteRole.HR, SECOND_HR: SiteRole.HR}
DUTCH = frozenset({"gerda", "petra"})

COORDINATORS = {
    "academic-pharma": ("marijke",),
    "neuroscience": ("hanneke", "kwame"),
    "cancer": ("noor",),
    "immunity": ("diederik",),
    "cell-tissue-organ": ("francoise",),
    "cardiovascular": ("lieke", "annelies"),
    "medical-genomics": ("zeynep",),
    "infection": ("adwoa",),
    "lifecourse": ("beatrix",),
    "prevention-lifestyle": ("ruben", "lieke"),
}


@dataclass(frozen=True)
class SignIn:
    """One of the people of the demo, with the only showing of their password."""

    role: str
    email: str
    password: str
    name: str


@dataclass
class Staff:
    """The colleagues by their short name, and what nobody can sign in with."""

    people: dict[str, Person]
    locked: str
    """The hash of a password that nobody knows."""
    sign_ins: list[SignIn] = field(default_factory=list)

    def __getitem__(self, key: str) -> Person:
        return self.people[key]

    def let_in(self, person: Person, role: str) -> None:
        """Give this person a password of their own, made now, and keep it for the table that is printed once."""
        password = new_password()
        person.password_hash = hash_password(password)
        self.sign_ins.append(SignIn(role, person.email, password, person.name))


def new_password() -> str:
    """Four groups of five, out of more than 90 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(4))


def hire(now: datetime) -> Staff:
    """Everybody who works here, with accounts a year old; and the coordinators of the themes."""
    joined = now - timedelta(days=400)
    locked = hash_password(secrets.token_urlsafe(32))
    people = {key: _colleague(key, name, locked, joined) for key, name in COLLEAGUES.items()}
    db.session.flush()
    admin = people[ADMIN]
    remember("person", admin.id, "first_administrator", by=admin, now=joined)
    for key, person in people.items():
        if key != ADMIN:
            role = SITE_ROLES.get(key, SiteRole.NONE)
            remember("person", person.id, "invited", by=admin, now=joined, role=role)
            remember("person", person.id, "invitation_accepted", by=person, now=joined + timedelta(hours=5))
    for theme in db.session.scalars(select(Theme).order_by(Theme.place)):
        for key in COORDINATORS.get(theme.slug, ()):
            seat_coordinator(theme, people[key], by=admin, now=joined + timedelta(days=1))
    return Staff(people, locked)


def _colleague(key: str, name: str, locked: str, joined: datetime) -> Person:
    email = f"{address_of(name)}@{HOUSE}"
    person = Person(
        id=new_id(),
        name=name,
        email=email,
        email_canonical=canonical_email(email),
        email_verified_at=joined,
        password_hash=locked,
        site_role=SITE_ROLES.get(key, SiteRole.NONE),
        is_staff=True,
        language="nl" if key in DUTCH else "en",
        created_at=joined,
    )
    db.session.add(person)
    return person


def address_of(name: str) -> str:
    """joost.verbeek: the Latin letters of a name, for the part before the @."""
    letters = "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in search_text(name))
    return ".".join(letters.split())
