"""What HR does about letters, from the dossier."""

from flask import flash, redirect, url_for
from werkzeug.wrappers.response import Response

from tracker.letters import actions
from tracker.letters.blueprint import blueprint
from tracker.letters.queries import visible_letters
from tracker.models import Letter
from tracker.plumbing.clock import now
from tracker.plumbing.i18n import gettext as _
from tracker.rules.permissions import May
from tracker.web.access import Thing, requires, somebody

LETTER = Thing("letter", visible_letters)


@blueprint.post("/desk/letters/<letter_id>/remind")
@requires(May.HANDLE_LETTERS, LETTER)
def remind(letter: Letter) -> Response:
    actions.remind_for_hr(letter, by=somebody(), now=now())
    flash(_("A reminder is on its way to %(name)s.", name=letter.referee_name), "success")
    return _back(letter)


@blueprint.post("/desk/letters/<letter_id>/cancel")
@requires(May.HANDLE_LETTERS, LETTER)
def cancel(letter: Letter) -> Response:
    actions.cancel(letter, by=somebody(), now=now())
    flash(_("%(name)s is no longer asked for a letter.", name=letter.referee_name), "success")
    return _back(letter)


def _back(letter: Letter) -> Response:
    return redirect(url_for("dossiers.show", application_id=letter.application_id, view="letters"), 303)
