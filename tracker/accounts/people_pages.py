"""The administrator's pages: who is here, what they may do, invitations."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers.response import Response

from tracker.accounts import details, staffing
from tracker.accounts.actions import Mistyped
from tracker.accounts.blueprint import blueprint
from tracker.accounts.doors import let_out
from tracker.accounts.entering import Answer, again
from tracker.accounts.forms import ChangeRole, Invite, ResetFactor
from tracker.accounts.people_list import people_page, positions_and_themes
from tracker.accounts.proving import recently
from tracker.accounts.queries import has_come
from tracker.accounts.queries import people as visible_people
from tracker.accounts.second_factor import reset_factors
from tracker.models import Person, SiteRole
from tracker.plumbing.clock import now
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import spoken
from tracker.rules.permissions import May
from tracker.web.access import Thing, requires, somebody, standing

PERSON = Thing("person", visible_people)


@blueprint.get("/desk/people")
@requires(May.MANAGE_PEOPLE)
def people() -> str:
    page = people_page(standing(), request.args)
    return render_template("accounts/people.html", page=page, asked=request.args)


@blueprint.get("/desk/people/invite")
@requires(May.MANAGE_PEOPLE)
def invite() -> str:
    return render_template("accounts/invite.html", form=Invite())


@blueprint.post("/desk/people/invite")
@requires(May.MANAGE_PEOPLE)
@recently
def invite_now() -> Answer:
    form = Invite()
    if not form.validate_on_submit():
        return render_template("accounts/invite.html", form=form), 422
    try:
        person = staffing.invite(
            name=form.name.data or "",
            email=form.email.data or "",
            role=SiteRole(form.role.data),
            by=somebody(),
            now=now(),
        )
    except Mistyped as error:
        return again(form, "accounts/invite.html", error)
    flash(_("%(name)s is invited.", name=person.name), "success")
    return redirect(url_for("accounts.person", person_id=person.id), 303)


@blueprint.get("/desk/people/<person_id>")
@requires(May.MANAGE_PEOPLE, PERSON)
def person(person: Person) -> str:
    return _person(person, _role_form(person))


def _role_form(person: Person) -> ChangeRole:
    return ChangeRole(formdata=None, role=person.site_role.value, is_staff=person.is_staff)


def _person(person: Person, form: ChangeRole, reset: ResetFactor | None = None) -> str:
    seats, themes = positions_and_themes(person)
    return render_template(
        "accounts/person.html",
        person=person,
        form=form,
        reset=reset or ResetFactor(formdata=None),
        has_come=has_come(person),
        seats=seats,
        themes=themes,
    )


@blueprint.post("/desk/people/<person_id>/role")
@requires(May.MANAGE_PEOPLE, PERSON)
@recently
def change_role(person: Person) -> Answer:
    form = ChangeRole()
    if not form.validate_on_submit():
        return _person(person, form), 422
    role = SiteRole(form.role.data)
    staffing.change_role(person, role=role, is_staff=form.is_staff.data, by=somebody(), now=now())
    flash(_("Saved. It counts from the next page that %(name)s opens.", name=person.name), "success")
    if person.id == somebody().id and role is not SiteRole.ADMIN:
        return redirect(url_for("home.desk" if person.is_staff else "home.landing"), 303)
    return redirect(url_for("accounts.person", person_id=person.id), 303)


@blueprint.post("/desk/people/<person_id>/invite-again")
@requires(May.MANAGE_PEOPLE, PERSON)
def invite_again(person: Person) -> Response:
    staffing.invite_again(person, by=somebody(), now=now())
    flash(
        _("A new invitation is on its way to %(email)s. The earlier one no longer works.", email=person.email),
        "success",
    )
    return redirect(url_for("accounts.person", person_id=person.id), 303)


@blueprint.post("/desk/people/<person_id>/second-factor/reset")
@requires(May.MANAGE_PEOPLE, PERSON)
@recently
def reset_factor(person: Person) -> Answer:
    form = ResetFactor()
    if not form.validate_on_submit():
        return _person(person, _role_form(person), form), 422
    try:
        reset_factors(person, reason=form.reason.data or "", by=somebody(), now=now())
    except Mistyped as error:
        form.reason.errors = [spoken(error.sentence)]
        return _person(person, _role_form(person), form), 422
    flash(_("The second factor of %(name)s is reset. We have written to them.", name=person.name), "success")
    return redirect(url_for("accounts.person", person_id=person.id), 303)


@blueprint.post("/desk/people/<person_id>/close")
@requires(May.MANAGE_PEOPLE, PERSON)
@recently
def close_account(person: Person) -> Response:
    details.close_account(person, by=somebody(), now=now())
    flash(_("The account of %(name)s is closed.", name=person.name), "success")
    if person.id == somebody().id:
        let_out()
        return redirect(url_for("home.landing"), 303)
    return redirect(url_for("accounts.people"), 303)
