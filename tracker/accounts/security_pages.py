"""Sign-in and security: all that opens one's account, on one page."""

from datetime import timedelta
from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers.response import Response

from tracker.accounts import actions, details
from tracker.accounts.actions import Mistyped
from tracker.accounts.blueprint import blueprint
from tracker.accounts.devices import device_name
from tracker.accounts.doors import visit
from tracker.accounts.entering import Answer
from tracker.accounts.factor_pages import must_have_factor
from tracker.accounts.forms import ChangePassword, NewPasskey
from tracker.accounts.identities import identities_of, unlink
from tracker.accounts.links import token_hash
from tracker.accounts.passkeys import passkeys_of, site
from tracker.accounts.providers import provider_of, providers
from tracker.accounts.proving import recently
from tracker.accounts.queries import open_sessions, own_identities, own_sessions
from tracker.accounts.second_factor import codes_left, confirmed
from tracker.models import Identity, Person, Session
from tracker.plumbing.clock import now
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import spoken
from tracker.rules.codes import HOW_MANY
from tracker.rules.permissions import May
from tracker.web.access import Thing, requires, somebody

SESSION = Thing("session", own_sessions)
IDENTITY = Thing("identity", own_identities)
PASSWORD = "password_change-"  # noqa: S105 - the beginning of the names of its fields


def _password_form(person: Person, *, sent: bool) -> ChangePassword:
    """Who has no password yet chooses the first."""
    form = ChangePassword(prefix=PASSWORD) if sent else ChangePassword(prefix=PASSWORD, formdata=None)
    if person.password_hash is None:
        del form.current
    return form


@blueprint.get("/account/security")
@requires(May.HAVE_ACCOUNT)
def security() -> Answer:
    return _page(_password_form(somebody(), sent=False))


def _page(password_change: ChangePassword, status: int = 200) -> tuple[str, int]:
    person = somebody()
    linked = identities_of(person)
    issuers = {one.issuer for one in linked}
    page = render_template(
        "accounts/security.html",
        password_change=password_change,
        passkeys=passkeys_of(person),
        new_passkey=NewPasskey(formdata=None),
        can_have_passkeys=site().can_have_passkeys,
        app=confirmed(person),
        codes_left=codes_left(person),
        how_many=HOW_MANY,
        must_have=must_have_factor(person),
        identities=[{"row": one, "provider": provider_of(one.issuer)} for one in linked],
        to_link=[one for one in providers() if one.issuer not in issuers],
        sessions=_sessions(person),
    )
    return page, status


def _sessions(person: Person) -> list[dict[str, Any]]:
    settings = current_app.config["TRACKER"]
    rows = open_sessions(
        person,
        seen_after=now() - timedelta(hours=settings.session_idle_hours),
        opened_after=now() - timedelta(days=settings.session_days),
    )
    here = token_hash(person.session_key or "")
    return [{"row": row, "device": device_name(row.device), "is_this": row.key_hash == here} for row in rows]


def _done(words: str, part: str) -> Response:
    flash(words, "success")
    return redirect(url_for("accounts.security", _anchor=part), 303)


@blueprint.post("/account/password")
@requires(May.HAVE_ACCOUNT)
def change_password() -> Answer:
    person = somebody()
    return _change_password() if person.password_hash is not None else _first_password()


@recently
def _first_password() -> Answer:
    """Nobody can ask for a current one, so who they are is asked otherwise."""
    return _change_password()


def _change_password() -> Answer:
    person = somebody()
    form = _password_form(person, sent=True)
    if not form.validate_on_submit():
        return _page(form, 422)
    current = form.current.data if "current" in form else ""
    try:
        details.change_password(
            person, current=current or "", new=form.password.data or "", now=now(), visit=visit(person.email)
        )
    except Mistyped as error:
        field = form[error.field]
        field.errors = [*field.errors, spoken(error.sentence)]
        return _page(form, 422)
    return _done(_("Your password is changed. Everywhere else you are signed out."), "password")


@blueprint.post("/account/identities/<identity_id>/unlink")
@requires(May.HAVE_ACCOUNT, IDENTITY)
@recently
def unlink_identity(identity: Identity) -> Response:
    person, label = somebody(), identity.label
    unlink(identity, person, now=now(), visit=visit(person.email))
    return _done(_("%(name)s no longer opens your account.", name=label), "identities")


@blueprint.post("/account/sessions/<session_id>/end")
@requires(May.HAVE_ACCOUNT, SESSION)
def end_session(session: Session) -> Response:
    actions.end_session(session, now=now())
    return _done(_("That session is ended."), "sessions")


@blueprint.post("/account/sessions/end-others")
@requires(May.HAVE_ACCOUNT)
def end_other_sessions() -> Response:
    actions.end_others(somebody(), now=now())
    return _done(_("Everywhere else you are signed out."), "sessions")
