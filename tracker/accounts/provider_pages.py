"""Signing in by an institution or ORCID: there and back, and what to do with an identity that is new here."""

from flask import abort, flash, redirect, render_template, request, url_for

from tracker.accounts import actions, identities, staffing, throttle
from tracker.accounts.actions import Mistyped
from tracker.accounts.blueprint import blueprint
from tracker.accounts.doors import go_in, held, held_link, let_go, visit
from tracker.accounts.entering import Answer, again, home_of
from tracker.accounts.forms import NewHere
from tracker.accounts.identities import Vouched, identities_of
from tracker.accounts.providers import (
    NotVouched,
    address_to_go_to,
    come_back,
    forget_unlinked,
    keep_unlinked,
    provider_named,
    unlinked,
)
from tracker.accounts.proving import note_proved, recently
from tracker.models import LinkPurpose, Person
from tracker.plumbing.clock import now
from tracker.plumbing.database import transaction
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import language, zone_of_request
from tracker.plumbing.vouching import Provider
from tracker.rules.permissions import May
from tracker.web.access import me, public, requires, somebody, waiting
from tracker.web.pages import local_path

PURPOSES = frozenset({"enter", "prove"})
JUST_NOW = 120
"""Seconds by which the clock of a provider may differ from ours."""


def _provider(key: str) -> Provider:
    return provider_named(key) or abort(404)


@blueprint.get("/sign-in/with/<provider>")
@public
def go_to_provider(provider: str) -> Answer:
    whom = _provider(provider)
    throttle.count("provider by address", request.remote_addr or "", now=now())
    purpose = request.args.get("purpose", "enter")
    person = _who()
    address = address_to_go_to(
        whom,
        purpose=purpose if purpose in PURPOSES and person is not None else "enter",
        following=local_path(request.args.get("next"), ""),
        person_id=person.id if person else None,
    )
    return redirect(address, 303)


def _who() -> Person | None:
    held_here = waiting()
    return held_here.person if held_here else me()


@blueprint.get("/sign-in/with/<provider>/back")
@public
def came_back(provider: str) -> Answer:
    """What the provider says is believed once, and only in the browser that was sent to it."""
    whom = _provider(provider)
    if "error" in request.args:
        flash(_("You did not sign in with %(name)s.", name=whom.name), "info")
        return redirect(url_for("accounts.security" if me() else "accounts.sign_in"))
    vouched, kept = come_back(whom)
    person = _who()
    if kept["purpose"] == "prove":
        if person is None or person.id != kept["person_id"]:
            raise NotVouched(whom)
        return _proved(whom, vouched, since=float(kept["at"]))
    with transaction():
        owner = identities.owner_of(vouched)
        if owner is not None:
            identities.note_use(vouched, now=now())
            target = local_path(kept["following"], home_of(owner))
            return go_in(owner, target, with_factor=vouched.has_factor, proved_at=vouched.proved_at)
    keep_unlinked(vouched)
    return redirect(url_for("accounts.link_identity" if me() else "accounts.new_here"))


def _proved(whom: Provider, vouched: Vouched, *, since: float) -> Answer:
    """Only by an identity that opens this very account, and only if the provider asked anew."""
    person = _who()
    mine = {(one.issuer, one.subject) for one in identities_of(person)} if person else set()
    is_fresh = vouched.proved_at is not None and vouched.proved_at.timestamp() >= since - JUST_NOW
    is_enough = person is not None and (person.factor_since is None or vouched.has_factor)
    if (vouched.issuer, vouched.subject) not in mine or not is_fresh or not is_enough:
        raise NotVouched(whom)
    note_proved()
    return redirect(url_for("accounts.go_on"))


# --- new here


@blueprint.get("/sign-in/new-here")
@public
def new_here() -> Answer:
    """An identity without an account: make one, or sign in to the one there is and link it."""
    if me() is not None:
        return redirect(url_for("accounts.link_identity"))
    vouched = unlinked()
    if vouched is None:
        return redirect(url_for("accounts.sign_in"))
    return _new_here(NewHere(formdata=None, name=vouched.name, email=vouched.email), vouched)


def _new_here(form: NewHere, vouched: Vouched, status: int = 200) -> tuple[str, int]:
    invited = held_link(LinkPurpose.INVITE)
    page = render_template("accounts/new_here.html", form=form, vouched=vouched, invited=invited)
    return page, status


@blueprint.post("/sign-in/new-here")
@public
def sign_up_with() -> Answer:
    """The account gets no password, and an address that must be verified as any other."""
    vouched = unlinked()
    if vouched is None or me() is not None:
        return redirect(url_for("accounts.sign_in"), 303)
    form = NewHere()
    if not form.validate_on_submit():
        return _new_here(form, vouched, 422)
    try:
        person = actions.sign_up(
            form.name.data or "",
            form.email.data or "",
            None,
            now=now(),
            visit=visit(form.email.data or ""),
            language=language(),
            time_zone=zone_of_request(),
        )
    except Mistyped as error:
        return again(form, "accounts/new_here.html", error, vouched=vouched, invited=None)
    identities.link(person, vouched, now=now(), visit=visit(person.email))
    forget_unlinked()
    return go_in(person, url_for("accounts.verification"), with_factor=vouched.has_factor, proved_at=vouched.proved_at)


@blueprint.post("/invitation/with")
@public
def accept_with() -> Answer:
    """An invitation accepted by who came with its link and with an identity; it opens the account from then on."""
    vouched = unlinked()
    if vouched is None or held_link(LinkPurpose.INVITE) is None:
        return redirect(url_for("accounts.sign_in"), 303)
    form = NewHere()
    name = form.name.data or vouched.name
    try:
        person = staffing.accept(held(LinkPurpose.INVITE), name=name, password=None, now=now())
    except Mistyped as error:
        return again(form, "accounts/new_here.html", error, vouched=vouched, invited=held_link(LinkPurpose.INVITE))
    identities.link(person, vouched, now=now(), visit=visit(person.email))
    let_go(LinkPurpose.INVITE)
    forget_unlinked()
    return go_in(person, home_of(person), with_factor=vouched.has_factor, proved_at=vouched.proved_at)


# --- linking


@blueprint.get("/account/link")
@requires(May.HAVE_ACCOUNT)
def link_identity() -> Answer:
    """The identity that came back, and the button that links it to the account one is in."""
    vouched = unlinked()
    if vouched is None:
        return redirect(url_for("accounts.security", _anchor="identities"))
    return render_template("accounts/link_identity.html", vouched=vouched)


@blueprint.post("/account/link")
@requires(May.HAVE_ACCOUNT)
@recently
def link_identity_now() -> Answer:
    vouched, person = unlinked(), somebody()
    if vouched is None or request.form.get("subject") != vouched.subject:
        flash(_("Too much time has passed. Please begin again."), "info")
        return redirect(url_for("accounts.security", _anchor="identities"), 303)
    forget_unlinked()
    identities.link(person, vouched, now=now(), visit=visit(person.email))
    flash(_("%(name)s opens your account from now on.", name=vouched.label), "success")
    return redirect(url_for("accounts.security", _anchor="identities"), 303)
