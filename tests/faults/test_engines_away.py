"""The bucket or Redis is away: what needs it says when to come back, the rest goes on, nothing is more open."""

from pathlib import Path

import pytest

from tests.engines import S3, Gate, port_of, valkey_running
from tests.faults.book import Finding, rounds, write_down
from tests.faults.deeds import comment, upload
from tests.faults.institute import Institute
from tests.servers import served

FAULT = "Redis or S3 away"


def test_while_the_bucket_is_away_uploads_are_refused_and_the_rest_goes_on(tmp_path: Path, s3: S3) -> None:
    times = rounds(1)
    with Gate.to(s3.port) as gate, Institute.opened(tmp_path, STORAGE_URL=s3.bucket(through=gate.port)) as here:
        deeds = [upload(here) for _ in range(times)]
        words = [comment(here) for _ in range(times)]
        here.close_up()
        problems = []
        with served(here.folder, **here.names) as (server, address):
            for file, said in zip(deeds, words, strict=True):
                gate.shut()
                answer = file.send(address)
                patient = answer.status == 503 and "Retry-After" in answer.headers
                problems += [] if patient else [f"an upload says {answer.status}"]
                problems += [] if said.send(address).status == 303 else ["a comment waits for the bucket"]
                page = here.chairing.get(address, "/positions").status
                problems += [] if page == 200 else [f"a page says {page}"]
                gate.open()
                again = file.send(address).status
                problems += [] if again == 303 else [f"an upload says {again} with the bucket back"]
            assert server.stop() == 0
        problems += [f"{one.kind} is there {one.times()} times" for one in (*deeds, *words) if one.times() != 1]
        problems += here.finish_jobs()
        write_down(Finding(FAULT, "S3 away", "sqlite and S3", times, 2 * times, len(problems)))
    assert problems == []


def test_without_redis_forms_are_taken_and_mails_are_sent(tmp_path: Path) -> None:
    times = rounds(1)
    with (
        valkey_running() as url,
        Gate.to(port_of(url)) as gate,
        Institute.opened(tmp_path, REDIS_URL=f"redis://127.0.0.1:{gate.port}/0") as here,
    ):
        deeds = [comment(here) for _ in range(2 * times)]
        here.close_up()
        problems = []
        with served(here.folder, **here.names) as (server, address):
            for number, deed in enumerate(deeds):
                gate.open() if number % 2 else gate.shut()
                status = deed.send(address).status
                problems += [] if status == 303 else [f"a comment says {status}"]
                page = here.chairing.get(address, "/sign-in").status
                problems += [] if page in {200, 302} else [f"the sign-in says {page}"]
            assert server.stop() == 0
        problems += [f"{one.kind} is there {one.times()} times" for one in deeds if one.times() != 1]
        problems += here.finish_jobs() + here.posted()
        write_down(Finding(FAULT, "Redis away", "sqlite and Valkey", times, len(deeds), len(problems)))
    assert problems == []


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
