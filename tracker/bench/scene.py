"""Who visits the pages, and what they look at: the people of the demo, and the calls that have grown."""

import re
import secrets
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import Flask
from markupsafe import escape
from sqlalchemy import Row, Select, case, func, select
from werkzeug.test import Client

from tracker.accounts.secrets_kept import hash_password
from tracker.bench.floor import bare_app
from tracker.bench.visitor import Unexpected, Visitor
from tracker.demo.staff import ADMIN, CHAIR, COLLEAGUES, HOUSE, HR, MEMBER, address_of
from tracker.models import Application, Person, Position, PositionRole, PositionState, Seat, StageKind
from tracker.plumbing.database import db, transaction

APPLICATION = re.compile(r"/desk/applications/([0-9a-z]{16})")


@dataclass
class Scene:
    """One filled database, with the people who read it signed in."""

    app: Flask
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    def __post_init__(self) -> None:
        self.people = {key: self._let_in(key) for key in (ADMIN, HR, CHAIR, MEMBER)}
        self.calls = self._calls()
        self.bare: Client = bare_app(db.engine).test_client()

    def _let_in(self, key: str) -> str:
        """The id of a colleague of the demo, who has a password from now on."""
        with transaction() as session:
            email = f"{address_of(COLLEAGUES[key])}@{HOUSE}"
            person = session.scalars(select(Person).where(Person.email == email)).one()
            person.password_hash = hash_password(self.password)
            return person.id

    def _calls(self) -> list[str]:
        """Ids of positions, the one with the most applications first; of several, the one with the most in review. The
        same calls in every database, so that growth is of one and the same."""
        in_review = func.sum(case((Application.stage_kind == StageKind.REVIEW, 1), else_=0))
        query = (
            select(Position.id)
            .join(Application)
            .where(Application.submitted_at.is_not(None))
            .group_by(Position.id, Position.reference)
            .order_by(func.count().desc(), in_review.desc(), Position.reference)
        )
        return list(self.read(query))

    def read(self, query: Select[str]) -> list[str]:
        found = list(db.session.scalars(query))
        db.session.rollback()
        return found

    def rows(self, query: Select[*tuple[Any, ...]]) -> list[Row[Any]]:
        found = list(db.session.execute(query).all())
        db.session.rollback()
        return found

    @cached_property
    def visitors(self) -> dict[str, Visitor]:
        emails = {key: f"{address_of(COLLEAGUES[key])}@{HOUSE}" for key in self.people}
        return {key: Visitor(self.app).sign_in(email, self.password) for key, email in emails.items()}

    @property
    def admin(self) -> Visitor:
        return self.visitors[ADMIN]

    @property
    def hr(self) -> Visitor:
        return self.visitors[HR]

    @property
    def chair(self) -> Visitor:
        return self.visitors[CHAIR]

    @property
    def member(self) -> Visitor:
        return self.visitors[MEMBER]

    @property
    def busiest(self) -> str:
        return self.calls[0]

    def seat_of(self, key: str, role: PositionRole) -> str:
        """The busiest call in which this colleague has that seat and reviews are written."""
        taken = select(Seat.position_id).where(Seat.person_id == self.people[key], Seat.role == role)
        seats = set(self.read(taken))
        reviewed = set(
            self.read(select(Application.position_id).where(Application.stage_kind == StageKind.REVIEW).distinct())
        )
        return next(one for one in self.calls if one in seats & reviewed)

    @cached_property
    def member_call(self) -> str:
        return self.seat_of(MEMBER, PositionRole.MEMBER)

    @cached_property
    def chair_call(self) -> str:
        return self.seat_of(CHAIR, PositionRole.CHAIR)

    @cached_property
    def open_call(self) -> str:
        """The busiest one that can be applied to."""
        published = set(self.read(select(Position.id).where(Position.state == PositionState.PUBLISHED)))
        return next(one for one in self.calls if one in published)

    def first_dossier(self, visitor: Visitor, address: str) -> str:
        """The id of the application that stands first in a list."""
        found = APPLICATION.search(visitor.get(address).text)
        if found is None:
            raise Unexpected(f"{address} lists no application")
        return found.group(1)

    def rare_word(self, visitor: Visitor, address: str) -> str:
        """The last word of a name that a list shows: of a copy, hardly anybody else's, and found at every number of
        applications."""
        page = visitor.get(address).text
        listed = select(Application.name).where(Application.id.in_(APPLICATION.findall(page)))
        names = self.read(listed.order_by(Application.submitted_at))
        return next(name for name in names if str(escape(name)) in page).split()[-1]
