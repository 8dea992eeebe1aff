"""Who comes in: the signed-in person, their standing, and the rule on every route."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import Flask, abort, current_app, flash, g, redirect, request, url_for
from flask_login import LoginManager, current_user
from sqlalchemy import Row, Select, bindparam, select
from werkzeug.wrappers.response import Response

from tracker.models import Person, Session
from tracker.plumbing.clock import now
from tracker.plumbing.database import db, is_held
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.planning import planned_once
from tracker.plumbing.standing import keep_roles, seats_held, standing_of, themes_held
from tracker.rules.permissions import May
from tracker.rules.policy import OF_THE_HOUSE, can
from tracker.rules.roles import ANYONE, Standing
from tracker.web.sessions import Step, is_live, step_before, touch

P = ParamSpec("P")
R = TypeVar("R")
View = Callable[P, Any]

login_manager = LoginManager()


def key_hash(key: str) -> str:
    """How a session key is kept: the cookie alone has the key."""
    return hashlib.sha256(key.encode()).hexdigest()


_open_session = planned_once(
    select(Session, Person, seats_held(), themes_held())
    .select_from(Session)
    .join(Person)
    .where(Session.key_hash == bindparam("key_hash"), Session.ended_at.is_(None))
)


@login_manager.user_loader  # type: ignore[untyped-decorator]  # it has no types
def person_of_session(key: str) -> Person | None:
    """The person whose open session has this key; an ended or idle one is nobody. A bare page asks for nobody."""
    if g.get("bare", False):
        return None
    mark = key_hash(key)
    row: Any = _with_what_is_theirs(mark) or db.session.execute(_open_session, {"key_hash": mark}).first()
    if row is None:
        return None
    session: Session = row[0]
    person: Person = row[1]
    if not person.is_active or not is_live(session, now(), current_app.config["TRACKER"]):
        return None
    keep_roles(person, (row[2], row[3]))
    if not touch(session, now()):  # which ends the transaction, and with it a lock
        g.theirs = row[4:]
    person.session_key = key
    g.session = session
    step = step_before(session, person, current_app.config["TRACKER"])
    if step is not None:
        g.waiting = Waiting(person, step)
        return None
    return person


def _with_what_is_theirs(mark: str) -> Row[Any] | None:
    """The same, and in the same statement what this request is about; None where they may not see that, or where it
    depends on their roles."""
    thing, thing_id = g.get("sought", (None, ""))
    if thing is None:
        return None
    found = db.session.execute(sought_with_person(thing), {"key_hash": mark, "thing_id": thing_id})
    return found.unique().one_or_none()


@dataclass(frozen=True)
class Waiting:
    """Somebody on the way in: nobody yet to every page but those of their next step."""

    person: Person
    step: Step


def waiting() -> Waiting | None:
    """Who has given a password and must do another step; None for visitors and for the signed-in."""
    return g.get("waiting") if me() is None else None


def session_here() -> Session | None:
    """The open session of this request, of somebody who is in or on the way in."""
    me()
    return cast(Session | None, g.get("session"))


def arriving() -> Person:
    """The person who is in or on the way in, on a route that only such a person reaches."""
    held = waiting()
    return held.person if held else somebody()


def me() -> Person | None:
    """The signed-in person themself, not the proxy; None for a visitor."""
    person = current_user._get_current_object() if current_user else None
    return person if isinstance(person, Person) else None


def somebody() -> Person:
    """The signed-in person, on a route that only a signed-in person reaches."""
    person = me()
    if person is None:
        abort(401)
    return person


def standing() -> Standing:
    """The roles of whoever asks, read once a request."""
    if "standing" not in g:
        person = me()
        g.standing = standing_of(person) if person else ANYONE
    return cast(Standing, g.standing)


@dataclass(frozen=True)
class Thing:
    """What a route is about: the name of its id in the address, and the rows one may see, to find it among."""

    name: str
    """`application` stands for `<application_id>` in the address and `application=` in the view."""
    visible: Callable[[Standing], Select[Any]]
    """Starts from what this standing may see, and from nothing else; must select one entity that has an `id`."""
    is_changed: bool = False
    """The request changes it, so it is read under the lock that the change needs."""
    beside: Callable[[Select[Any]], Select[Any]] | None = None
    """Where what one may see follows from who one is, without roles: adds those rows to a query that has the Person, so
    that both are found in one statement."""
    take: Callable[..., None] = lambda *_: None
    """Takes the thing, and what else `beside` asked for with it."""

    def load(self, who: Standing, thing_id: str) -> Any:
        found, *more = g.pop("theirs", ()) or (None,)
        if found is not None:
            self.take(found, *more)
        else:
            found = db.session.scalars(_sought(self, who), {"thing_id": thing_id}).unique().one_or_none()
        if found is not None and self.is_changed:
            is_held(found)
        return found


@lru_cache(256)
def _sought(thing: Thing, who: Standing) -> Select[Any]:
    """Put together once for each reader: what they may see follows from their standing alone."""
    query = thing.visible(who)
    entity = query.column_descriptions[0]["entity"]
    query = planned_once(query.where(entity.id == bindparam("thing_id")))
    return query.with_for_update(of=entity) if thing.is_changed else query


@lru_cache(64)
def sought_with_person(thing: Thing) -> Select[Any]:
    """Who asks, and their thing."""
    if thing.beside is None:
        raise ValueError(f"who may see this {thing.name} depends on roles")
    query = thing.beside(cast(Select[Any], _open_session))
    entity = query.column_descriptions[len(_open_session.column_descriptions)]["entity"]
    query = planned_once(query.where(entity.id == bindparam("thing_id")))
    return query.with_for_update(of=entity) if thing.is_changed else query


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Open to anyone; whatever more it shows, it asks for itself."""
    view.access = "public"  # type: ignore[attr-defined]  # read by tests
    return view


def requires(may: May, thing: Thing | None = None) -> Callable[[View[...]], View[...]]:
    """Sign-in first; the thing among those one may see (404); the policy (403); then the view with the thing."""

    def around(view: View[...]) -> View[...]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if thing is not None and thing.beside is not None:
                g.sought = (thing, kwargs[f"{thing.name}_id"])
            if me() is None:
                return ask_to_sign_in()
            who = standing()
            if may in OF_THE_HOUSE and not can(who, may):
                abort(403)
            found = None
            if thing is not None:
                found = thing.load(who, kwargs.pop(f"{thing.name}_id"))
                if found is None:
                    abort(404)
                kwargs[thing.name] = found
            if not can(who, may, found):
                abort(403)
            return view(*args, **kwargs)

        guarded.access = f"{may.value} {thing.name}" if thing else may.value  # type: ignore[attr-defined]  # read by tests
        guarded.thing = thing  # type: ignore[attr-defined]  # read by tests
        return guarded

    return around


def on_the_way(step: Step) -> Callable[[View[...]], View[...]]:
    """For who must do this step before they are in. Setting up a second factor is for the signed-in, too."""

    def around(view: View[...]) -> View[...]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            held = waiting()
            if held.step is step if held else me() is not None and step is Step.SET_UP:
                return view(*args, **kwargs)
            return redirect("/") if me() is not None else ask_to_sign_in()

        guarded.access = f"on the way in: {step.value}"  # type: ignore[attr-defined]  # read by tests
        return guarded

    return around


def ask_to_sign_in() -> Response:
    """To the sign-in page and back; a lost session never loses where one was."""
    if request.headers.get("HX-Request") or "application/json" in request.headers.get("Accept", ""):
        abort(401)
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    held = waiting()
    if held is not None:
        return redirect(page_of_step(held.step, back))
    flash(_("Please sign in to go on."), "info")
    return redirect(url_for("accounts.sign_in", next=back))


def page_of_step(step: Step, back: str | None) -> str:
    """Where the step is done, and then back to where one wanted to be."""
    return url_for({Step.SHOW: "accounts.second_step", Step.SET_UP: "accounts.set_up"}[step], next=back)


def allowed(may: May, thing: object = None) -> bool:
    """For templates: `can(may.X, thing)`."""
    return can(standing(), may, thing)


def init_app(app: Flask) -> None:
    login_manager.init_app(app)
    login_manager.session_protection = None
    app.jinja_env.globals.update(can=allowed, may=May)
