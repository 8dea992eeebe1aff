"""All pages of the room."""

from tracker.home import machine_pages, metrics_page, palette_page, start_pages
from tracker.home.blueprint import blueprint

__all__ = ["blueprint", "machine_pages", "metrics_page", "palette_page", "start_pages"]
