"""How a browser is let in: the cookie of a session, of a secret link, of a device that is known."""

import hashlib
from datetime import datetime
from typing import Any

from flask import Response, after_this_request, current_app, g, redirect, request, session
from flask_login import login_user, logout_user
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers.response import Response as AnyResponse

from tracker.accounts.actions import end_session, open_session
from tracker.accounts.links import link_of, token_hash
from tracker.accounts.visits import Visit
from tracker.models import Link, LinkPurpose, Person, new_id
from tracker.plumbing.clock import now
from tracker.rules.emails import canonical_email
from tracker.web.access import page_of_step, session_here
from tracker.web.sessions import Step, step_before

YEAR = 365 * 24 * 60 * 60
REMEMBERED = 8
"""Accounts per device, for families and shared desks."""
CAME_FOR = "came for"
"""Where somebody who signs up wanted to go, until they have proved their address."""
UNLINKED = "identity"
"""Where the browser keeps an identity that a provider has just vouched for and that no account here has yet."""


# --- sessions


def let_in(person: Person, *, with_factor: bool = False, proved_at: datetime | None = None) -> Step | None:
    """Open a new session for the person in this browser, and say what is still to be done before it opens anything.

    Whatever session the browser had ends. `proved_at` is when they showed who they are, where that is not now.
    """
    kept = session.get(UNLINKED)
    let_out()
    moment = now()
    opened = open_session(
        person,
        now=moment,
        device=request.user_agent.string,
        address=request.remote_addr or "",
        factor_at=moment if with_factor else None,
        proved_at=proved_at or moment,
    )
    login_user(person)
    if kept:
        session[UNLINKED] = kept
    step = step_before(opened, person, current_app.config["TRACKER"])
    if step is not Step.SHOW:
        _know_device(person)
    return step


def go_in(person: Person, target: str, *, with_factor: bool = False, proved_at: datetime | None = None) -> AnyResponse:
    """Let them in and send them on: to what they wanted, or to the step that is still to be done before."""
    step = let_in(person, with_factor=with_factor, proved_at=proved_at)
    return redirect(page_of_step(step, target) if step else target, 303)


def let_out() -> None:
    """Sign this browser out for good: the session ends on our side too, half way in as well."""
    row = session_here()
    if row is not None:
        end_session(row, now=now())
        logout_user()
        for known in ("standing", "session", "waiting"):
            g.pop(known, None)
    session.clear()


def keep_what_came_for(address: str) -> None:
    if address:
        session[CAME_FOR] = address


def take_what_came_for() -> str:
    return str(session.pop(CAME_FOR, ""))


# --- secret links


def exchange(token: str, purpose: LinkPurpose, to: str) -> AnyResponse:
    """Keep the link in the browser and go on, so that the secret leaves the address. Changes nothing here."""
    session[_held(purpose)] = token_hash(token)
    return redirect(to, 303)


def held(purpose: LinkPurpose) -> str:
    """The hash of the link this browser came with."""
    return str(session.get(_held(purpose), ""))


def held_link(purpose: LinkPurpose) -> Link | None:
    """The link this browser came with, while it works."""
    kept = held(purpose)
    return link_of(kept, purpose, now=now()) if kept else None


def let_go(purpose: LinkPurpose) -> None:
    session.pop(_held(purpose), None)


def _held(purpose: LinkPurpose) -> str:
    return f"link {purpose.value}"


# --- devices


def visit(email: str) -> Visit:
    """Where this request comes from, as far as signing in to this address is concerned."""
    device = _device()
    is_known = _mark(email) in device["accounts"]
    return Visit(
        device=request.user_agent.string,
        address=request.remote_addr or "",
        known_device=device["id"] if is_known else "",
    )


def _know_device(person: Person) -> None:
    device = _device()
    accounts = [_mark(person.email), *(one for one in device["accounts"] if one != _mark(person.email))]
    value = _signer().dumps({"id": device["id"], "accounts": accounts[:REMEMBERED]})

    @after_this_request
    def keep(response: Response) -> Response:
        response.set_cookie(
            _cookie(), value, max_age=YEAR, secure=_is_secure(), httponly=True, samesite="Lax", path="/"
        )
        return response


def _device() -> dict[str, Any]:
    try:
        kept = _signer().loads(request.cookies.get(_cookie(), ""))
    except BadSignature:
        kept = None
    return kept if isinstance(kept, dict) and {"id", "accounts"} <= kept.keys() else {"id": new_id(), "accounts": []}


def _mark(email: str) -> str:
    return hashlib.sha256(canonical_email(email).encode("utf-8", "replace")).hexdigest()[:24]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="device")


def _cookie() -> str:
    return "__Host-device" if _is_secure() else "device"


def _is_secure() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])
