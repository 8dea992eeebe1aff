"""Forms that were sent and answered: the same one sent again finds its answer here."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class SentForm(Base):
    """Written in the transaction of what the form did, so that both are there or neither."""

    __tablename__ = "sent_form"

    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    """A hash of who sent it, where to, the key of its page and everything that was filled in."""
    location: Mapped[str] = mapped_column(Text)
    """Where its answer led; for a form that signed somebody up, who that is."""
    said: Mapped[list[dict[str, str]]]
    """What the next page was to say."""
    at: Mapped[datetime] = mapped_column(index=True)
