"""Everything that hangs on an application, read in one statement whatever there is of it.

One row shape for all parts; which parts are asked for follows from the reader's facets, so that what somebody may not
see is not even fetched. Answers are the exception: each has needs of its own, and `sections` looks at them.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from enum import Enum, auto
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

import orjson
from sqlalchemy import (
    Boolean,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    Text,
    bindparam,
    case,
    cast,
    literal,
    null,
    select,
    union_all,
)

from tracker.applications.moving import counts_where
from tracker.models import (
    Answer,
    Application,
    Assignment,
    Comment,
    Document,
    Entry,
    Letter,
    LetterState,
    Message,
    Person,
    Seat,
    Stage,
    Transition,
)
from tracker.models.base import Moment
from tracker.plumbing.database import fetch
from tracker.plumbing.planning import Plan, lasting
from tracker.rules.facets import Facet
from tracker.rules.predicates import is_blind


class Part(NamedTuple):
    """One row of whatever kind; what a, b, c and d are stands with the select that made it."""

    id: str
    at: datetime
    until: datetime | None
    who_id: str | None
    who: str | None
    a: str
    b: str
    c: str
    d: str
    text: str
    n: int
    data: Any


Parts = Mapping[str, list[Part]]
BY_TIME = attrgetter("at", "id")


class Extra(Enum):
    """Parts that are read only for a page that shows them."""

    ENTRIES = auto()
    """The history: the longest part, which grows with every visit."""
    NAMES = auto()
    """Of the stages and the committee, whom its lines know by their ids."""
    COUNTS = auto()
    """What the conditions of moves look at."""


COLUMNS: dict[str, Any] = {
    "id": String(),
    "at": Moment(),
    "until": Moment(),
    "who_id": String(),
    "who": Text(),
    "a": Text(),
    "b": Text(),
    "c": Text(),
    "d": Text(),
    "text": Text(),
    "n": Integer(),
    "data": Text(),
}


def parts_of(application: Application, seen: frozenset[Facet], extra: frozenset[Extra]) -> Parts:
    """The parts a reader with these facets may know of, each kind by time."""
    of: dict[str, Any] = {
        "application": application.id,
        "position": application.position_id,
        "workflow": application.position.workflow_id,
        "since": application.started_at,
    }
    if Extra.COUNTS in extra:
        of["blind"] = is_blind(application)
    found: dict[str, list[Part]] = defaultdict(list)
    rows = fetch(_lasting(seen, extra), of, plan=Plan.ONCE).all()
    for kind, id_, at, until, who_id, who, a, b, c, d, text, n, data in rows:
        facts = None if data is None else orjson.loads(data)
        found[kind].append(
            Part(id_, at, until, who_id, who, a or "", b or "", c or "", d or "", text or "", n or 0, facts)
        )
    for kept in found.values():
        kept.sort(key=BY_TIME)
    return found


@cache
def _lasting(seen: frozenset[Facet], extra: frozenset[Extra]) -> CompoundSelect[Any]:
    """Made once for each set of facets: to put it together takes longer than to answer it."""
    return lasting(parts_statement(seen, extra))


@cache
def parts_statement(seen: frozenset[Facet], extra: frozenset[Extra] = frozenset()) -> CompoundSelect[Any]:
    """Of `application`, its `position`, `workflow` and start, `since`."""
    its, since = bindparam("application", type_=String()), bindparam("since", type_=Moment())
    selects = [
        _part("answer", id=Answer.question, at=Answer.saved_at, data=cast(Answer.value, Text)).where(
            Answer.application_id == its
        ),
        _comments().where(Comment.application_id == its),
        _part("assignment", id=Assignment.person_id, at=Assignment.assigned_at, until=Assignment.due_at).where(
            Assignment.application_id == its
        ),
    ]
    if Extra.NAMES in extra:
        selects += _stages(since), _seats()
    if Facet.DOCUMENTS in seen:
        selects.append(_documents().where(Document.application_id == its))
    if seen & {Facet.LETTERS, Facet.LETTER_STATUS}:
        selects.append(_letters(Facet.LETTERS in seen).where(Letter.application_id == its))
    if Facet.HISTORY in seen and Extra.ENTRIES in extra:
        selects.append(_entries().where(Entry.thing == "application", Entry.thing_id == its))
    if Facet.HISTORY in seen:
        selects.append(_transitions().where(Transition.application_id == its))
    if Facet.MESSAGES in seen:
        selects.append(_messages().where(Message.application_id == its))
    if Extra.COUNTS in extra:
        selects.append(_counts(since).where(Application.id == its))
    return union_all(*selects)


def _part(name: str, **columns: Any) -> Select[Any]:
    shape: list[ColumnElement[Any]] = [
        (columns[column] if column in columns else cast(null(), kind)).label(column) for column, kind in COLUMNS.items()
    ]
    return select(literal(name, String()).label("part"), *shape)


def _stages(since: ColumnElement[Any]) -> Select[Any]:
    """Of the workflow: a key, data label."""
    labels = _part("stage", id=Stage.id, at=since, a=Stage.key, data=cast(Stage.label, Text))
    return labels.where(Stage.workflow_id == bindparam("workflow", type_=String()))


def _seats() -> Select[Any]:
    """Of the position: a name of the person."""
    people = _part("seat", id=Person.id, at=Seat.since, a=Person.name)
    theirs = people.join_from(Seat, Person, Person.id == Seat.person_id)
    return theirs.where(Seat.position_id == bindparam("position", type_=String()))


def _counts(since: ColumnElement[Any]) -> Select[Any]:
    """a, b and c as in moving.counts_where."""
    committee, undeclared, letters_in = (cast(one, Text) for one in counts_where(bindparam("blind", type_=Boolean())))
    return _part("counts", id=Application.id, at=since, a=committee, b=undeclared, c=letters_in)


def _comments() -> Select[Any]:
    """a audience, c whether withdrawn, n version; until: when it was last changed."""
    return _part(
        "comment",
        id=Comment.id,
        at=Comment.written_at,
        until=Comment.edited_at,
        who_id=Comment.author_id,
        who=Person.name,
        a=cast(Comment.audience, String),
        text=Comment.text,
        c=case((Comment.withdrawn_at.is_not(None), "withdrawn"), else_=""),
        n=Comment.version,
    ).join_from(Comment, Person, Person.id == Comment.author_id)


def _documents() -> Select[Any]:
    """a question, b file name, c state, d pages, n size."""
    return _part(
        "document",
        id=Document.id,
        at=Document.uploaded_at,
        a=Document.question,
        b=Document.file_name,
        c=cast(Document.state, String),
        d=cast(Document.pages, String),
        n=Document.size,
    )


def _letters(with_text: bool) -> Select[Any]:
    """a referee, b organisation, c state, d rating, n size of the file, who: how they know the candidate.

    Without the facet, the state alone; what a referee is still writing is nobody's to read.
    """
    arrived = Letter.state == LetterState.RECEIVED
    if not with_text:
        return _part("letter", id=Letter.id, at=Letter.asked_at, c=cast(Letter.state, String))
    return _part(
        "letter",
        id=Letter.id,
        at=Letter.asked_at,
        until=Letter.answered_at,
        who=Letter.relation,
        a=Letter.referee_name,
        b=Letter.referee_organisation,
        c=cast(Letter.state, String),
        d=case((arrived, Letter.rating), else_=""),
        n=case((arrived, Letter.size), else_=0),
        text=case((arrived, Letter.text), else_=""),
    )


def _entries() -> Select[Any]:
    """a what happened, n its number, data its facts."""
    return _part(
        "entry",
        id=cast(Entry.id, String),
        at=Entry.at,
        who_id=Entry.by_id,
        who=Person.name,
        a=Entry.what,
        n=Entry.number,
        data=cast(Entry.data, Text),
    ).join_from(Entry, Person, Person.id == Entry.by_id, isouter=True)


def _transitions() -> Select[Any]:
    """a reason code, b the message, c from, d to, n whether undone; until: when it can no longer be undone."""
    return _part(
        "transition",
        id=Transition.id,
        at=Transition.at,
        until=Transition.undo_until,
        who_id=Transition.by_id,
        a=Transition.reason_code,
        b=cast(Transition.message_id, String),
        text=Transition.reason_text,
        c=Transition.from_stage_id,
        d=Transition.to_stage_id,
        n=case((Transition.undone_at.is_not(None), 1), else_=0),
    )


def _messages() -> Select[Any]:
    """a subject, b state, c kind; until: when it leaves."""
    return _part(
        "message",
        id=cast(Message.id, String),
        at=Message.created_at,
        until=Message.send_after,
        a=Message.subject,
        b=cast(Message.state, String),
        c=Message.kind,
        text=Message.text,
    )
