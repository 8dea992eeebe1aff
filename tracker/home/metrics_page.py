"""What Prometheus asks for: the requests of every process, and what waits in the database."""

from collections.abc import Iterator
from datetime import datetime

from flask import Response, abort, current_app
from prometheus_client import CollectorRegistry, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from sqlalchemy import func, select

from tracker.home.blueprint import blueprint
from tracker.home.health import AWAY
from tracker.models import Job, JobState, Message, MessageState
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.web.access import public
from tracker.web.metrics import may_ask, registry


class Waiting:
    """Jobs and mails by state, read when asked; a database that is away is told as such, and costs nothing else."""

    def __init__(self, moment: datetime) -> None:
        self._now = moment

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("tracker_database_up", "Whether the database answers.")
        try:
            found = list(self._found())
        except AWAY:
            db.session.rollback()
            found = []
        up.add_metric([], float(bool(found)))
        yield up
        yield from found

    def _found(self) -> Iterator[Metric]:
        jobs = GaugeMetricFamily("tracker_jobs", "Jobs by name and state.", labels=("job", "state"))
        for name, state, number in db.session.execute(
            select(Job.name, Job.state, func.count()).group_by(Job.name, Job.state)
        ):
            jobs.add_metric([name, state.value], number)
        yield jobs
        due = select(func.min(Job.run_after)).where(Job.state == JobState.WAITING, Job.run_after <= self._now)
        oldest = db.session.scalar(due)
        age = (self._now - oldest).total_seconds() if oldest else 0.0
        yield GaugeMetricFamily("tracker_jobs_oldest_due_seconds", "How long the oldest due job has waited.", age)
        mails = GaugeMetricFamily("tracker_mails", "Mails that wait or were given up.", labels=("state",))
        for unsent in (MessageState.QUEUED, MessageState.FAILED):
            waiting = db.session.scalar(select(func.count()).select_from(Message).where(Message.state == unsent))
            mails.add_metric([unsent.value], waiting or 0)
        yield mails


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    """For who has the token; where none is set, there is no such page."""
    if not current_app.config["TRACKER"].metrics_token:
        abort(404)
    if not may_ask():
        return Response("A token is needed.\n", 401, {"WWW-Authenticate": "Bearer"}, mimetype="text/plain")
    waiting = CollectorRegistry()
    waiting.register(Waiting(now()))
    return Response(generate_latest(registry()) + generate_latest(waiting), content_type=CONTENT_TYPE_LATEST)
