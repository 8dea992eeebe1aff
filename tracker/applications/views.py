"""All pages of the candidate, collected."""

from tracker.applications import (  # noqa: F401 - each puts its routes on the blueprint
    document_views,
    extra_time_views,
    form_preview,
    section_views,
    sending_views,
    status_views,
)
from tracker.applications.blueprint import blueprint

__all__ = ["blueprint"]
