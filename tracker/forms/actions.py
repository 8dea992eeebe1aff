"""Forms put in place, versioned, frozen and put away."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any

from sqlalchemy import select

from tracker import shipped
from tracker.models import ApplicationForm, FormVersion, Person, Words, new_id
from tracker.plumbing.database import db
from tracker.plumbing.history import remember
from tracker.rules.keys import free, key_of
from tracker.rules.questions import Form, FormInvalid
from tracker.rules.refusals import Invalid, Stale


def install_shipped(now: datetime) -> None:
    """Add the shipped forms that are not here yet; what HR has changed stays."""
    present = set(db.session.scalars(select(ApplicationForm.key)))
    for key in shipped.FORM_KEYS:
        if key not in present:
            raw = shipped.form(key)
            form = ApplicationForm(id=new_id(), key=key, name=dict(raw["name"]))
            form.versions.append(_version(1, {"sections": raw["sections"]}, by=None, now=now))
            db.session.add(form)
            db.session.flush()
            remember("form", form.id, "installed", by=None, now=now, key=key)


def _version(number: int, content: Mapping[str, Any], *, by: Person | None, now: datetime) -> FormVersion:
    return FormVersion(
        id=new_id(), number=number, content=dict(content), created_at=now, created_by_id=by.id if by else None
    )


def latest(form: ApplicationForm) -> FormVersion:
    return form.versions[-1]


def begin(name: Words, *, source: FormVersion | None, by: Person, now: datetime) -> ApplicationForm:
    """A new form: empty, or beginning as another form's version is."""
    key = free(key_of(name["en"], "form"), set(db.session.scalars(select(ApplicationForm.key))))
    form = ApplicationForm(id=new_id(), key=key, name=name)
    form.versions.append(_version(1, _clean(source.content) if source else {"sections": []}, by=by, now=now))
    db.session.add(form)
    db.session.flush()
    remember("form", form.id, "begun", by=by, now=now, source=source.id if source else None)
    return form


def rename(form: ApplicationForm, name: Words, *, by: Person, now: datetime) -> None:
    form.name = name
    remember("form", form.id, "renamed", by=by, now=now)


def begin_version(form: ApplicationForm, *, by: Person, now: datetime) -> FormVersion:
    """The version that is open to change: the newest, or a new one after it where that is frozen."""
    newest = latest(form)
    if newest.frozen_at is None:
        return newest
    version = _version(newest.number + 1, _clean(newest.content), by=by, now=now)
    form.versions.append(version)
    db.session.flush()
    remember("form", form.id, "version_begun", by=by, now=now, number=version.number)
    return version


def change(
    version: FormVersion, content: Mapping[str, Any], what: str, *, seen: str, by: Person, now: datetime, **facts: Any
) -> FormVersion:
    """Replace the content of the newest version, which is given back; a frozen one stays, and a new one follows it.

    Stale where the version is not as it was `seen`, or not the newest any more.
    """
    if str(version.version) != seen or version is not latest(version.form):
        raise Stale
    if version.frozen_at is not None:
        version = begin_version(version.form, by=by, now=now)
    version.content = dict(content)
    db.session.flush()
    remember("form", version.form_id, what, by=by, now=now, number=version.number, **facts)
    return version


def freeze(version: FormVersion, *, by: Person | None, now: datetime) -> None:
    """From now on the version stays as it is: a position was published with it. Invalid where it has mistakes."""
    if version.frozen_at is not None:
        return
    try:
        Form.parse(version.content)
    except FormInvalid as invalid:
        raise Invalid(invalid.sentences[0]) from invalid
    version.content = _clean(version.content)
    version.frozen_at = now
    db.session.flush()
    remember("form", version.form_id, "version_frozen", by=by, now=now, number=version.number)


def archive(form: ApplicationForm, *, by: Person, now: datetime) -> None:
    """Take it from the choice of new positions; those that have it keep it."""
    form.archived_at = now
    remember("form", form.id, "archived", by=by, now=now)


def restore(form: ApplicationForm, *, by: Person, now: datetime) -> None:
    form.archived_at = None
    remember("form", form.id, "restored", by=by, now=now)


def _clean(content: Mapping[str, Any]) -> dict[str, Any]:
    """Only the sections; what was removed while composing is not carried on."""
    return {"sections": deepcopy(list(content.get("sections") or []))}
