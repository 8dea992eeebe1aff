"""Things people do to a served instance, each with the question whether it was done exactly once."""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Select, func, select

from tests.applications.phd import pdf
from tests.factories import make_application, make_conflict, make_document, make_person, make_seat, make_staff, move_of
from tests.faults.caller import Answer, Caller
from tests.faults.institute import Institute
from tracker.models import (
    Answer as Kept,
)
from tracker.models import (
    Application,
    Comment,
    Document,
    DocumentState,
    Entry,
    Export,
    Message,
    Review,
    ReviewState,
    StageKind,
    Transition,
)
from tracker.plumbing import storage
from tracker.plumbing.database import db


@dataclass
class Deed:
    """One form, sent again with the same key until it is answered."""

    kind: str
    caller: Caller
    path: str
    data: dict[str, str]
    times: Callable[[], int]
    """How often it is done, as the rows say; a row that is only half there counts as a hundred."""
    file: tuple[str, bytes] | None = None
    json: bool = False
    is_answered: bool = False
    tries: int = 0
    refusals: list[int] = field(default_factory=list)

    def send(self, address: str) -> Answer:
        self.tries += 1
        answer = self.caller.post(address, self.path, self.data, file=self.file, json=self.json)
        if answer.is_yes:
            self.is_answered = True
        else:
            self.refusals.append(answer.status)
        return answer


TORN = 100


def once(whole: bool, times: int) -> int:
    return times if whole or not times else TORN


def rows(statement: Select[int]) -> int:
    return db.session.scalar(statement) or 0


def told(what: str, application_id: str) -> int:
    return rows(select(func.count()).where(Entry.thing_id == application_id, Entry.what == what))


def mails(application_id: str) -> int:
    return rows(select(func.count()).where(Message.application_id == application_id))


def key() -> dict[str, str]:
    return {"form_key": secrets.token_urlsafe(12)}


def submit(here: Institute, content: bytes = b"") -> Deed:
    person = make_person()
    draft = make_application(here.position, person, submitted=False)
    make_document(draft, data=content or pdf())
    application_id = draft.id

    def times() -> int:
        found = db.session.get_one(Application, application_id)
        moves = rows(select(func.count()).where(Transition.application_id == application_id))
        parts = (moves, told("submitted", application_id), told("moved", application_id), mails(application_id))
        whole = len(set(parts)) == 1 and found.stage_kind is (StageKind.INTAKE if moves else StageKind.DRAFT)
        return once(whole and (found.submitted_at is not None) == bool(moves), max(parts))

    return Deed("submit", Caller(here.app, person), f"/applications/{application_id}/submit", key(), times)


def upload(here: Institute, content: bytes = b"") -> Deed:
    person = make_person()
    application_id = make_application(here.position, person, submitted=False).id
    content = content or pdf(2, Title=secrets.token_hex(8))
    mark = hashlib.sha256(content).hexdigest()

    def times() -> int:
        found = db.session.scalars(select(Document).where(Document.application_id == application_id)).all()
        whole = all(
            one.state is not DocumentState.REFUSED and storage.size(one.storage_key) == one.size for one in found
        )
        entries = db.session.scalars(
            select(Entry.data).where(Entry.thing_id == application_id, Entry.what == "document_uploaded")
        ).all()
        return once(whole and len(entries) == len(found) and all(one["sha256"] == mark for one in entries), len(found))

    path = f"/applications/{application_id}/sections/research"
    return Deed("upload", Caller(here.app, person), path, key() | {"do": "stay"}, times, ("q-cv", content))


def autosave(here: Institute) -> Deed:
    person = make_person()
    application_id = make_application(here.position, person, submitted=False).id
    words = secrets.token_hex(200)

    def times() -> int:
        answer = db.session.get(Kept, (application_id, "notice_period"))
        return 0 if answer is None else once((answer.value, answer.version) == (words[:90], 1), 1)

    data = {"question": "q-notice_period", "version": "0", "value": words[:90]}
    return Deed("autosave", Caller(here.app, person), f"/applications/{application_id}/answers", data, times, json=True)


def review(here: Institute) -> Deed:
    reviewer = make_staff()
    make_seat(here.position, reviewer)
    application = make_application(here.position, stage="review")
    make_conflict(application, reviewer)
    application_id = application.id
    scores = {f"score_{one.id}": "4" for one in here.position.criteria}
    data = key() | scores | {"version": "", "recommendation": "yes", "strengths": "Sound.", "act": "submit"}

    def times() -> int:
        found = db.session.scalars(select(Review).where(Review.application_id == application_id)).all()
        place = db.session.get_one(Application, application_id)
        whole = all(
            one.state is ReviewState.SUBMITTED and one.total == 4 and len(one.scores) == len(scores) for one in found
        )
        counted = (place.reviews_in, told("review_submitted", application_id)) == (len(found), len(found))
        return once(whole and counted, len(found) or place.reviews_in)

    return Deed("review", Caller(here.app, reviewer), f"/desk/applications/{application_id}/review", data, times)


def move(here: Institute) -> Deed:
    application = make_application(here.position, stage="review")
    make_conflict(application, here.chair)
    assert here.position.workflow is not None
    wanted = move_of(here.position.workflow, "reject", "review")
    application_id = application.id
    words = {"version": str(application.version), "reason": "research_match", "subject": "About", "body": "Dear you"}

    def times() -> int:
        found = db.session.get_one(Application, application_id)
        moves = rows(select(func.count()).where(Transition.application_id == application_id))
        parts = (moves, told("moved", application_id), mails(application_id))
        stands = found.stage_kind is (StageKind.REJECTED if moves else StageKind.REVIEW)
        return once(len(set(parts)) == 1 and stands, max(parts))

    path = f"/desk/applications/{application_id}/moves/{wanted.id}"
    return Deed("move", here.chairing, path, key() | words, times)


def comment(here: Institute) -> Deed:
    """To the candidate, so that it is a mail too."""
    application = make_application(here.position, stage="review")
    make_conflict(application, here.chair)
    application_id = application.id

    def times() -> int:
        said = rows(select(func.count()).where(Comment.application_id == application_id))
        parts = (said, told("commented", application_id), mails(application_id))
        return once(len(set(parts)) == 1, max(parts))

    data = key() | {"audience": "candidate", "text": "Please send your diploma."}
    return Deed("comment and mail", here.chairing, f"/desk/applications/{application_id}/comments", data, times)


def export(here: Institute) -> Deed:
    """A job; asked for by somebody of their own, so that theirs can be told from others'."""
    person = make_staff()
    make_seat(here.position, person)
    person_id = person.id

    def times() -> int:
        found = db.session.scalars(select(Export).where(Export.person_id == person_id)).all()
        whole = all(one.job_id is not None and (one.storage_key is None) == (one.ready_at is None) for one in found)
        kept = all(storage.exists(one.storage_key) for one in found if one.storage_key is not None)
        return once(whole and kept, len(found))

    data = key() | {"what": "positions", "file_format": "xlsx"}
    return Deed("job", Caller(here.app, person), "/desk/exports", data, times)


KINDS: Mapping[str, Callable[[Institute], Deed]] = {
    "submit": submit,
    "upload": upload,
    "autosave": autosave,
    "review": review,
    "move": move,
    "comment and mail": comment,
    "job": export,
}
