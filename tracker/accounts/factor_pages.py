"""Setting up and taking away second factors: authenticator app, passkeys, recovery codes."""

from flask import Response as JsonResponse
from flask import current_app, flash, redirect, render_template, request, url_for

from tracker.accounts.actions import Mistyped
from tracker.accounts.blueprint import blueprint
from tracker.accounts.doors import let_in, visit
from tracker.accounts.entering import Answer, following
from tracker.accounts.forms import ConfirmApp, NewPasskey
from tracker.accounts.passkeys import PasskeyRefused, ask_to_make, make_passkey, remove_passkey, rename_passkey
from tracker.accounts.pictures import to_scan
from tracker.accounts.proving import recently
from tracker.accounts.queries import own_passkeys
from tracker.accounts.second_factor import (
    begin_authenticator,
    confirm_authenticator,
    confirmed,
    new_recovery_codes,
    remove_authenticator,
    secret_of,
    unconfirmed,
)
from tracker.models import Passkey, Person
from tracker.plumbing.clock import now
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import spoken
from tracker.rules.codes import in_groups
from tracker.rules.permissions import May
from tracker.web.access import Thing, arriving, me, on_the_way, requires, session_here, somebody
from tracker.web.sessions import Step, works_here

PASSKEY = Thing("passkey", own_passkeys)


def must_have_factor(person: Person) -> bool:
    return bool(current_app.config["TRACKER"].staff_second_factor) and works_here(person)


def back_to_start() -> str:
    """The page from which one sets up: of the way in, or one's own."""
    return url_for("accounts.set_up", next=request.values.get("next") or None) if me() is None else _security()


def _security(part: str | None = None) -> str:
    return url_for("accounts.security", _anchor=part)


def _with_factor(person: Person, codes: list[str], words: str) -> Answer:
    """In, by a new session that has the factor; with the recovery codes, shown this once, where some were made."""
    session, was_in = session_here(), me() is not None
    target = _security() if was_in else following(person)
    let_in(person, with_factor=True, proved_at=session.proved_at if session else None)
    if codes:
        return render_template("accounts/recovery_codes.html", codes=codes, following=target, words=words)
    flash(words, "success")
    return redirect(target, 303)


# --- an authenticator app


@blueprint.post("/account/authenticator")
@on_the_way(Step.SET_UP)
@recently
def begin_app() -> Answer:
    begin_authenticator(arriving(), now=now())
    return redirect(url_for("accounts.app", next=request.form.get("next") or None), 303)


@blueprint.get("/account/authenticator")
@on_the_way(Step.SET_UP)
@recently
def app() -> Answer:
    return _app(ConfirmApp(formdata=None, next=request.args.get("next", "")))


def _app(form: ConfirmApp, status: int = 200) -> Answer:
    """The picture to scan, and the same to type; only while it is being set up."""
    person = arriving()
    begun = unconfirmed(person)
    if begun is None:
        return redirect(back_to_start())
    secret = secret_of(begun)
    page = render_template(
        "accounts/authenticator.html",
        form=form,
        picture=to_scan(person, secret),
        secret=in_groups(secret),
        replaces=confirmed(person) is not None,
        back=back_to_start(),
    )
    return page, status


@blueprint.post("/account/authenticator/confirm")
@on_the_way(Step.SET_UP)
@recently
def confirm_app() -> Answer:
    form, person = ConfirmApp(), arriving()
    if not form.validate_on_submit():
        return _app(form, 422)
    try:
        codes = confirm_authenticator(person, form.code.data or "", now=now(), visit=visit(person.email))
    except Mistyped as error:
        form.code.errors = [spoken(error.sentence)]
        return _app(form, 422)
    return _with_factor(person, codes, _("Your authenticator app is set up."))


@blueprint.post("/account/authenticator/remove")
@requires(May.HAVE_ACCOUNT)
@recently
def remove_app() -> Answer:
    person = somebody()
    remove_authenticator(person, must_have=must_have_factor(person), now=now(), visit=visit(person.email))
    flash(_("The authenticator app is taken off your account."), "success")
    return redirect(_security("authenticator"), 303)


# --- passkeys


@blueprint.post("/account/passkeys/begin")
@on_the_way(Step.SET_UP)
@recently
def begin_new_passkey() -> JsonResponse:
    return JsonResponse(ask_to_make(arriving(), now=now()), mimetype="application/json")


@blueprint.post("/account/passkeys")
@on_the_way(Step.SET_UP)
@recently
def add_passkey() -> Answer:
    form, person = NewPasskey(), arriving()
    try:
        codes = make_passkey(
            person, form.passkey.data or "", name=form.name.data or "", now=now(), visit=visit(person.email)
        )
    except PasskeyRefused as refusal:
        flash(spoken(refusal.sentence), "danger")
        return redirect(back_to_start(), 303)
    return _with_factor(person, codes, _("Your passkey is set up."))


@blueprint.post("/account/passkeys/<passkey_id>/name")
@requires(May.HAVE_ACCOUNT, PASSKEY)
def name_passkey(passkey: Passkey) -> Answer:
    rename_passkey(passkey, request.form.get("name", ""))
    return redirect(_security("passkeys"), 303)


@blueprint.post("/account/passkeys/<passkey_id>/remove")
@requires(May.HAVE_ACCOUNT, PASSKEY)
@recently
def drop_passkey(passkey: Passkey) -> Answer:
    person = somebody()
    remove_passkey(passkey, person, must_have=must_have_factor(person), now=now(), visit=visit(person.email))
    flash(_("The passkey is taken off your account. Remove it from your device, too."), "success")
    return redirect(_security("passkeys"), 303)


# --- recovery codes


@blueprint.post("/account/recovery-codes")
@requires(May.HAVE_ACCOUNT)
@recently
def make_recovery_codes() -> Answer:
    person = somebody()
    codes = new_recovery_codes(person, now=now(), visit=visit(person.email))
    words = _("These are your new recovery codes. Earlier ones no longer work.")
    return render_template("accounts/recovery_codes.html", codes=codes, following=_security(), words=words)
