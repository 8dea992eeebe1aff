"""Who somebody is at this request: the only thing about a person that a rule looks at."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tracker.models import PositionRole, SiteRole


@dataclass(frozen=True)
class Standing:
    """Roles as they are now; loaded anew at every request and every job, so that a change counts at once."""

    person_id: str
    site: SiteRole = SiteRole.NONE
    is_staff: bool = False
    seats: Mapping[str, PositionRole] = field(default_factory=dict)
    """Position id to the one role held there."""
    themes: frozenset[str] = frozenset()
    """Ids of the themes this person coordinates."""

    def __hash__(self) -> int:
        return hash((self.person_id, self.site, self.is_staff, frozenset(self.seats.items()), self.themes))

    @property
    def is_hr(self) -> bool:
        return self.site is SiteRole.HR

    @property
    def is_admin(self) -> bool:
        return self.site is SiteRole.ADMIN

    def at(self, position_id: str) -> "Standing":
        """The same person as far as this position goes: what they see of it takes less to say."""
        role = self.seats.get(position_id)
        sees_whole = role is not None and role is not PositionRole.MEMBER
        return replace(
            self,
            seats={} if role is None else {position_id: role},
            themes=frozenset() if sees_whole else self.themes,
        )


ANYONE = Standing(person_id="")
"""Somebody who has not signed in."""
