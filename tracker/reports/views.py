"""Every route of the room hangs on its blueprint."""

from tracker.reports import export_views, funnel_views
from tracker.reports.blueprint import blueprint

__all__ = ["blueprint", "export_views", "funnel_views"]
