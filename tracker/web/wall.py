"""A first wall against floods, by network address: counted in Redis for all machines, or by each process for itself.

It keeps crowds from the database; the rules that must hold are counted there, per account and per address
(`accounts/throttle.py`). While Redis is away each process counts for itself, which is never more than those allow.
"""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from typing import Final

from flask import Flask, request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter

from tracker.plumbing.redis_line import RedisLine, line_of
from tracker.plumbing.settings import Settings
from tracker.rules.refusals import TooMany
from tracker.rules.sentences import say

NAME = "tracker.wall"
LARGE = 256 * 1024
"""A body beyond this carries a file."""
PER_MINUTE: Final[Mapping[str, int]] = {"sign-in": 90, "account": 45, "link": 90, "search": 240, "upload": 240}
"""For one address, behind which a whole university may sit."""
ROUTES: Final[Mapping[str, str]] = {
    "accounts.sign_in_now": "sign-in",
    "accounts.sign_up_now": "account",
    "accounts.ask_reset": "account",
    "accounts.set_new_password": "account",
    "accounts.accept_invitation": "account",
    "accounts.make_first": "account",
    "accounts.send_verification": "account",
    "accounts.verify": "link",
    "accounts.reset_link": "link",
    "accounts.invite_link": "link",
    "accounts.email_link": "link",
    "accounts.first_link": "link",
    "letters.link": "link",
    "home.palette": "search",
    "comments.people": "search",
    "reports.funnel_json": "search",
    "reports.funnel_csv": "search",
    "reports.funnel_xlsx": "search",
}
SEARCHED: Final = frozenset({"positions.index"})
"""Pages that anyone may ask questions of."""
CROWD: Final = say("Very many requests came from your network just now. Please wait a minute and try again.")


class Wall:
    """Counts requests of one kind from one network within a minute."""

    def __init__(self, line: RedisLine, times: int) -> None:
        self._line = line
        self._limits: dict[str, RateLimitItem] = {
            kind: RateLimitItemPerMinute(number * times) for kind, number in PER_MINUTE.items() if times
        }
        self._own = FixedWindowRateLimiter(MemoryStorage())
        self._shared: FixedWindowRateLimiter | None = None

    def admits(self, kind: str, network: str) -> bool:
        limit = self._limits.get(kind)
        if limit is None:
            return True
        return self._line.ask(
            lambda: self._in_redis().hit(limit, kind, network), lambda: self._own.hit(limit, kind, network)
        )

    def _in_redis(self) -> FixedWindowRateLimiter:
        if self._shared is None:
            pool = self._line.client.connection_pool
            storage = RedisStorage(self._line.url, connection_pool=pool, key_prefix=self._line.prefix)
            self._shared = FixedWindowRateLimiter(storage)
        return self._shared

    def forget(self) -> None:
        """What this process counted for itself."""
        self._own.storage.reset()


def network_of(address: str | None) -> str:
    """What one household or machine can choose among by itself counts as one: of IPv6, the first half."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))
    return str(found)


def kind_of_request() -> str | None:
    known = ROUTES.get(request.endpoint or "")
    if known is not None:
        return known
    if request.method == "POST" and (request.content_length is None or request.content_length > LARGE):
        return "upload"
    return "search" if request.endpoint in SEARCHED and request.args else None


def init_app(app: Flask, settings: Settings) -> None:
    wall = Wall(line_of(app), settings.address_limit)
    app.extensions[NAME] = wall

    @app.before_request
    def stand() -> None:
        kind = kind_of_request()
        if kind is not None and not wall.admits(kind, network_of(request.remote_addr)):
            raise TooMany(CROWD)
