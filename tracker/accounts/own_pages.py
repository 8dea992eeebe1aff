"""One's own account: details, address, language, the end of it. What opens it is in security_pages."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers.response import Response

from tracker.accounts import details
from tracker.accounts.actions import Mistyped
from tracker.accounts.blueprint import blueprint
from tracker.accounts.doors import let_out
from tracker.accounts.entering import Answer
from tracker.accounts.forms import ChangeEmail, Details
from tracker.accounts.proving import recently
from tracker.plumbing.clock import now
from tracker.plumbing.i18n import COOKIE, LANGUAGES, spoken
from tracker.plumbing.i18n import gettext as _
from tracker.rules.permissions import May
from tracker.web.access import me, public, requires, somebody
from tracker.web.forms import Form
from tracker.web.pages import local_path

YEAR = 365 * 24 * 60 * 60
FORMS: dict[str, type[Form]] = {
    "details": Details,
    "email_change": ChangeEmail,
}


def _page(status: int = 200, **forms: Form) -> tuple[str, int]:
    """The account with its forms; those given are shown as they were sent."""
    person = somebody()
    shown: dict[str, Form] = {name: kind(prefix=f"{name}-", formdata=None) for name, kind in FORMS.items()}
    shown["details"] = Details(prefix="details-", formdata=None, obj=person)
    shown |= forms
    return render_template("accounts/account.html", **shown), status


def _sent(name: str) -> Any:
    return FORMS[name](prefix=f"{name}-")


def _again(name: str, form: Form, error: Mistyped) -> tuple[str, int]:
    field = form[error.field]
    field.errors = [*field.errors, spoken(error.sentence)]
    return _page(422, **{name: form})


def _done(words: str) -> Response:
    flash(words, "success")
    return redirect(url_for("accounts.account"), 303)


@blueprint.get("/account")
@requires(May.HAVE_ACCOUNT)
def account() -> Answer:
    return _page()


@blueprint.post("/account/details")
@requires(May.HAVE_ACCOUNT)
def change_details() -> Answer:
    form = _sent("details")
    if not form.validate_on_submit():
        return _page(422, details=form)
    try:
        details.change_details(
            somebody(), name=form.name.data, language=form.language.data, time_zone=form.time_zone.data, now=now()
        )
    except Mistyped as error:
        return _again("details", form, error)
    return _done(_("Your details are saved."))


@blueprint.post("/account/email")
@requires(May.HAVE_ACCOUNT)
@recently
def change_email() -> Answer:
    form = _sent("email_change")
    if not form.validate_on_submit():
        return _page(422, email_change=form)
    try:
        details.ask_email_change(somebody(), email=form.email.data, now=now())
    except Mistyped as error:
        return _again("email_change", form, error)
    return _done(_("We have written to %(email)s. Confirm the address there.", email=form.email.data))


@blueprint.post("/account/close")
@requires(May.HAVE_ACCOUNT)
@recently
def close() -> Answer:
    details.close_account(somebody(), by=somebody(), now=now())
    let_out()
    flash(_("Your account is closed."), "success")
    return redirect(url_for("home.landing"), 303)


@blueprint.post("/language")
@public
def language() -> Response:
    """Kept with the person, and in a cookie for when they are signed out."""
    wanted = request.form.get("language", "")
    response = redirect(local_path(request.form.get("next"), url_for("home.landing")), 303)
    if wanted not in LANGUAGES:
        return response
    person = me()
    if person is not None:
        details.choose_language(person, wanted)
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(COOKIE, wanted, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")
    return response
