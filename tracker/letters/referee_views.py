"""The referee's three minutes: the link, the letter, a look at it, sent. Never an account.

Who is asked about two candidates may have both letters open in one browser: each page says in its address which it is
about, and the browser holds the link of each.
"""

from contextlib import suppress
from functools import wraps
from typing import Any

from flask import abort, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers.response import Response

from tracker.accounts.doors import exchange, held
from tracker.accounts.links import token_hash
from tracker.letters import actions
from tracker.letters.actions import Written
from tracker.letters.blueprint import blueprint
from tracker.letters.files import forget_file, keep_file, look, most_bytes
from tracker.letters.forms import DeclineForm, LetterForm
from tracker.letters.queries import behind
from tracker.models import Letter, LetterState, LinkPurpose
from tracker.plumbing import storage
from tracker.plumbing.clock import now
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import spoken
from tracker.rules.letters import MOST_PAGES, RATINGS
from tracker.rules.refusals import Invalid
from tracker.rules.sentences import say
from tracker.web.access import View, public
from tracker.web.pages import attachment

GONE = 410
PURPOSE = LinkPurpose.LETTER
HELD = "letters"
"""In the session: the id of each letter whose link was opened, with the hash of that link, the latest last."""
MOST_HELD = 10
NOTHING = say("Upload a letter or write a few lines.")


def with_letter(view: View[...]) -> View[...]:
    """The letter this page is about, while its link opens it; else a page that says what happened."""

    @wraps(view)
    def guarded() -> Any:
        found = behind(_kept(), now())
        if not found.works or found.letter is None:
            return over(found.letter)
        return view(found.letter)

    return guarded


def _kept() -> str:
    """The hash of the link to the letter in the address; where none stands there, of the link opened last."""
    wanted = request.args.get("letter")
    return held(PURPOSE) if wanted is None else dict(session.get(HELD, ())).get(wanted, "")


def _to(page: str, letter: Letter) -> Response:
    return redirect(url_for(page, letter=letter.id), 303)


def over(letter: Letter | None) -> tuple[str, int]:
    """Thanks to who answered; to everyone else why nothing can be written here."""
    if letter is None:
        return render_template("letters/gone.html", letter=None, why="unknown"), GONE
    why = letter.state.value
    if letter.state is LetterState.ASKED:
        why = "late" if letter.due_at is not None and letter.due_at < now() else "replaced"
        why = "cancelled" if letter.application.ended_at is not None else why
    status = 200 if letter.state in {LetterState.RECEIVED, LetterState.DECLINED} else GONE
    return render_template("letters/gone.html", letter=letter, why=why), status


@blueprint.get("/link/letter/<token>")
@public
def link(token: str) -> Response:
    kept = token_hash(token)
    letter = behind(kept, now()).letter
    if letter is None:
        return exchange(token, PURPOSE, url_for("letters.letter"))
    others = [one for one in session.get(HELD, ()) if one[0] != letter.id]
    session[HELD] = [*others, [letter.id, kept]][-MOST_HELD:]
    return exchange(token, PURPOSE, url_for("letters.letter", letter=letter.id))


@blueprint.get("/letter")
@public
@with_letter
def letter(letter: Letter) -> str:
    form = LetterForm(text=letter.text, rating=letter.rating or None)
    return _page(letter, form)


def _page(letter: Letter, form: LetterForm) -> str:
    return render_template(
        "letters/letter.html", letter=letter, form=form, most_bytes=most_bytes(), most_pages=MOST_PAGES
    )


@blueprint.post("/letter")
@public
@with_letter
def keep(letter: Letter) -> Any:
    """Keep what was written and uploaded, then show it once more. What is wrong with the file is said by it."""
    form = LetterForm()
    if not form.validate_on_submit():
        return _page(letter, form), 422
    if request.form.get("do") == "remove":
        return _without_file(letter, form)
    written = Written(form.text.data or "", form.rating.data or "")
    data = form.file.data.read() if form.file.data else b""
    checked = look(data) if data else None
    if checked is not None and checked.refusal is None:
        keep_file(letter, checked, now=now())
    actions.keep(letter, written, now=now())
    if checked is not None and checked.refusal is not None:
        form.file.errors = [spoken(checked.refusal)]
    elif not letter.text and letter.storage_key is None:
        form.file.errors = [spoken(NOTHING)]
    else:
        return _to("letters.check", letter)
    return _page(letter, form), 422


def _without_file(letter: Letter, form: LetterForm) -> Response:
    actions.keep(letter, Written(form.text.data or "", form.rating.data or ""), now=now())
    forget_file(letter, now=now())
    flash(_("The file is removed."), "success")
    return _to("letters.letter", letter)


@blueprint.get("/letter/check")
@public
@with_letter
def check(letter: Letter) -> Any:
    if not letter.text and letter.storage_key is None:
        return _to("letters.letter", letter)
    return render_template("letters/check.html", letter=letter, rating=RATINGS.get(letter.rating))


@blueprint.get("/letter/file")
@public
@with_letter
def file(letter: Letter) -> Response:
    """One's own upload, to look at before it is sent."""
    if letter.storage_key is None:
        abort(404)
    try:
        data = storage.open_stream(letter.storage_key)
    except storage.Missing:
        abort(404)
    return attachment(data, "letter.pdf", "application/pdf", inline=True)


@blueprint.post("/letter/send")
@public
@with_letter
def send(letter: Letter) -> Any:
    with suppress(Invalid):  # nothing is written yet: the page says so
        actions.send(letter, _kept(), now=now())
    return _to("letters.letter", letter)


@blueprint.get("/letter/decline")
@public
@with_letter
def decline(letter: Letter) -> str:
    return render_template("letters/decline.html", letter=letter, form=DeclineForm())


@blueprint.post("/letter/decline")
@public
@with_letter
def decline_now(letter: Letter) -> Any:
    form = DeclineForm()
    if not form.validate_on_submit():
        return render_template("letters/decline.html", letter=letter, form=form), 422
    actions.decline(letter, _kept(), form.reason.data or "", now=now())
    return _to("letters.letter", letter)
