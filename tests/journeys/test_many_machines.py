"""An institute of several machines: PostgreSQL, Valkey, S3 and SMTP with TLS, two web servers and two workers.

A candidate applies, a member reviews, the chair moves, HR exports, each request on another machine than the one before;
then the logs are read for what must not stand there, the measures are added up, and the doctor comes.
"""

import json
import re
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
import trustme
from flask import Flask

from tests.applications.phd import SECTIONS, make_phd, pdf
from tests.databases import PostgreSql, make_app, migrate
from tests.engines import S3, port_of, sealed, valkey_running, wait_for_port
from tests.factories import PASSWORD, make_conflict, make_hr, make_seat, make_staff, move_of
from tests.journeys.browser import Browser
from tests.mail_server import MailServer, free_port
from tests.servers import Gunicorn, Server, run
from tracker.messages.actions import install_shipped
from tracker.models import Application, Document, DocumentState, Export, PositionRole, StageKind
from tracker.plumbing import storage
from tracker.plumbing.clock import now
from tracker.plumbing.database import db

TOKEN = "the-token-of-who-watches"
CANDIDATE, EMAIL, SECRET = "Oluwaseun Brânză", "seun@candidates.example", "many quiet rivers at night"


@dataclass
class Institute:
    app: Flask
    machines: list[str]
    processes: list[Server]
    post: MailServer
    names: dict[str, str]
    folder: Path


@pytest.fixture
def institute(postgresql: PostgreSql, s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Institute]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    monkeypatch.setenv("WEB_CONCURRENCY", "1")
    with ExitStack() as stack:
        post = stack.enter_context(MailServer.running(context))
        valkey = stack.enter_context(valkey_running())
        names = {
            "DATABASE_URL": postgresql.create("machines"),
            "REDIS_URL": f"rediss://127.0.0.1:{stack.enter_context(sealed(port_of(valkey), context))}/0",
            "STORAGE_URL": s3.bucket(through=stack.enter_context(sealed(s3.port, context)), scheme="https"),
            "SMTP_URL": f"smtp://127.0.0.1:{post.port}?starttls=1",
            "SECRET_KEY": "one key for all machines, 32 letters or more",
            "METRICS_TOKEN": TOKEN,
            "UNDO_MINUTES": "0",
            "BASE_URL": "http://tracker.example.org",
        }
        app = make_app(tmp_path / "test", **names)
        migrate(app)
        ports = [free_port(), free_port()]
        processes = []
        for number, port in enumerate(ports):
            folder = tmp_path / f"machine-{number}"
            folder.mkdir()
            more: dict[str, Any] = {"folder": folder, **names}
            processes.append(stack.enter_context(Gunicorn("-b", f"127.0.0.1:{port}", **more)))
            processes.append(stack.enter_context(Server("work", **more)))
        for port in ports:
            wait_for_port(port, 180)
            requests.get(f"http://127.0.0.1:{port}/healthz", timeout=180).raise_for_status()
        with app.app_context():
            yield Institute(app, [f"http://127.0.0.1:{port}" for port in ports], processes, post, names, tmp_path)
            db.session.remove()
            db.engine.dispose()
        for process in processes:
            assert process.stop() == 0


def until(true: Callable[[], object], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        db.session.rollback()
        time.sleep(0.05)


def enter(institute: Institute, email: str) -> Browser:
    browser = Browser(institute.machines)
    page = browser.send("/sign-in", "/sign-in", {"email": email, "password": PASSWORD})
    assert (page.status, page.path) == (200, "/desk")
    return browser


def letters_to(institute: Institute, email: str) -> list[Any]:
    return [one for one in institute.post.letters if email in str(one["To"])]


def test_the_way_of_an_application_over_two_machines(institute: Institute) -> None:
    install_shipped(now())
    chair, reviewer, hr = make_staff(password=PASSWORD), make_staff(password=PASSWORD), make_hr(password=PASSWORD)
    position = make_phd(chair=chair, closes_at=now() + timedelta(days=30))
    make_seat(position, reviewer, PositionRole.MEMBER)
    db.session.commit()

    candidate = sign_up(institute)
    application = apply(candidate, position.id)
    until(lambda: len(letters_to(institute, EMAIL)) == 2)  # to confirm the address, and that the application is in

    workflow = position.workflow
    assert workflow is not None
    for person in (chair, reviewer):
        make_conflict(application, person)
    start, reject = move_of(workflow, "start_review", "intake"), move_of(workflow, "reject", "review")
    scores = {f"score_{one.id}": "4" for one in position.criteria}
    desk = f"/desk/applications/{application.id}"
    people = {name: person.email for name, person in (("chair", chair), ("reviewer", reviewer), ("hr", hr))}
    db.session.commit()

    chairing = enter(institute, people["chair"])
    assert chairing.send(f"{desk}/moves/{start.id}", "/moves/").status == 200
    reviewing = enter(institute, people["reviewer"])
    review = scores | {"recommendation": "yes", "strengths": "Sound and careful.", "act": "submit"}
    assert reviewing.send(f"{desk}/review", "/review$", review).status == 200
    words = {"reason": "research_match", "subject": "About your application", "body": "Dear candidate, no."}
    assert chairing.send(f"{desk}/moves/{reject.id}", "/moves/", words).status == 200
    db.session.expire_all()
    assert (application.stage_kind, application.reviews_in) == (StageKind.REJECTED, 1)
    until(lambda: len(letters_to(institute, EMAIL)) == 3)
    assert "Not selected" in candidate.get(f"/applications/{application.id}").text

    exporting = enter(institute, people["hr"])
    assert exporting.send("/desk/exports", "/desk/exports$", {"file_format": "xlsx"}).status == 200
    until(lambda: db.session.query(Export).filter(Export.ready_at.is_not(None)).count() == 1)
    export = db.session.query(Export).one()
    file = exporting.get(f"/desk/exports/{export.id}/file")
    assert export.storage_key is not None
    assert (file.status, file.answer.content) == (200, storage.read(export.storage_key))
    for browser in (candidate, chairing, reviewing, exporting):
        browser.close()

    code = application.code
    db.session.rollback()
    logs_hold_nothing_personal(institute, code)
    every_request_is_counted_and_every_machine_ready(institute)
    the_doctor_is_content(institute)


def sign_up(institute: Institute) -> Browser:
    candidate = Browser(institute.machines)
    page = candidate.send("/sign-up", "/sign-up", {"name": CANDIDATE, "email": EMAIL, "password": SECRET})
    assert page.path.startswith("/verification")
    until(lambda: letters_to(institute, EMAIL))
    letter = letters_to(institute, EMAIL)[0].get_body(("plain",)).get_content()
    found = re.search(r"http://tracker\.example\.org(/link/verify/\S+)", letter)
    assert found is not None
    confirm = candidate.get(found.group(1))
    assert candidate.send(confirm.path, "/verification$").status == 200
    return candidate


def apply(candidate: Browser, position: str) -> Application:
    page = candidate.send(f"/positions/{position}/apply", "/apply$")
    here = re.match(r"/applications/[^/]+", page.path)
    assert here is not None
    for section, answers in SECTIONS.items():
        values = {f"q-{name}": value for name, value in answers.items()} | {"do": "next"}
        path = f"{here.group()}/sections/{section}"
        assert candidate.send(path, "/sections/", values).status == 200
    cv = {"q-cv": ("CV.pdf", pdf(2), "application/pdf")}
    assert candidate.send(f"{here.group()}/sections/documents", "/sections/", files=cv).status == 200
    until(lambda: db.session.query(Document.state).all() == [(DocumentState.READY,)])
    sent = candidate.send(f"{here.group()}/check", "/submit$")
    assert (sent.status, sent.path) == (200, f"{here.group()}/receipt")
    application = db.session.get(Application, here.group().rpartition("/")[2])
    assert application is not None
    assert application.stage_kind is StageKind.INTAKE
    return application


def logs_hold_nothing_personal(institute: Institute, code: str) -> None:
    """Of all that was written, sent and typed on this way."""
    written = "\n".join(one.printed() for one in institute.processes)
    told = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    answered = [one for one in told if one["event"] == "answered"]
    assert len(answered) > 50
    assert {one["status"] // 100 for one in answered} <= {2, 3}
    assert len({one["request"] for one in answered}) == len(answered)
    assert {one["person"] for one in answered} >= {None}
    answers = [str(one) for section in SECTIONS.values() for one in section.values() if len(str(one)) > 6]
    links = re.findall(r"/link/\w+/(\S+)", "\n".join(str(one) for one in institute.post.letters))
    secrets = [
        CANDIDATE,
        "Oluwaseun",
        EMAIL,
        "candidates.example",
        SECRET,
        PASSWORD,
        "Sound and careful",
        "Dear candid",
    ]
    secrets += [TOKEN, "one key for all machines", "CV.pdf", "uni.example", "thora", "李小龙", code]
    for secret in [*secrets, *answers, *links]:
        assert secret not in written
    assert "Traceback" not in written


def every_request_is_counted_and_every_machine_ready(institute: Institute) -> None:
    counted = 0.0
    for machine in institute.machines:
        told = requests.get(f"{machine}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=180).text
        counted += sum(map(float, re.findall(r"^tracker_request_seconds_count\{.*\} (\S+)", told, re.M)))
        assert 'tracker_jobs{job="send_message",state="done"}' in told
        ready = requests.get(f"{machine}/readyz", timeout=180).json()
        assert ready == {
            "ready": True, "degraded": False, "database": True, "migrations": True, "storage": True, "jobs": True,
            "redis": "answers",
        }  # fmt: skip
    assert counted > 50


def the_doctor_is_content(institute: Institute) -> None:
    done = run("doctor", "--json", folder=institute.folder, **institute.names)
    found = {one["what"]: one["word"] for one in json.loads(done.stdout)}
    assert {name for name, word in found.items() if word != "ok"} <= {"settings", "disk"}
    assert len(found) == 15
