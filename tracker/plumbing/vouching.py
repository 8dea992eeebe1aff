"""Who may vouch for people by OpenID Connect, as the settings name them: all of one, or nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Provider:
    """Who vouches for people by OpenID Connect: an institution, or ORCID."""

    key: str
    """`institution` or `orcid`; part of the address to which it sends people back."""
    name: str
    """As its button says."""
    issuer: str
    client_id: str
    client_secret: str
    scope: str
    second_factor: frozenset[str] = frozenset()
    """The values of `acr` or `amr` with which it says that a second factor was asked for; empty: ours is asked."""


PARTS = ("CLIENT_ID", "CLIENT_SECRET", "ISSUER", "NAME", "SECOND_FACTOR")
KNOWN = (
    ("institution", "", "", "openid profile email"),
    ("orcid", "ORCID", "https://orcid.org", "openid"),
)
"""Key, name and issuer where none are given, and what is asked of it."""
PROVIDER_NAMES = tuple(f"{key.upper()}_{part}" for key, *_ in KNOWN for part in PARTS)


class Reader(Protocol):
    """The environment, and where its mistakes are told."""

    def text(self, name: str, otherwise: str = "") -> str: ...

    def wrong(self, name: str, sentence: str) -> None: ...


def read_providers(read: Reader, *, production: bool) -> Iterator[Provider]:
    for key, name, issuer, scope in KNOWN:
        provider = _provider(read, key, name=name, issuer=issuer, scope=scope, production=production)
        if provider is not None:
            yield provider


def _provider(read: Reader, key: str, *, name: str, issuer: str, scope: str, production: bool) -> Provider | None:
    """All of it or nothing: a sign-in that is half configured is a mistake."""
    who = key.upper()
    given = {part: read.text(f"{who}_{part}") for part in PARTS}
    if not any(given.values()):
        return None
    whole = given | {"ISSUER": given["ISSUER"] or issuer, "NAME": given["NAME"] or name}
    missing = [part for part in PARTS if part != "SECOND_FACTOR" and not whole[part]]
    there = next(part for part, value in given.items() if value)
    for part in missing:
        read.wrong(f"{who}_{part}", f"is missing, while TRACKER_{who}_{there} is given; give all of them, or none.")
    if whole["ISSUER"] and not _is_issuer(whole["ISSUER"], production=production):
        read.wrong(
            f"{who}_ISSUER",
            f"must be the https:// address under which the provider signs, as https://connect.surfconext.nl, "
            f"not {whole['ISSUER']!r}.",
        )
    return Provider(
        key=key,
        name=whole["NAME"],
        issuer=whole["ISSUER"],
        client_id=whole["CLIENT_ID"],
        client_secret=whole["CLIENT_SECRET"],
        scope=scope,
        second_factor=frozenset(whole["SECOND_FACTOR"].split()),
    )


def _is_issuer(raw: str, *, production: bool) -> bool:
    """Plain http only while trying things out."""
    try:
        parts = urlsplit(raw)
    except ValueError:
        return False
    schemes = {"https"} if production else {"https", "http"}
    return parts.scheme in schemes and bool(parts.hostname) and not parts.query and not parts.fragment
