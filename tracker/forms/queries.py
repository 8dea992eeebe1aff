"""Forms with their versions, and the positions that use them."""

from dataclasses import dataclass, field

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from tracker.models import ApplicationForm, FormVersion, Position, Words
from tracker.plumbing.database import db
from tracker.rules.form_content import mistakes_in
from tracker.rules.questions import QuestionType
from tracker.rules.roles import Standing
from tracker.rules.sentences import Sentence


def forms(who: Standing) -> Select[ApplicationForm]:
    return select(ApplicationForm).options(selectinload(ApplicationForm.versions)).order_by(ApplicationForm.key)


def uses_by_version() -> dict[str, int]:
    """How many positions were made with each version."""
    rows = db.session.execute(
        select(Position.form_version_id, func.count())
        .where(Position.form_version_id.is_not(None))
        .group_by(Position.form_version_id)
    )
    return {str(row[0]): row[1] for row in rows}


@dataclass(frozen=True)
class Use:
    """A position that has a version of the form."""

    id: str
    reference: str
    title: Words = field(hash=False)
    number: int = 0


def uses_of(form: ApplicationForm) -> list[Use]:
    rows = db.session.execute(
        select(Position.id, Position.reference, Position.title, FormVersion.number)
        .join(FormVersion, Position.form_version_id == FormVersion.id)
        .where(FormVersion.form_id == form.id)
        .order_by(Position.reference)
    )
    return [Use(id=row.id, reference=row.reference, title=row.title, number=row.number) for row in rows]


def version_numbered(form: ApplicationForm, number: str) -> FormVersion | None:
    """The version that an address names; the newest where it names none."""
    if not number:
        return form.versions[-1]
    return next((one for one in form.versions if str(one.number) == number), None)


def mistakes_of(version: FormVersion) -> list[Sentence]:
    """What keeps positions from using this version."""
    return mistakes_in(version.content, types=frozenset(QuestionType))


def offered() -> list[FormVersion]:
    """The newest version without mistakes of every form that is not put away: what a position can choose."""
    found = []
    for form in db.session.scalars(forms(Standing("")).where(ApplicationForm.archived_at.is_(None))).unique():
        whole = (version for version in reversed(form.versions) if not mistakes_of(version))
        version = next(whole, None)
        if version is not None:
            found.append(version)
    return found
