"""All pages of the room."""

from tracker.forms import pages, pieces
from tracker.forms.blueprint import blueprint

__all__ = ["blueprint", "pages", "pieces"]
