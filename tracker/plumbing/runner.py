"""The runner: threads that do the jobs, in `serve` beside the web, or alone in `work`."""

import threading
from datetime import timedelta
from typing import Any

import structlog
from flask import Flask

from tracker.plumbing import jobs, mail, scratch, upkeep
from tracker.plumbing.clock import now
from tracker.plumbing.redis_line import line_of

LOOK_EVERY = 1.0
"""Seconds between two looks at the table, for jobs that another process asked for or that fell due."""
RENEW_EVERY = jobs.LEASE.total_seconds() / 3
OURS = (mail, upkeep)
"""Imported for their handlers; those of the rooms come with create_app."""
log = structlog.get_logger("tracker.jobs")


class Runner:
    """Starts threads that work until `stop`, which lets each finish the job in its hand."""

    def __init__(self, app: Flask, workers: int) -> None:
        self.app = app
        self._ending = threading.Event()
        self._woken = threading.Semaphore(0)
        self._threads = [
            threading.Thread(target=self._work, name=f"jobs-{number}", daemon=True) for number in range(workers)
        ]
        self._keeper = threading.Thread(target=self._keep, name="jobs-keeper", daemon=True)
        self._listener = threading.Thread(target=self._listen, name="jobs-listener", daemon=True)
        self._in_hand: dict[int, jobs.Claim] = {}
        self._at_the_table = threading.Lock()
        self._unlisten = jobs.on_new_job(self._woken.release)

    def start(self) -> "Runner":
        for thread in (*self._threads, self._keeper, self._listener):
            thread.start()
        return self

    def stop(self, timeout: float | None = None) -> bool:
        """Take no new job, finish those in hand; False if one was not done in time (its lease will run out)."""
        self._ending.set()
        self._unlisten()
        for _ in self._threads:
            self._woken.release()
        for thread in (*self._threads, self._keeper, self._listener):
            thread.join(timeout)
        return not any(thread.is_alive() for thread in self._threads)

    @property
    def is_alive(self) -> bool:
        return all(thread.is_alive() for thread in self._threads)

    def _work(self) -> None:
        while not self._ending.is_set():
            try:
                busy = self._do_one()
            except Exception as error:
                log.error("the table of jobs cannot be reached", exc_info=error)
                busy = False
            if not busy:
                self._woken.acquire(timeout=LOOK_EVERY)

    def _do_one(self) -> bool:
        with self._at_the_table, self.app.app_context():
            claim = jobs.claim_next(now()) if jobs.something_due(now()) else None
        if claim is None:
            return False
        me = threading.get_ident()
        self._in_hand[me] = claim
        try:
            with self.app.app_context():
                jobs.work(claim)
        finally:
            self._in_hand.pop(me, None)
        return True

    def _listen(self) -> None:
        """Be woken by other processes and machines; without Redis, the looks at the table are enough."""
        line_of(self.app).listen(jobs.CHANNEL, self._woken.release, self._ending)

    def _keep(self) -> None:
        """Renew the leases of jobs in hand, and ask for the periodic ones."""
        asked = now() - timedelta(days=1)
        while not self._ending.wait(RENEW_EVERY if self._in_hand else LOOK_EVERY * 5):
            try:
                with self.app.app_context():
                    for claim in list(self._in_hand.values()):
                        jobs.renew(claim)
                    if now() - asked > timedelta(minutes=1):
                        jobs.enqueue_periodic(now())
                        scratch.clear(now())
                        asked = now()
            except Exception as error:
                log.error("leases could not be renewed", exc_info=error)


def start_embedded(app: Flask) -> Runner:
    """Jobs beside the web, in threads of this process."""
    settings: Any = app.config["TRACKER"]
    return Runner(app, settings.workers).start()
