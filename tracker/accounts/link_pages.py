"""Where secret links lead: first an exchange that changes nothing, then a page whose button acts."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers.response import Response

from tracker.accounts import actions, details, staffing
from tracker.accounts.actions import Mistyped
from tracker.accounts.blueprint import blueprint
from tracker.accounts.doors import exchange, go_in, held, held_link, let_go, take_what_came_for, visit
from tracker.accounts.entering import Answer, again, home_of
from tracker.accounts.forms import Accept, FirstAdministrator, NewPassword
from tracker.accounts.providers import providers
from tracker.models import LinkPurpose, Person
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import language
from tracker.rules.permissions import May
from tracker.rules.refusals import NotAllowedNow
from tracker.web.access import me, public, requires, somebody
from tracker.web.pages import local_path

GONE = 410


def dead_link() -> tuple[str, int]:
    """One answer for links that never were, were used, replaced or have expired."""
    return render_template("accounts/link_gone.html"), GONE


# --- the address


@blueprint.get("/link/verify/<token>")
@public
def verify(token: str) -> Response:
    return exchange(token, LinkPurpose.VERIFY, url_for("accounts.verification"))


@blueprint.get("/verification")
@public
def verification() -> Answer:
    """With a link in the browser: the button that verifies. Signed in without one: where to look, and "send again"."""
    link = held_link(LinkPurpose.VERIFY)
    if link is not None:
        return render_template("accounts/verify.html", link=link)
    person = me()
    if person is None:
        return dead_link()
    is_dead = bool(held(LinkPurpose.VERIFY))
    following = local_path(request.args.get("next"), home_of(person))
    return render_template("accounts/verification.html", following=following, is_dead=is_dead)


@blueprint.post("/verification")
@public
def verify_now() -> Answer:
    """On to what somebody came for who signed up in this browser. An account that was joined into an older one has
    ended; the older one opens with its own password."""
    here = me()
    try:
        verified = actions.verify(held(LinkPurpose.VERIFY), now=now())
    except NotAllowedNow:
        return dead_link()
    let_go(LinkPurpose.VERIFY)
    if verified.brought_over:
        flash(_("What you wrote is in your account now. Sign in with the password you had before."), "success")
        return redirect(url_for("accounts.sign_in"), 303)
    flash(_("Your e-mail address is verified."), "success")
    if here is not None and here.id == verified.person.id:
        return redirect(local_path(take_what_came_for(), home_of(here)), 303)
    return redirect(url_for("accounts.sign_in"), 303)


@blueprint.post("/verification/send")
@requires(May.HAVE_ACCOUNT)
def send_verification() -> Answer:
    let_go(LinkPurpose.VERIFY)
    actions.send_verification(somebody(), now=now())
    flash(_("A new mail is on its way. Earlier mails no longer work."), "success")
    return redirect(url_for("accounts.verification"), 303)


# --- a new password


@blueprint.get("/link/reset/<token>")
@public
def reset_link(token: str) -> Response:
    return exchange(token, LinkPurpose.RESET, url_for("accounts.new_password"))


@blueprint.get("/reset/new")
@public
def new_password() -> Answer:
    if held_link(LinkPurpose.RESET) is None:
        return dead_link()
    return render_template("accounts/new_password.html", form=NewPassword())


@blueprint.post("/reset/new")
@public
def set_new_password() -> Answer:
    if held_link(LinkPurpose.RESET) is None:
        return dead_link()
    form = NewPassword()
    if not form.validate_on_submit():
        return render_template("accounts/new_password.html", form=form), 422
    try:
        person = actions.reset(held(LinkPurpose.RESET), form.password.data or "", now=now(), visit=visit(""))
    except Mistyped as error:
        return again(form, "accounts/new_password.html", error)
    return _welcome(person, LinkPurpose.RESET, _("Your new password is set, and you are signed in."))


def _welcome(person: Person, purpose: LinkPurpose, words: str) -> Answer:
    let_go(purpose)
    db.session.flush()
    answer = go_in(person, home_of(person))
    flash(words, "success")
    return answer


# --- another address


@blueprint.get("/link/email/<token>")
@public
def email_link(token: str) -> Response:
    return exchange(token, LinkPurpose.EMAIL, url_for("accounts.confirm_email"))


@blueprint.get("/account/email/confirm")
@public
def confirm_email() -> Answer:
    link = held_link(LinkPurpose.EMAIL)
    return dead_link() if link is None else render_template("accounts/confirm_email.html", link=link)


@blueprint.post("/account/email/confirm")
@public
def confirm_email_now() -> Answer:
    if held_link(LinkPurpose.EMAIL) is None:
        return dead_link()
    person = details.confirm_email_change(held(LinkPurpose.EMAIL), now=now(), visit=visit(""))
    let_go(LinkPurpose.EMAIL)
    flash(_("Your account has its new e-mail address."), "success")
    return redirect(url_for("accounts.account" if me() is person else "accounts.sign_in"), 303)


# --- an invitation


@blueprint.get("/link/invite/<token>")
@public
def invite_link(token: str) -> Response:
    return exchange(token, LinkPurpose.INVITE, url_for("accounts.invitation"))


@blueprint.get("/invitation")
@public
def invitation() -> Answer:
    link = held_link(LinkPurpose.INVITE)
    person = db.session.get(Person, link.person_id) if link else None
    if person is None:
        return dead_link()
    return render_template(
        "accounts/invitation.html", form=Accept(name=person.name), email=person.email, providers=providers()
    )


@blueprint.post("/invitation")
@public
def accept_invitation() -> Answer:
    link = held_link(LinkPurpose.INVITE)
    if link is None:
        return dead_link()
    form, email = Accept(), link.email

    def act() -> Person:
        return staffing.accept(
            held(LinkPurpose.INVITE), name=form.name.data or "", password=form.password.data or "", now=now()
        )

    return _first_steps(form, "accounts/invitation.html", LinkPurpose.INVITE, act, email=email, providers=providers())


# --- the first administrator


@blueprint.get("/link/first/<token>")
@public
def first_link(token: str) -> Response:
    return exchange(token, LinkPurpose.FIRST_ADMIN, url_for("accounts.first"))


@blueprint.get("/first-administrator")
@public
def first() -> Answer:
    if held_link(LinkPurpose.FIRST_ADMIN) is None:
        return dead_link()
    return render_template("accounts/first.html", form=FirstAdministrator())


@blueprint.post("/first-administrator")
@public
def make_first() -> Answer:
    if held_link(LinkPurpose.FIRST_ADMIN) is None:
        return dead_link()
    form = FirstAdministrator()

    def act() -> Person:
        return staffing.first_administrator(
            held(LinkPurpose.FIRST_ADMIN),
            name=form.name.data or "",
            email=form.email.data or "",
            password=form.password.data or "",
            now=now(),
            language=language(),
        )

    return _first_steps(form, "accounts/first.html", LinkPurpose.FIRST_ADMIN, act)


def _first_steps(
    form: Accept | FirstAdministrator, template: str, purpose: LinkPurpose, act: Callable[[], Person], **values: object
) -> Answer:
    if not form.validate_on_submit():
        return render_template(template, form=form, **values), 422
    try:
        person = act()
    except Mistyped as error:
        return again(form, template, error, **values)
    return _welcome(person, purpose, _("Welcome. This is your desk: what waits for you stands here."))
