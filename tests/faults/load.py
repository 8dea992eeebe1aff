"""30 submissions a second, each with a PDF of 5 MB, beside people who read: python -m tests.faults.load --seconds 30

Run by hand: it takes all of two cores. The server and those who send share the machine.
"""

import argparse
import os
import secrets
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.applications.phd import pdf
from tests.engines import wait_for_port
from tests.faults.book import Finding, write_down
from tests.faults.caller import Answer, Lost
from tests.faults.deeds import Deed, submit, upload
from tests.faults.institute import Institute
from tests.mail_server import free_port
from tests.servers import Gunicorn, Server, served

FAULT = "30 submissions a second with 5 MB PDFs on 2 cores"
SIZE = 5 * 1024 * 1024
SENDERS = 48
LONGEST = 4
"""So many times the seconds asked for, then nobody begins anew: an overrun server is measured, too, and in time."""


def large_pdf() -> bytes:
    """A real one, with as many bytes after its end as are needed."""
    made = pdf(2, Title=secrets.token_hex(8))
    return made + b"\n%" + b"x" * (SIZE - len(made) - 2)


def work_of_one(here: Institute, content: bytes, *, alone: bool) -> list[Deed]:
    """An upload, and the sending of a draft whose document was checked before: between the two lies the check."""
    return [submit(here, content)] if alone else [upload(here, content), submit(here)]


class Clock:
    """How long each kind of request took."""

    def __init__(self) -> None:
        self.took: dict[str, list[float]] = {"upload": [], "submit": [], "page": []}
        self.answers: Counter[str] = Counter()

    def time(self, kind: str, ask: Callable[[], Answer]) -> None:
        begun = time.monotonic()
        try:
            status = str(ask().status)
        except Lost as lost:
            status = str(lost)
        self.took[kind].append(time.monotonic() - begun)
        self.answers[f"{kind} {status}"] += 1

    def p95(self, kind: str) -> float:
        took = sorted(self.took[kind]) or [0.0]
        return took[min(len(took) - 1, int(len(took) * 0.95))]


@dataclass(frozen=True)
class Outcome:
    clock: Clock
    sent: int
    unsent: int
    """Candidates that were not begun before the end: the server was too slow for those who send to come round again."""
    lost: int
    took: float
    """Seconds from the first to the last answer."""


def run(here: Institute, address: str, *, rate: int, seconds: int, alone: bool) -> Outcome:
    """Ends after at most `LONGEST` times as long as it was to last, and what was begun by then."""
    content = large_pdf()
    works = [work_of_one(here, content, alone=alone) for _ in range(rate * seconds)]
    here.close_up()
    clock, over = Clock(), threading.Event()
    begun = time.monotonic()
    turn = iter(enumerate(works))
    guard = threading.Lock()

    def send() -> None:
        while True:
            with guard:
                number, work = next(turn, (0, None))
            if work is None or time.monotonic() > begun + LONGEST * seconds:
                return
            time.sleep(max(0.0, begun + number / rate - time.monotonic()))
            for deed in work:
                clock.time(deed.kind, partial(deed.send, address))

    def read() -> None:
        while not over.is_set():
            clock.time("page", partial(here.chairing.get, address, "/positions"))
            time.sleep(0.2)

    people = [threading.Thread(target=send) for _ in range(SENDERS)]
    readers = [threading.Thread(target=read) for _ in range(2)]
    for one in (*people, *readers):
        one.start()
    for one in people:
        one.join()
    took = time.monotonic() - begun
    over.set()
    for one in readers:
        one.join()
    sent = [deed for work in works for deed in work if deed.tries]
    unsent = sum(not work[0].tries for work in works)
    lost = sum(deed.times() != 1 for deed in sent if deed.is_answered)
    return Outcome(clock, len(sent), unsent, lost, took)


@contextmanager
def machine(here: Institute, server: str) -> Iterator[str]:
    """The whole of one machine, web and jobs; the rules against floods from one network are not what is tried here."""
    names = here.names | {"ADDRESS_LIMIT": "0"}
    if server == "serve":
        with served(here.folder, **names) as (running, address):
            yield address
            running.kill()
        return
    port = free_port()
    with (
        Gunicorn("--bind", f"127.0.0.1:{port}", folder=here.folder, **names) as web,
        Server("work", folder=here.folder, **names) as jobs,
    ):
        wait_for_port(port)
        yield f"http://127.0.0.1:{port}"
        web.stop()
        jobs.kill()


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.faults.load", description=__doc__)
    asked.add_argument("--rate", type=int, default=30)
    asked.add_argument("--seconds", type=int, default=20)
    asked.add_argument("--server", choices=("serve", "gunicorn"), default="serve")
    asked.add_argument("--alone", action="store_true", help="submits alone; their PDFs of 5 MB lie there already")
    options = asked.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        here = stack.enter_context(Institute.opened(folder / "data"))
        here.close_up()
        address = stack.enter_context(machine(here, options.server))
        found = run(here, address, rate=options.rate, seconds=options.seconds, alone=options.alone)
    clock = found.clock
    others = {what: number for what, number in clock.answers.items() if not what.endswith((" 303", " 200"))}
    figures = (
        f"{clock.answers['submit 303'] / found.took:.1f} a second were taken; p95 of pages {clock.p95('page'):.2f} s, "
        f"of uploads {clock.p95('upload'):.2f} s, of submits {clock.p95('submit'):.2f} s; "
        f"not sent for want of time: {found.unsent}; other answers: {others or 'none'}; "
        f"load of the machine {os.getloadavg()[0]:.1f}"
    )
    work = "submits" if options.alone else "uploads and submits"
    done = f"{options.server}, {options.rate} {work} a second for {options.seconds} s"
    write_down(Finding(FAULT, done, "sqlite", 1, found.sent, found.lost, figures))


if __name__ == "__main__":
    main()
