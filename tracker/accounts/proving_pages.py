"""The page on which one proves who one is, before a dangerous act; by a provider, too."""

import json

from flask import Response as JsonResponse
from flask import abort, redirect, render_template, request, session, url_for

from tracker.accounts.blueprint import blueprint
from tracker.accounts.entering import Answer, following
from tracker.accounts.identities import identities_of
from tracker.accounts.passkeys import ask_to_show
from tracker.accounts.providers import provider_named
from tracker.accounts.proving import PREFIX, ask, is_proved, proof_form, prove
from tracker.plumbing.clock import now
from tracker.web.access import arriving, on_the_way
from tracker.web.pages import local_path
from tracker.web.sessions import Step

DEED = "deed"
LARGEST = 1_500
"""Characters of what was being done that fit into the cookie while the browser is with a provider."""


@blueprint.get("/prove")
@on_the_way(Step.SET_UP)
def prove_it() -> Answer:
    target = following(arriving())
    if is_proved():
        return redirect(target)
    return ask(proof_form(arriving(), sent=False), action=url_for("accounts.prove_it_now"), deed=[("next", target)])


@blueprint.post("/prove")
@on_the_way(Step.SET_UP)
def prove_it_now() -> Answer:
    person = arriving()
    form, target = proof_form(person, sent=True), following(person)
    if is_proved() or prove(person, form):
        return redirect(target, 303)
    return ask(form, action=url_for("accounts.prove_it_now"), deed=[("next", target)])


@blueprint.post("/prove/passkey/begin")
@on_the_way(Step.SET_UP)
def begin_proof() -> JsonResponse:
    return JsonResponse(ask_to_show(arriving(), now=now()), mimetype="application/json")


@blueprint.post("/prove/with/<key>")
@on_the_way(Step.SET_UP)
def prove_with(key: str) -> Answer:
    """To the provider, with what was being done kept in the browser. A page leads there, since no form may."""
    provider = provider_named(key)
    if provider is None or provider.issuer not in {one.issuer for one in identities_of(arriving())}:
        abort(404)
    action = local_path(request.args.get("action"), url_for("accounts.security"))
    fields = [
        [name, value]
        for name, value in request.form.items(multi=True)
        if not name.endswith("csrf_token") and not name.startswith(PREFIX)
    ]
    deed = {"action": action, "fields": fields, "at": now().timestamp()}
    session[DEED] = deed if len(json.dumps(deed)) <= LARGEST else {"action": "", "fields": [], "at": 0}
    return render_template(
        "accounts/prove_away.html",
        provider=provider,
        there=url_for("accounts.go_to_provider", provider=key, purpose="prove"),
    )


@blueprint.get("/prove/go-on")
@on_the_way(Step.SET_UP)
def go_on() -> Answer:
    """Back from the provider: what was being done, with the button that does it."""
    deed = session.get(DEED)
    if not isinstance(deed, dict) or not deed["action"] or not is_proved():
        return redirect(url_for("accounts.security"))
    if deed["action"] == url_for("accounts.prove_it_now"):
        target = dict(deed["fields"]).get("next")
        return redirect(local_path(target, url_for("accounts.security")))
    return render_template("accounts/go_on.html", action=deed["action"], deed=deed["fields"])
