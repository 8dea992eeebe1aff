"""Every module of the room that hangs its routes on the blueprint."""

from tracker.dossiers import bulk_views, list_views, move_views, show_views
from tracker.dossiers.blueprint import blueprint

__all__ = ["blueprint", "bulk_views", "list_views", "move_views", "show_views"]
