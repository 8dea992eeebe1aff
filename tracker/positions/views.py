"""The pages of positions: for the public, at the desk, in parts, the committee, the rubrics."""

from tracker.positions import committee_pages, desk_pages, edit_pages, public_pages, rubric_pages
from tracker.positions.blueprint import blueprint

__all__ = ["blueprint", "committee_pages", "desk_pages", "edit_pages", "public_pages", "rubric_pages"]
