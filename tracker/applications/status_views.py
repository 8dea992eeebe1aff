"""Beginning an application, my applications, the overview of one, deleting a draft, and leaving the procedure."""

from typing import Any, cast

from flask import abort, flash, g, redirect, render_template, request, url_for
from sqlalchemy import Select, and_, select
from werkzeug.wrappers.response import Response

from tracker.applications import actions, status
from tracker.applications.blueprint import OWN, OWN_ANSWERED, blueprint
from tracker.applications.drafts import documents_of, draft_of, form_at, form_of
from tracker.applications.forms import MoveForm
from tracker.applications.queries import SHORT
from tracker.models import Application, Move, Person, Position, PositionState
from tracker.plumbing.clock import now
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import language, said
from tracker.rules.permissions import May
from tracker.rules.questions import WHOLE, Form, QuestionType
from tracker.rules.refusals import Refusal
from tracker.rules.roles import Standing
from tracker.rules.sentences import Sentence
from tracker.rules.submission import deadline_of, refuse_start
from tracker.web.access import Thing, requires, somebody, standing

PUBLIC_STATES = (PositionState.PUBLISHED, PositionState.CLOSED, PositionState.DECIDED)


def advertised(who: Standing) -> Select[Any]:
    """Positions with a public page."""
    return select(Position).where(Position.state.in_(PUBLIC_STATES)).options(SHORT)


def advertised_beside(query: Select[Any]) -> Select[Any]:
    """The same for whoever asks, with the id of what they have begun there."""
    own = and_(Application.position_id == Position.id, Application.candidate_id == Person.id)
    found = query.add_columns(Position, Application.id).join(Position, Position.state.in_(PUBLIC_STATES))
    return found.outerjoin(Application, own).options(SHORT)


def take_begun(position: Position, application_id: str | None) -> None:
    g.applies_with = application_id


ADVERTISED = Thing("position", advertised, beside=advertised_beside, take=take_begun)


def _begun(position: Position) -> str | None:
    """The id of the application that who asks has for it."""
    if "applies_with" not in g:
        existing = actions.own_application(position, somebody())
        g.applies_with = existing.id if existing else None
    return cast(str | None, g.applies_with)


@blueprint.get("/positions/<position_id>/apply")
@requires(May.HAVE_APPLICATIONS, ADVERTISED)
def begin(position: Position) -> str | Response:
    """What one will be asked, before beginning; who began already goes on."""
    begun = _begun(position)
    if begun is not None:
        return redirect(url_for("applications.show", application_id=begun), 303)
    form = form_at(position) or Form()
    documents = [one for one in form.questions if one.type is QuestionType.FILE]
    return render_template(
        "applications/begin.html",
        position=position,
        form=form,
        documents=documents,
        obstacle=_obstacle_to_start(position),
    )


def _obstacle_to_start(position: Position) -> Sentence | None:
    try:
        actions.refuse_seated(position, standing())
        refuse_start(position, now())
    except Refusal as refusal:
        return refusal.sentence
    return None


@blueprint.post("/positions/<position_id>/apply")
@requires(May.HAVE_APPLICATIONS, ADVERTISED)
def start(position: Position) -> Response:
    """To the first step, or to all on one page: what the steps are was said before beginning."""
    application = actions.start(position, by=somebody(), standing=standing(), now=now(), language=language())
    first = next(iter(form_of(application).sections), None)
    if application.submitted_at is not None or first is None:
        return redirect(url_for("applications.show", application_id=application.id), 303)
    step = WHOLE if request.form.get("way") == WHOLE else first.key
    return redirect(url_for("applications.section", application_id=application.id, section=step), 303)


@blueprint.get("/applications")
@requires(May.HAVE_APPLICATIONS)
def mine() -> str:
    lines = status.mine(standing(), now())
    return render_template("applications/mine.html", lines=lines)


@blueprint.get("/applications/<application_id>")
@requires(May.VIEW_OWN_APPLICATION, OWN)
def show(application: Application) -> str:
    """While a draft what is left to do, afterwards what happened and what comes."""
    if application.submitted_at is None:
        draft = draft_of(application)
        return render_template(
            "applications/tasks.html",
            application=application,
            draft=draft,
            deadline=deadline_of(application.position, application),
            is_late=status.is_late(application, now()),
            verified=somebody().email_verified_at is not None,
        )
    return render_template("applications/status.html", application=application, **_whereabouts(application))


def _whereabouts(application: Application) -> dict[str, Any]:
    moment = now()
    stage = status.shown_stage(application, moment)
    return {
        "stage": stage,
        "hears_by": status.hears_by(application, stage, moment),
        "told": status.timeline(application, moment),
        "moves": status.own_moves(application, moment),
        "comments": status.comments_to_candidate(application),
        "letters": status.letter_states(application),
        "withdrawal": status.withdrawal(application),
    }


@blueprint.get("/applications/<application_id>/delete")
@requires(May.EDIT_APPLICATION, OWN_ANSWERED)
def delete(application: Application) -> str | Response:
    """What will be gone, before it is."""
    if application.submitted_at is not None:
        return redirect(url_for("applications.show", application_id=application.id), 303)
    draft = draft_of(application)
    answered = sum(draft.is_answered(one) for one in draft.form.questions if one.type is not QuestionType.FILE)
    return render_template(
        "applications/delete.html",
        application=application,
        answered=answered,
        documents=documents_of(application),
        again=_obstacle_to_start(application.position) is None,
    )


@blueprint.post("/applications/<application_id>/delete")
@requires(May.EDIT_APPLICATION, OWN)
def delete_now(application: Application) -> Response:
    title = said(application.position.title)
    actions.delete_draft(application, by=somebody(), now=now())
    flash(_("Your draft for “%(position)s” is deleted.", position=title), "success")
    return redirect(url_for("applications.mine"), 303)


@blueprint.get("/applications/<application_id>/sent")
@requires(May.VIEW_OWN_APPLICATION, OWN_ANSWERED)
def sent(application: Application) -> str:
    """Everything as it was sent, to read again."""
    if application.submitted_at is None:
        abort(404)
    draft = draft_of(application)
    return render_template("applications/sent.html", application=application, draft=draft, form=form_of(application))


@blueprint.route("/applications/<application_id>/withdraw", methods=["GET", "POST"])
@requires(May.WITHDRAW_APPLICATION, OWN)
def withdraw(application: Application) -> Any:
    move = status.withdrawal(application)
    if move is None:
        return redirect(url_for("applications.show", application_id=application.id), 303)
    return _confirmed(application, move)


@blueprint.route("/applications/<application_id>/answer/<move_id>", methods=["GET", "POST"])
@requires(May.WITHDRAW_APPLICATION, OWN)
def answer(application: Application, move_id: str) -> Any:
    """Another move that the workflow leaves to the candidate, such as accepting an offer."""
    move = next((one for one in status.own_moves(application, now()) if one.id == move_id), None)
    if move is None:
        abort(404)
    return _confirmed(application, move)


def _confirmed(application: Application, move: Move) -> Any:
    form = MoveForm()
    if form.validate_on_submit():
        actions.answer_move(application, move, text=form.text.data or "", by=somebody(), now=now())
        flash(_("Your application is now: %(stage)s.", stage=said(move.to_stage.applicant_label)), "success")
        return redirect(url_for("applications.show", application_id=application.id), 303)
    page = render_template("applications/withdraw.html", application=application, move=move, form=form)
    return page, 422 if form.errors else 200
