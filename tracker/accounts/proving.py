"""Before what a stranger at an open screen must not do: who sits there proves who they are, once in ten minutes.

What was being done is not lost: the page that asks holds it, and the answer does it.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Final, ParamSpec

from flask import abort, redirect, render_template, request, url_for
from sqlalchemy import update

from tracker.accounts import throttle
from tracker.accounts.actions import Mistyped
from tracker.accounts.doors import visit
from tracker.accounts.forms import Prove
from tracker.accounts.identities import identities_of
from tracker.accounts.passkeys import PasskeyRefused, passkeys_of, show_passkey, site
from tracker.accounts.providers import provider_of
from tracker.accounts.second_factor import note_recovery, show_code
from tracker.accounts.secrets_kept import matches
from tracker.models import Person, Session
from tracker.plumbing.clock import now
from tracker.plumbing.database import apart, db
from tracker.plumbing.i18n import spoken
from tracker.rules.sentences import say
from tracker.web.access import arriving, session_here
from tracker.web.errors import wants_json
from tracker.web.pages import is_fragment
from tracker.web.sessions import SAFE

P = ParamSpec("P")
WINDOW: Final = timedelta(minutes=10)
PREFIX: Final = "prove-"


def is_proved() -> bool:
    """Whether whoever sits there has shown within ten minutes who they are."""
    session = session_here()
    return session is not None and session.proved_at is not None and now() - session.proved_at < WINDOW


def note_proved() -> None:
    """Apart, so that it counts whatever becomes of the deed."""
    session = session_here()
    if session is None:
        return
    key_hash = session.key_hash
    with apart() as own:
        own.execute(update(Session).where(Session.key_hash == key_hash).values(proved_at=now()))
    db.session.expire(session)


def recently(view: Callable[P, Any]) -> Callable[P, Any]:
    """For a dangerous act: only by who has proved lately who they are; others do so first, and then it is done.

    Stands under the rule of access, so that nobody is asked for the sake of what they may not do anyway.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
        if is_proved():
            return view(*args, **kwargs)
        if wants_json() or is_fragment():
            abort(403)
        if request.method in SAFE:
            return redirect(url_for("accounts.prove_it", next=request.full_path.rstrip("?")))
        if not any(name.startswith(PREFIX) for name in request.form):
            return ask(proof_form(arriving(), sent=False))
        form = proof_form(arriving(), sent=True)
        if not prove(arriving(), form):
            return ask(form)
        return view(*args, **kwargs)

    guarded.proved = True  # type: ignore[attr-defined]  # read by tests
    return guarded


def proof_form(person: Person, *, sent: bool) -> Prove:
    """What this person has to show: as when signing in, with their password and, where they have one, a code."""
    form: Prove = Prove(prefix=PREFIX) if sent else Prove(prefix=PREFIX, formdata=None)
    if person.password_hash is None:
        del form.password
    if person.factor_since is None:
        del form.code
    return form


def prove(person: Person, form: Prove) -> bool:
    """Whether what was sent shows that it is them; otherwise the form says what is wrong."""
    moment, here = now(), visit(person.email)
    if form.passkey.data:
        try:
            show_passkey(person, form.passkey.data, now=moment, whole=True)
        except PasskeyRefused as refusal:
            form.form_errors = [spoken(refusal.sentence)]
            return False
        note_proved()
        return True
    if not form.validate() or ("password" not in form and "code" not in form):
        return False
    if "password" in form:
        throttle.count("password of person", person.id, now=moment)
        if not matches(form.password.data or "", person.password_hash):
            form.password.errors = [spoken(say("That is not your password."))]
            return False
        throttle.forgive("password of person", person.id, now=moment)
    if "code" in form:
        try:
            on_paper = show_code(person, form.code.data or "", now=moment, visit=here)
        except Mistyped as error:
            form.code.errors = [spoken(error.sentence)]
            return False
        if on_paper:
            note_recovery(person, now=moment, visit=here)
            db.session.commit()
    note_proved()
    return True


def ask(form: Prove, *, action: str | None = None, deed: list[tuple[str, str]] | None = None) -> tuple[str, int]:
    """The page that asks, with what was being done in it."""
    person = arriving()
    vouching = [provider_of(one.issuer) for one in identities_of(person)] if person.factor_since is None else []
    kept = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if not name.endswith("csrf_token") and not name.startswith(PREFIX)
    ]
    page = render_template(
        "accounts/prove.html",
        form=form,
        action=action or request.full_path.rstrip("?"),
        deed=kept if deed is None else deed,
        has_passkey=bool(passkeys_of(person)) and site().can_have_passkeys,
        vouching=[one for one in vouching if one],
    )
    return page, 403
