"""The step after the password: showing a second factor, or setting one up. And a passkey as the whole sign-in."""

from flask import Response as JsonResponse
from flask import flash, redirect, render_template, request, url_for

from tracker.accounts import throttle
from tracker.accounts.actions import Mistyped
from tracker.accounts.blueprint import blueprint
from tracker.accounts.doors import go_in, visit
from tracker.accounts.entering import Answer, following, sign_in_page
from tracker.accounts.forms import NewPasskey, PasskeyShown, ShowCode, SignIn
from tracker.accounts.passkeys import PasskeyRefused, ask_to_show, passkeys_of, show_passkey, site
from tracker.accounts.second_factor import confirmed, note_recovery, show_code
from tracker.plumbing.clock import now
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import spoken
from tracker.web.access import arriving, me, on_the_way, public
from tracker.web.sessions import Step

# --- showing it


@blueprint.get("/sign-in/step")
@on_the_way(Step.SHOW)
def second_step() -> Answer:
    return _second_step(ShowCode(formdata=None, next=request.args.get("next", "")))


def _second_step(form: ShowCode, status: int = 200) -> tuple[str, int]:
    person = arriving()
    page = render_template(
        "accounts/second_step.html",
        form=form,
        by_passkey=PasskeyShown(formdata=None, next=form.next.data),
        has_app=confirmed(person) is not None,
        has_passkey=bool(passkeys_of(person)) and site().can_have_passkeys,
    )
    return page, status


@blueprint.post("/sign-in/step")
@on_the_way(Step.SHOW)
def take_code() -> Answer:
    form, person = ShowCode(), arriving()
    if not form.validate_on_submit():
        return _second_step(form, 422)
    moment, here = now(), visit(person.email)
    try:
        on_paper = show_code(person, form.code.data or "", now=moment, visit=here)
    except Mistyped as error:
        form.code.errors = [spoken(error.sentence)]
        return _second_step(form, 422)
    answer = go_in(person, following(person), with_factor=True)
    if on_paper:
        note_recovery(person, now=moment, visit=here)
        flash(_("You used a recovery code. Lost your phone? Set up the new one under “Sign-in and security”."), "info")
    return answer


@blueprint.post("/sign-in/step/passkey/begin")
@on_the_way(Step.SHOW)
def begin_step_passkey() -> JsonResponse:
    return _asked(ask_to_show(arriving(), now=now()))


@blueprint.post("/sign-in/step/passkey")
@on_the_way(Step.SHOW)
def take_step_passkey() -> Answer:
    form, person = PasskeyShown(), arriving()
    try:
        show_passkey(person, form.passkey.data or "", now=now(), whole=False)
    except PasskeyRefused as refusal:
        flash(spoken(refusal.sentence), "danger")
        return _second_step(ShowCode(formdata=None, next=form.next.data), 422)
    return go_in(person, following(person), with_factor=True)


def _asked(options: str) -> JsonResponse:
    return JsonResponse(options, mimetype="application/json")


# --- a passkey and nothing else


@blueprint.post("/sign-in/passkey/begin")
@public
def begin_passkey() -> JsonResponse:
    throttle.count("passkey by address", request.remote_addr or "", now=now())
    return _asked(ask_to_show(None, now=now()))


@blueprint.post("/sign-in/passkey")
@public
def sign_in_by_passkey() -> Answer:
    form = PasskeyShown()
    try:
        person = show_passkey(None, form.passkey.data or "", now=now(), whole=True)
    except PasskeyRefused as refusal:
        flash(spoken(refusal.sentence), "danger")
        return sign_in_page(SignIn(formdata=None, next=form.next.data), 422)
    return go_in(person, following(person), with_factor=True)


# --- setting it up


@blueprint.get("/sign-in/set-up")
@on_the_way(Step.SET_UP)
def set_up() -> Answer:
    """For who must have a second factor and has none. The others come by their own page."""
    if me() is not None:
        return redirect(url_for("accounts.security"))
    return render_template(
        "accounts/set_up.html",
        new_passkey=NewPasskey(formdata=None, next=request.args.get("next", "")),
        following=request.args.get("next", ""),
        can_have_passkeys=site().can_have_passkeys,
    )
