"""Composing: sections and questions added, edited, moved, doubled, removed and put back."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers.response import Response

from tracker.forms import actions, composing
from tracker.forms.blueprint import FORM, blueprint
from tracker.forms.forms import SectionForm
from tracker.forms.pages import composer, vocabulary
from tracker.forms.question_form import MOST_ROWS, QuestionForm, question_form
from tracker.models import ApplicationForm, FormVersion
from tracker.plumbing.clock import now
from tracker.plumbing.i18n import gettext as _
from tracker.rules.keys import free, key_of
from tracker.rules.permissions import May
from tracker.rules.question_names import TYPE_HINTS
from tracker.rules.questions import QuestionType
from tracker.rules.refusals import Stale
from tracker.web.access import requires, somebody
from tracker.web.pages import is_fragment

Answer = str | Response | tuple[str, int]
BASE = "/desk/forms/<form_id>"


@blueprint.route(f"{BASE}/sections/new", methods=["GET", "POST"])
@requires(May.MANAGE_DESIGNS, FORM)
def new_section(form: ApplicationForm) -> Answer:
    version = actions.latest(form)
    editor = SectionForm(seen=str(version.version))
    if not editor.validate_on_submit():
        return _section_page(form, version, editor, None), 422 if editor.errors else 200
    key = free(key_of(editor.title_en.data or "", "section"), composing.section_keys(version.content) | {"new"})
    content = composing.put_section(version.content, None, editor.piece(key))
    again = partial(_section_page, form, version, editor, None)
    return _save(form, version, content, "section_added", editor, again, key)


@blueprint.route(f"{BASE}/sections/<section>", methods=["GET", "POST"])
@requires(May.MANAGE_DESIGNS, FORM)
def edit_section(form: ApplicationForm, section: str) -> Answer:
    version = actions.latest(form)
    piece = _found(composing.section_of, version, section)
    intro = piece.get("intro") or {}
    editor = SectionForm(
        title_en=piece["title"].get("en", ""),
        title_nl=piece["title"].get("nl", ""),
        intro_en=intro.get("en", ""),
        intro_nl=intro.get("nl", ""),
        seen=str(version.version),
    )
    if not editor.validate_on_submit():
        return _section_page(form, version, editor, piece), 422 if editor.errors else 200
    content = composing.put_section(version.content, section, editor.piece(section))
    again = partial(_section_page, form, version, editor, piece)
    return _save(form, version, content, "section_changed", editor, again, section)


@blueprint.route(f"{BASE}/sections/<section>/questions/new", methods=["GET", "POST"])
@requires(May.MANAGE_DESIGNS, FORM)
def new_question(form: ApplicationForm, section: str) -> Answer:
    version = actions.latest(form)
    home = _found(composing.section_of, version, section)
    kind = request.values.get("type", "")
    if kind not in set(QuestionType):
        return render_template(
            "forms/types.html", form=form, version=version, section=home, hints=TYPE_HINTS, **vocabulary()
        )
    editor = question_form(QuestionType(kind), seen=version.version)
    return _edit(form, version, home, editor, None)


@blueprint.route(f"{BASE}/questions/<question>", methods=["GET", "POST"])
@requires(May.MANAGE_DESIGNS, FORM)
def edit_question(form: ApplicationForm, question: str) -> Answer:
    version = actions.latest(form)
    piece = _found(composing.question_of, version, question)
    place, _within = composing.question_place(composing.copied(version.content), question)
    home = version.content["sections"][place]
    asked = request.form.get("type", piece["type"])
    kind = QuestionType(asked if asked in set(QuestionType) else piece["type"])
    editor = question_form(kind, piece, seen=version.version)
    return _edit(form, version, home, editor, piece)


def _edit(
    form: ApplicationForm,
    version: FormVersion,
    home: dict[str, Any],
    editor: QuestionForm,
    piece: dict[str, Any] | None,
) -> Answer:
    """The editor again, after a change of its own rows or type; or the question saved."""
    again = partial(_question_page, form, version, home, editor, piece)
    act = request.form.get("act", "")
    if request.method == "POST" and act != "save":
        arrange_rows(editor, act)
        return again()
    if not editor.validate_on_submit():
        return again(), 422 if request.method == "POST" else 200
    key = piece["key"] if piece else None
    question = editor.piece(key, composing.keys_in(version.content))
    content = composing.put_question(version.content, home["key"], key, question)
    what = "question_changed" if piece else "question_added"
    return _save(form, version, content, what, editor, again, question["key"])


def arrange_rows(editor: QuestionForm, act: str) -> None:
    """Buttons within the list of answers: more, up-2, down-2, drop-2. They save nothing."""
    if not hasattr(editor, "options"):
        return
    rows = [row.data for row in editor.rows()]
    verb, _dash, number = act.partition("-")
    place = int(number) if number.isdecimal() and len(number) < 6 else -1
    if verb == "more" and len(rows) < MOST_ROWS:
        rows.append({"key": "", "en": "", "nl": ""})
    elif verb == "drop" and 0 <= place < len(rows):
        rows.pop(place)
    elif verb in {"up", "down"} and 0 <= place < len(rows):
        other = place + (1 if verb == "down" else -1)
        if 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]
    field = editor["options"]
    while field.entries:
        field.pop_entry()
    for row in rows:
        field.append_entry(row)


def _question_page(
    form: ApplicationForm,
    version: FormVersion,
    home: dict[str, Any],
    editor: QuestionForm,
    piece: dict[str, Any] | None,
    *,
    stale: bool = False,
) -> str:
    return render_template(
        "forms/question.html",
        form=form,
        version=version,
        section=home,
        editor=editor,
        piece=piece,
        stale=stale,
        **vocabulary(),
    )


def _section_page(
    form: ApplicationForm,
    version: FormVersion,
    editor: SectionForm,
    piece: dict[str, Any] | None,
    *,
    stale: bool = False,
) -> str:
    return render_template(
        "forms/section.html",
        form=form,
        version=version,
        editor=editor,
        piece=piece,
        stale=stale,
    )


def _save(
    form: ApplicationForm,
    version: FormVersion,
    content: dict[str, Any],
    what: str,
    editor: SectionForm | QuestionForm,
    again: Callable[..., str],
    key: str,
) -> Answer:
    """Saved, and back to the form; or what was typed kept, with 409, where somebody was first."""
    try:
        actions.change(version, content, what, seen=editor.seen.data or "", by=somebody(), now=now(), key=key)
    except Stale:
        editor.seen.data = str(version.version)
        return again(stale=True), 409
    anchor = "section" if what.startswith("section") else "question"
    return redirect(url_for("forms.show", form_id=form.id, _anchor=f"{anchor}-{key}"), 303)


@blueprint.post(f"{BASE}/arrange")
@requires(May.MANAGE_DESIGNS, FORM)
def arrange(form: ApplicationForm) -> Answer:
    """One button of the composer: up, down, duplicate, remove, put back; or a question dropped somewhere."""
    version = actions.latest(form)
    what, key = request.form.get("what", ""), request.form.get("key", "")
    act = ARRANGEMENTS.get(what)
    if act is None:
        abort(422)
    try:
        content = act(version.content, key)
        seen = request.form.get("seen", "")
        version = actions.change(version, content, what, seen=seen, by=somebody(), now=now(), key=key)
    except (Stale, LookupError):
        return composer(form, version, stale=True), 409
    if is_fragment():
        return composer(form, version)
    if what in {"remove_question", "remove_section"}:
        flash(_("Removed. You can put it back at the end of this page."), "success")
    anchor = "removed" if what == "put_back" else f"{'section' if 'section' in what else 'question'}-{key}"
    return redirect(url_for("forms.show", form_id=form.id, _anchor=anchor), 303)


def _dropped(content: dict[str, Any], key: str) -> dict[str, Any]:
    within = request.form.get("place", "")
    if not within.isdecimal() or len(within) > 5:
        raise LookupError(within)
    return composing.move_question(content, key, request.form.get("section", ""), int(within))


def _returned(content: dict[str, Any], key: str) -> dict[str, Any]:
    if not key.isdecimal() or len(key) > 3:
        raise LookupError(key)
    return composing.put_back(content, int(key))


ARRANGEMENTS: dict[str, Callable[[dict[str, Any], str], dict[str, Any]]] = {
    "question_up": lambda content, key: composing.shift_question(content, key, -1),
    "question_down": lambda content, key: composing.shift_question(content, key, 1),
    "duplicate_question": composing.duplicate_question,
    "remove_question": composing.remove_question,
    "question_dropped": _dropped,
    "section_up": lambda content, key: composing.shift_section(content, key, -1),
    "section_down": lambda content, key: composing.shift_section(content, key, 1),
    "duplicate_section": composing.duplicate_section,
    "remove_section": composing.remove_section,
    "put_back": _returned,
}


def _found(find: Callable[[Any, str], dict[str, Any]], version: FormVersion, key: str) -> dict[str, Any]:
    try:
        return find(version.content, key)
    except LookupError:
        abort(404)
