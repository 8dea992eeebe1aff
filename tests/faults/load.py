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
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from tests.applications.phd import pdf
from tests.faults.book import Finding, write_down
from tests.faults.caller import Answer, Lost
from tests.faults.deeds import Deed, submit, upload
from tests.faults.institute import Institute
from tests.servers import served

FAULT = "30 submissions a second with 5 MB PDFs on 2 cores"
SIZE = 5 * 1024 * 1024
SENDERS = 48


def large_pdf() -> bytes:
    """A real one, with as many bytes after its end as are needed."""
    made = pdf(2, Title=secrets.token_hex(8))
    return made + b"\n%" + b"x" * (SIZE - len(made) - 2)


def work_of_one(here: Institute, content: bytes) -> tuple[Deed, Deed]:
    """An upload, and the sending of a draft whose document was checked before: between the two lies the check."""
    file = upload(here)
    file.file = ("q-cv", content)
    return file, submit(here)


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


def run(here: Institute, address: str, *, rate: int, seconds: int) -> tuple[Clock, int, int, float]:
    content = large_pdf()
    pairs = [work_of_one(here, content) for _ in range(rate * seconds)]
    here.close_up()
    clock, over = Clock(), threading.Event()
    begun = time.monotonic()
    turn = iter(enumerate(pairs))
    guard = threading.Lock()

    def send() -> None:
        while True:
            with guard:
                number, pair = next(turn, (0, None))
            if pair is None:
                return
            time.sleep(max(0.0, begun + number / rate - time.monotonic()))
            for kind, deed in zip(("upload", "submit"), pair, strict=True):
                clock.time(kind, partial(deed.send, address))

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
    answered = [pair for pair in pairs if pair[1].is_answered]
    lost = sum(pair[1].times() != 1 for pair in answered)
    return clock, len(pairs), lost, took


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.faults.load", description=__doc__)
    asked.add_argument("--rate", type=int, default=30)
    asked.add_argument("--seconds", type=int, default=20)
    options = asked.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        here = stack.enter_context(Institute.opened(folder / "data"))
        server, address = stack.enter_context(served(here.folder, **here.names))
        clock, wanted, lost, took = run(here, address, rate=options.rate, seconds=options.seconds)
        server.kill()
    sent = clock.answers["submit 303"]
    others = {what: number for what, number in clock.answers.items() if not what.endswith((" 303", " 200"))}
    figures = (
        f"{sent / took:.1f} a second were taken; p95 of pages {clock.p95('page'):.2f} s, of uploads "
        f"{clock.p95('upload'):.2f} s, of submits {clock.p95('submit'):.2f} s; other answers: {others or 'none'}; "
        f"load of the machine {os.getloadavg()[0]:.1f}"
    )
    write_down(Finding(FAULT, f"{options.rate} a second asked", "sqlite", 1, wanted, lost, figures))


if __name__ == "__main__":
    main()
