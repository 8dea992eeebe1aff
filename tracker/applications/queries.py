"""Which applications somebody sees. Lists, counts, searches, exports and pages all start here."""

from sqlalchemy import Select, false, select

from tracker.models import Application, Document
from tracker.plumbing.sight import sees
from tracker.rules.roles import Standing

__all__ = ["own_applications", "own_documents", "sees", "visible_applications"]


def visible_applications(who: Standing) -> Select[Application]:
    """Submitted applications this standing may see as a reader."""
    return select(Application).where(sees(who))


def own_applications(who: Standing) -> Select[Application]:
    """The candidate's own, drafts too."""
    return select(Application).where(Application.candidate_id == who.person_id) if who.person_id else _none()


def own_documents(who: Standing) -> Select[Document]:
    return select(Document).join(Application).where(Application.candidate_id == (who.person_id or None))


def _none() -> Select[Application]:
    return select(Application).where(false())
