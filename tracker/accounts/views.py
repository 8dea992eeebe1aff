"""All pages of the room."""

from tracker.accounts import entering, link_pages, own_pages, people_pages
from tracker.accounts.blueprint import blueprint

__all__ = ["blueprint", "entering", "link_pages", "own_pages", "people_pages"]
