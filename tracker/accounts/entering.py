"""Signing in, out and up, and asking for a new password."""

from http import HTTPStatus
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers.response import Response

from tracker.accounts import actions, throttle
from tracker.accounts.actions import Mistyped
from tracker.accounts.blueprint import blueprint
from tracker.accounts.doors import go_in, keep_what_came_for, let_in, let_out, visit
from tracker.accounts.forms import AskReset, PasskeyShown, SignIn, SignUp
from tracker.accounts.passkeys import site
from tracker.accounts.providers import providers
from tracker.accounts.secrets_kept import matches
from tracker.models import Person
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import language, spoken, zone_of_request
from tracker.rules.sentences import say
from tracker.web import once
from tracker.web.access import me, page_of_step, public, waiting
from tracker.web.forms import Form
from tracker.web.pages import local_path

NO_MATCH = say("E-mail address and password do not belong together.")
Answer = str | Response | tuple[str, int]


def home_of(person: Person) -> str:
    """Where somebody goes who did not ask for anything in particular."""
    return url_for("home.desk" if person.is_staff else "applications.mine")


def following(person: Person) -> str:
    """Where they wanted to be before they were asked who they are."""
    return local_path(request.values.get("next"), home_of(person))


def sign_in_page(form: SignIn, status: int = 200) -> tuple[str, int]:
    """The password, and every other way that is set up."""
    page = render_template(
        "accounts/sign_in.html",
        form=form,
        by_passkey=PasskeyShown(formdata=None, next=form.next.data),
        can_have_passkeys=site().can_have_passkeys,
        providers=providers(),
    )
    return page, status


def again(form: Form, template: str, error: Mistyped, **values: Any) -> tuple[str, int]:
    """The form again, with the sentence by its field."""
    field = form[error.field] if error.field in form else form["password"]
    field.errors = [*field.errors, spoken(error.sentence)]
    return render_template(template, form=form, **values), 422


@blueprint.get("/sign-in")
@public
def sign_in() -> Answer:
    person = me()
    if person is not None:
        return redirect(following(person))
    held = waiting()
    if held is not None:
        return redirect(page_of_step(held.step, request.args.get("next")))
    return sign_in_page(SignIn(next=request.args.get("next", "")))


@blueprint.post("/sign-in")
@public
def sign_in_now() -> Answer:
    form = SignIn()
    if not form.validate_on_submit():
        return sign_in_page(form, 422)
    person = actions.sign_in(
        form.email.data or "", form.password.data or "", now=now(), visit=visit(form.email.data or "")
    )
    if person is None:
        form.password.errors = [spoken(NO_MATCH)]
        return sign_in_page(form, 422)
    return go_in(person, local_path(form.next.data, home_of(person)))


@blueprint.post("/sign-out")
@public
def sign_out() -> Answer:
    let_out()
    flash(_("You are signed out."), "success")
    return redirect(url_for("home.landing"), 303)


@blueprint.get("/sign-up")
@public
def sign_up() -> Answer:
    person = me()
    if person is not None:
        return redirect(following(person))
    return sign_up_page(SignUp(next=request.args.get("next", "")))


def sign_up_page(form: SignUp, status: int = 200) -> tuple[str, int]:
    return render_template("accounts/sign_up.html", form=form, providers=providers()), status


@blueprint.post("/sign-up")
@public
def sign_up_now() -> Answer:
    """Sent twice, it is one account and one mail; the second sending opens what the first has made."""
    here = me()
    if here is not None:
        return redirect(following(here), 303)
    form = SignUp()
    if not form.validate_on_submit():
        return sign_up_page(form, 422)
    try:
        person = _sign_up(form)
    except Mistyped as error:
        return again(form, "accounts/sign_up.html", error, providers=providers())
    except IntegrityError:
        db.session.rollback()
        person = _signed_up_before(form) or abort(HTTPStatus.CONFLICT)
    let_in(person)
    came_for = local_path(form.next.data, "")
    keep_what_came_for(came_for)
    return redirect(url_for("accounts.verification", next=came_for or None), 303)


def _signed_up_before(form: SignUp) -> Person | None:
    """Whom the same form has made; not once another password opens the account."""
    person = db.session.get(Person, once.id_to_make())
    return person if person and matches(form.password.data or "", person.password_hash) else None


def _sign_up(form: SignUp) -> Person:
    return actions.sign_up(
        form.name.data or "",
        form.email.data or "",
        form.password.data or "",
        now=now(),
        visit=visit(form.email.data or ""),
        language=language(),
        time_zone=zone_of_request(),
        id_to_have=once.id_to_make(),
    )


@blueprint.get("/reset")
@public
def reset() -> Answer:
    return render_template("accounts/reset.html", form=AskReset())


@blueprint.post("/reset")
@public
def ask_reset() -> Answer:
    form = AskReset()
    if not form.validate_on_submit():
        return render_template("accounts/reset.html", form=form), 422
    throttle.count("reset by address", request.remote_addr or "", now=now())
    try:
        actions.ask_reset(form.email.data or "", now=now(), language=language())
    except Mistyped as error:
        return again(form, "accounts/reset.html", error)
    return redirect(url_for("accounts.check_mail"), 303)


@blueprint.get("/reset/sent")
@public
def check_mail() -> Answer:
    return render_template("accounts/check_mail.html")
