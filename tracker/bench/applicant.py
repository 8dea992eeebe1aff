"""A candidate's whole way: an account, the form in steps or on one page, the files, the check and the sending.

A browser without scripts: every answer that leads on is followed, and the page of documents is sent with its files.
Only the requests are counted: what goes on between them (the mail on its way, the check of a file in a job) is not.
"""

import io
import re
import statistics
import time
from collections.abc import Iterator
from functools import partial
from itertools import count
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from tracker.accounts.secrets_kept import hash_password
from tracker.bench.measuring import Meter, sample_of
from tracker.bench.rows import Budget, Sample
from tracker.bench.scene import Scene
from tracker.bench.trials import Trial, rounds
from tracker.bench.visitor import Unexpected, Visitor
from tracker.demo.papers import set_sheets
from tracker.models import Message
from tracker.plumbing.database import counted_statements, db
from tracker.plumbing.jobs import run_due
from tracker.rules.questions import WHOLE

FLOW = Budget(ms=150, queries=60)
ROUNDS = 5
LINK = re.compile(r"/link/verify/\S+")
VERSION = re.compile(r'name="version-([a-z_]+)" value="(\d+)"')
ANSWERS: dict[str, Any] = {
    "full_name": "李小龙",
    "residence_country": "VN",
    "phone": "+84 24 3826 4455",
    "start_from-day": "1",
    "start_from-month": "9",
    "start_from-year": "2030",
    "needs_permit": "yes",
    "months_in_netherlands": "0",
    "doctorate": "no",
    "masters": "held",
    "degrees-0-level": "7",
    "degrees-0-field": "Neuroscience",
    "degrees-0-institution": "Đại học Quốc gia Hà Nội",
    "degrees-0-country": "VN",
    "degrees-0-start-month": "9",
    "degrees-0-start-year": "2019",
    "degrees-0-end-month": "6",
    "degrees-0-end-year": "2021",
    "history-0-kind": "work",
    "history-0-title": "Research assistant",
    "history-0-country": "VN",
    "history-0-start-month": "7",
    "history-0-start-year": "2021",
    "methods": ["imaging", "statistics"],
    "english-0-test": "ielts",
    "english-0-overall": "7,5",
    "english-0-date-day": "3",
    "english-0-date-month": "2",
    "english-0-date-year": "2022",
    "motivation": "I dream of sleep. " * 60,
    "question": "Why do we sleep? " * 20,
    "referees-0-name": "Þóra Jónsdóttir",
    "referees-0-email": "thora@uni.example",
    "referees-0-organisation": "University",
    "referees-0-relation": "Supervisor",
    "referees-1-name": "محمد",
    "referees-1-email": "m@uni.example",
    "referees-1-organisation": "University",
    "referees-1-relation": "Teacher",
    "truthful": "yes",
    "privacy_read": "yes",
}
"""To the form for PhD positions, by the names of their fields."""
FILES = ("cv", "transcript")


class Clocked(Visitor):
    """Adds up what its requests take, and how many statements they send."""

    seconds = 0.0
    processors = 0.0
    statements = 0
    bytes = 0
    meter: Meter

    def follow(self, address: str, **fields: Any) -> TestResponse:
        """Send a form and read the page that its answer leads to."""
        return self.see(str(self.post(address, **fields).location))

    def _open(self, address: str, status: int, **request: Any) -> TestResponse:
        with counted_statements() as seen, self.meter.processors() as used:
            begun = time.perf_counter()
            answer = super()._open(address, status, **request)
            self.seconds += time.perf_counter() - begun
        self.processors += used[0]
        self.statements += seen.count
        self.bytes += len(answer.data)
        return answer


class Applicants:
    """One new candidate after another, all for the same position."""

    def __init__(self, scene: Scene, name: str) -> None:
        self.scene = scene
        self.name = name
        self.numbers = count(1)
        self.paper = set_sheets([{"title": "Paper", "under": "", "parts": [{"title": "Text", "text": ["Words."]}]}])[0]

    def visitor(self, meter: Meter) -> Clocked:
        visitor = Clocked(self.scene.app)
        visitor.meter = meter
        return visitor

    def enter(self, visitor: Clocked, **way: str) -> str:
        """An account with a verified address, and a draft: the address of its first page."""
        email = f"{self.name}.{next(self.numbers)}@mail.example"
        position = f"/positions/{self.scene.open_call}"
        visitor.get(position)
        visitor.see(f"/sign-up?next={position}/apply")
        visitor.follow("/sign-up", name="李小龙", email=email, password=self.scene.password, next=f"{position}/apply")
        link = LINK.search(self._mail_to(email))
        if link is None:
            raise Unexpected(f"the mail to {email} holds no link")
        visitor.see(str(visitor.get(link.group(), 303).location))
        visitor.follow("/verification")
        return str(visitor.post(f"{position}/apply", **way).location)

    def _mail_to(self, email: str) -> str:
        found = db.session.scalar(select(Message.text).where(Message.to_email == email).order_by(Message.id.desc()))
        db.session.rollback()
        return found or ""

    def fill_in(self, visitor: Clocked, step: str) -> None:
        """Step by step as each leads on to the next, whatever the form asks on which."""
        while "/sections/" in step:
            page = visitor.see(step).text
            versions = dict(VERSION.findall(page))
            asked = {name: value for name, value in ANSWERS.items() if name.partition("-")[0] in versions}
            files = {one: (io.BytesIO(self.paper), f"{one}.pdf", "application/pdf") for one in FILES}
            asked |= {one: file for one, file in files.items() if f'name="q-{one}"' in page}
            fields = {f"version-{key}": version for key, version in versions.items()}
            fields |= {f"q-{name}": value for name, value in asked.items()}
            step = str(visitor.post(step, **fields, do="next").location)

    def send(self, visitor: Clocked, draft: str) -> None:
        while run_due():
            pass  # the files are checked meanwhile
        visitor.see(f"{draft}/check")
        visitor.post(f"{draft}/submit")
        visitor.get(f"{draft}/receipt")


def candidates(scene: Scene) -> Iterator[Trial]:
    applicants = Applicants(scene, "applicant")
    for words, way in (("", ""), (" on one page", WHOLE)):
        name = f"candidate: sign up and apply{words}, without the hash"
        yield Trial(name, partial(whole_way, applicants, way), FLOW)
    yield Trial("password hash", rounds(lambda: len(hash_password(scene.password)), least=10), grows=False)
    drafts = Applicants(scene, "draft")
    yield Trial("autosave of an answer", lambda meter: autosaves(drafts, meter), Budget(ms=10, queries=10))
    sent = Applicants(scene, "sent")
    yield Trial("receipt as PDF", lambda meter: receipts(sent, meter), Budget(ms=500), grows=False)


def whole_way(applicants: Applicants, way: str, meter: Meter) -> Sample:
    taken, used, visitor = [], [], applicants.visitor(meter)
    for _ in range(1 if meter.quick else ROUNDS):
        visitor = applicants.visitor(meter)
        first = applicants.enter(visitor, way=way)
        applicants.fill_in(visitor, first)
        applicants.send(visitor, draft_at(first))
        taken.append(1000 * visitor.seconds - hash_costs())
        used.append(1000 * visitor.processors)
    return sample_of(taken, statistics.mean(used), visitor.statements, visitor.bytes)


def draft_at(step: str) -> str:
    """The address under which all pages of the draft are."""
    return step.partition("/sections/")[0]


def hash_costs() -> float:
    """Milliseconds of one password hash, now, on this machine."""
    begun = time.perf_counter()
    hash_password("a password to measure with")
    return 1000 * (time.perf_counter() - begun)


def autosaves(applicants: Applicants, meter: Meter) -> Sample:
    """The same answer, longer each time, as while one types."""
    visitor = applicants.visitor(meter)
    draft, version = draft_at(applicants.enter(visitor)), count()

    def save() -> int:
        number = next(version)
        fields = {"question": "q-motivation", "version": str(number), "value": "I dream of sleep. " * (number + 1)}
        return len(visitor.post(f"{draft}/answers", 200, **fields).data)

    return meter.rounds(save, most=30)


def receipts(applicants: Applicants, meter: Meter) -> Sample:
    visitor = applicants.visitor(meter)
    first = applicants.enter(visitor)
    draft = draft_at(first)
    applicants.fill_in(visitor, first)
    applicants.send(visitor, draft)
    return meter.rounds(lambda: visitor.size(f"{draft}/receipt.pdf"), least=5, most=20)
