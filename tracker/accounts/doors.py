"""How a browser is let in: the cookie of a session, of a secret link, of a device that is known."""

import hashlib
from typing import Any

from flask import Response, after_this_request, current_app, g, redirect, request, session
from flask_login import login_user, logout_user
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers.response import Response as AnyResponse

from tracker.accounts.actions import Visit, end_session_with, open_session
from tracker.accounts.links import link_of, token_hash
from tracker.models import Link, LinkPurpose, Person, new_id
from tracker.plumbing.clock import now
from tracker.rules.emails import canonical_email
from tracker.web.access import me

YEAR = 365 * 24 * 60 * 60
REMEMBERED = 8
"""Accounts per device, for families and shared desks."""


# --- sessions


def let_in(person: Person) -> None:
    """Sign this browser in as the person, with a new session; whatever session it had ends."""
    let_out()
    address = request.remote_addr or ""
    person.session_key = open_session(person, now=now(), device=request.user_agent.string, address=address)
    login_user(person)
    g.pop("standing", None)
    _know_device(person)


def let_out() -> None:
    """Sign this browser out for good: the session ends on our side too."""
    person = me()
    if person is not None and person.session_key:
        end_session_with(person.session_key, now=now())
        logout_user()
        g.pop("standing", None)
    session.clear()


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
