"""Who somebody is at this request: the only thing about a person that a rule looks at."""

from collections.abc import Mapping
from dataclasses import dataclass, field

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


ANYONE = Standing(person_id="")
"""Somebody who has not signed in."""
