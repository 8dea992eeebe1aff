"""Sign-in by OpenID Connect: to the provider with state, nonce and PKCE; back with a code, which is believed once."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

import structlog
from flask import current_app, request, session

from tracker.accounts.doors import UNLINKED
from tracker.accounts.identities import Vouched
from tracker.plumbing.clock import now
from tracker.plumbing.later import authlib_errors, flask_client, joserfc_errors, requests
from tracker.plumbing.links import absolute
from tracker.plumbing.settings import Settings
from tracker.plumbing.vouching import Provider
from tracker.rules.limits import EMAIL, NAME, TextRefused, clean_text
from tracker.rules.refusals import Refusal
from tracker.rules.sentences import say

log = structlog.get_logger(__name__)
WAITS: Final = 8
"""Seconds for each answer of a provider."""
KNOWN_FOR: Final = timedelta(hours=1)
"""How long what a provider says of itself is believed before it is asked again."""
AT_ONCE: Final = 3
"""Sign-ins that one browser may have under way; the cookie has room for no more."""
KEPT: Final = timedelta(minutes=15)
SKEW: Final = timedelta(minutes=2)
NO_ANSWER: Final = (ValueError, KeyError, TypeError, RuntimeError, AttributeError)
"""What comes of an answer that is none, besides the libraries' own errors."""


class NotVouched(Refusal):
    """The provider did not say who they are, or not in a way that can be believed."""

    status = HTTPStatus.BAD_REQUEST

    def __init__(self, provider: Provider) -> None:
        super().__init__(
            say("%(name)s did not confirm who you are. Nothing has changed; please begin again.", name=provider.name)
        )


class ProviderAway(Refusal):
    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self, provider: Provider) -> None:
        super().__init__(
            say(
                "%(name)s does not answer at the moment. Sign in another way, or try again in a minute.",
                name=provider.name,
            )
        )


def providers() -> tuple[Provider, ...]:
    settings: Settings = current_app.config["TRACKER"]
    return settings.providers


def provider_named(key: str) -> Provider | None:
    return next((one for one in providers() if one.key == key), None)


def provider_of(issuer: str) -> Provider | None:
    return next((one for one in providers() if one.issuer == issuer), None)


def _client(provider: Provider) -> "flask_client.FlaskOAuth2App":
    """One for each provider, which keeps its metadata and keys for an hour; unknown keys are asked for at once."""
    kept: dict[Provider, tuple[datetime, Any]] = current_app.extensions.setdefault("providers", {})
    found = kept.get(provider)
    if found is None or now() - found[0] > KNOWN_FOR:
        client: flask_client.FlaskOAuth2App = flask_client.OAuth(current_app).register(
            provider.key,
            client_id=provider.client_id,
            client_secret=provider.client_secret,
            server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={"scope": provider.scope, "code_challenge_method": "S256", "default_timeout": WAITS},
        )
        found = kept[provider] = (now(), client)
    return found[1]


# --- there


def address_to_go_to(provider: Provider, *, purpose: str, following: str, person_id: str | None) -> str:
    """Where to send the browser; what must come back with it is kept in its signed cookie."""
    client = _client(provider)
    anew = {"prompt": "login", "max_age": 0} if purpose == "prove" else {}
    back = absolute("accounts.came_back", provider=provider.key)
    try:
        if client.load_server_metadata().get("issuer") != provider.issuer:
            log.error("a provider calls itself by another name", provider=provider.key)
            raise ProviderAway(provider)
        made = client.create_authorization_url(back, **anew)
    except (requests.RequestException, ValueError, RuntimeError, TypeError) as error:
        log.error("provider away", provider=provider.key, kind=type(error).__name__)
        raise ProviderAway(provider) from error
    _make_room()
    client.save_authorize_data(
        state=made["state"],
        nonce=made["nonce"],
        code_verifier=made["code_verifier"],
        redirect_uri=back,
        purpose=purpose,
        following=following[:500],
        person_id=person_id,
        at=now().timestamp(),
    )
    return str(made["url"])


def _make_room() -> None:
    under_way = [key for key in session if key.startswith("_state_")]
    under_way.sort(key=lambda key: session[key].get("exp", 0))
    for key in under_way[: max(len(under_way) - AT_ONCE + 1, 0)]:
        session.pop(key)


# --- and back


def come_back(provider: Provider) -> tuple[Vouched, dict[str, Any]]:
    """Whom the provider vouches for, and what was kept when the browser left; NotVouched for all that does not fit."""
    client = _client(provider)
    kept = client.framework.get_state_data(session, request.args.get("state", ""))
    issuer = request.args.get("iss", provider.issuer)
    if kept is None or issuer != provider.issuer:
        client.framework.clear_state_data(session, request.args.get("state", ""))
        raise NotVouched(provider)
    expected = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
    }
    try:
        token = client.authorize_access_token(claims_options=expected, leeway=int(SKEW.total_seconds()))
        claims = dict(token["userinfo"])
    except requests.RequestException as error:
        log.error("provider away", provider=provider.key, kind=type(error).__name__)
        raise ProviderAway(provider) from error
    except (authlib_errors.AuthlibBaseError, joserfc_errors.JoseError, *NO_ANSWER) as error:
        log.warning("not vouched for", provider=provider.key, kind=type(error).__name__)
        raise NotVouched(provider) from error
    return _vouched(provider, claims), kept


def _vouched(provider: Provider, claims: dict[str, Any]) -> Vouched:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255 or not subject.isprintable():
        raise NotVouched(provider)
    email = _text(claims.get("email"), EMAIL)
    name = _text(claims.get("name"), NAME) or " ".join(
        one for one in (_text(claims.get("given_name"), 90), _text(claims.get("family_name"), 90)) if one
    )
    methods = claims.get("amr") if isinstance(claims.get("amr"), list) else []
    said = {one for one in (claims.get("acr"), *(methods or [])) if isinstance(one, str)}
    shown = subject if provider.key == "orcid" else (email or _text(claims.get("preferred_username"), 200) or subject)
    return Vouched(
        provider=provider.key,
        issuer=provider.issuer,
        subject=subject,
        label=f"{provider.name} {shown}"[:320],
        name=name,
        email=email,
        has_factor=bool(provider.second_factor & said),
        proved_at=_moment(claims.get("auth_time")),
    )


def _text(value: object, maximum: int) -> str:
    try:
        return clean_text(value, maximum=maximum, multiline=False) if isinstance(value, str) else ""
    except TextRefused:
        return ""


def _moment(value: object) -> datetime | None:
    """When the provider says it last made sure of them; nothing it cannot know."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 2**40:
        return None
    moment = datetime.fromtimestamp(value, UTC)
    return min(moment, now()) if moment < now() + SKEW else None


# --- an identity that no account here has yet


def keep_unlinked(vouched: Vouched) -> None:
    """In the browser's signed cookie, for a quarter of an hour: to make an account with it, or to link it to one."""
    when = vouched.proved_at.timestamp() if vouched.proved_at else None
    session[UNLINKED] = asdict(vouched) | {"proved_at": when, "kept_at": now().timestamp()}


def unlinked() -> Vouched | None:
    kept = session.get(UNLINKED)
    if not isinstance(kept, dict) or now().timestamp() - kept["kept_at"] > KEPT.total_seconds():
        return None
    provider = provider_named(kept["provider"])
    if provider is None or provider.issuer != kept["issuer"]:
        return None
    when = datetime.fromtimestamp(kept["proved_at"], UTC) if kept["proved_at"] else None
    return Vouched(**{name: value for name, value in kept.items() if name != "kept_at"} | {"proved_at": when})


def forget_unlinked() -> None:
    session.pop(UNLINKED, None)
