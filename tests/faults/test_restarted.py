"""A graceful restart under load fails no request; 150 slow clients keep nobody else from being served."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.engines import wait_for_port
from tests.faults.book import ROUNDS, Finding, rounds, write_down
from tests.faults.caller import Lost
from tests.faults.deeds import comment
from tests.faults.institute import Institute
from tests.mail_server import free_port
from tests.servers import environ, served
from tracker.bench.processes import children_of

RESTART = "graceful restart"
SLOW = "150 slow clients"


@contextmanager
def gunicorn(here: Institute) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """As README and docs/operate.md run it."""
    port = free_port()
    program = str(Path(sys.executable).with_name("gunicorn"))  # by which it begins itself anew
    command = [program, "--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    command += ["--no-control-socket", "--bind", f"127.0.0.1:{port}", "--log-level", "warning", "wsgi:app"]
    with (here.folder / "gunicorn").open("wb") as out:
        process = subprocess.Popen(command, env=environ(here.folder, **here.names), stdout=out, stderr=out)
    try:
        wait_for_port(port)
        yield process, f"http://127.0.0.1:{port}"
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(60)


@contextmanager
def door() -> Iterator[socket.socket]:
    """What a service manager holds open between one server and the next, as tracker-web.socket has it."""
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        yield listener


BEHIND = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *sys.argv[2:]])
"""
"""What a service manager does before it lets the program run: the socket is its third file."""


def gunicorn_behind(listener: socket.socket, here: Institute) -> subprocess.Popen[bytes]:
    """As tracker-web.service runs it: with the settings that ship."""
    config = Path(__file__).parents[2] / "gunicorn.conf.py"
    with (here.folder / "gunicorn").open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-c", BEHIND, str(listener.fileno()), "-c", str(config), "wsgi:app"],
            env=environ(here.folder, **here.names),
            pass_fds=(listener.fileno(),),
            stdout=out,
            stderr=out,
        )


def load(here: Institute, address: str, wanted: int, over: threading.Event) -> tuple[Counter[str], Callable[[], None]]:
    """Three people who read and write, each request on a connection of its own, until told that it is over."""
    seen: Counter[str] = Counter()
    deeds = iter([comment(here) for _ in range(wanted)])
    here.close_up()
    guard = threading.Lock()

    def person() -> None:
        while not over.is_set():
            with guard:
                deed = next(deeds, None)
            try:
                seen[str(here.chairing.get(address, "/positions").status)] += 1
                if deed is not None:
                    seen[str(deed.send(address).status)] += 1
            except Lost as lost:
                if str(lost) == "ConnectionRefusedError":
                    seen["refused at the door"] += 1
                    return
                seen[str(lost)] += 1

    people = [threading.Thread(target=person) for _ in range(3)]
    for one in people:
        one.start()

    def end() -> None:
        over.set()
        for one in people:
            one.join(60)

    return seen, end


def wait_for(seen: Counter[str], number: int, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while sum(seen.values()) < number and time.monotonic() < end:
        time.sleep(0.02)


def next_after(process: subprocess.Popen[bytes]) -> int:
    """The server that one told to begin anew has begun beside itself, once it has workers of its own."""
    for _ in range(2_000):
        found = [one for one in children_of(process.pid) if len(children_of(one)) == 2]
        if found:
            return found[0]
        time.sleep(0.02)
    raise AssertionError("no new server came")


def test_a_gunicorn_that_hands_over_to_a_new_program_at_the_same_door_fails_no_request(tmp_path: Path) -> None:
    """As docs/operate.md has it where no service manager holds the door: USR2, and SIGTERM to the old one."""
    with Institute.opened(tmp_path / "data") as here, gunicorn(here) as (process, address):
        seen, end = load(here, address, 60, threading.Event())
        wait_for(seen, 20)
        process.send_signal(signal.SIGUSR2)
        new = next_after(process)
        try:
            process.terminate()
            status = process.wait(60)
            wait_for(seen, sum(seen.values()) + 40)
            end()
        finally:
            os.kill(new, signal.SIGTERM)
    failed = {what: number for what, number in seen.items() if what not in {"200", "303"}}
    figures = f"{sum(seen.values())} requests, the old one ended with {status}; {failed or 'nobody'} thrown out"
    done = "gunicorn, SIGUSR2 and SIGTERM to the old one"
    write_down(Finding(RESTART, done, "sqlite", 1, sum(seen.values()), sum(failed.values()), figures))
    assert (failed, status) == ({}, 0)


def test_a_gunicorn_that_renews_its_workers_fails_no_request(tmp_path: Path) -> None:
    times = rounds(1)
    with Institute.opened(tmp_path / "data") as here, gunicorn(here) as (process, address):
        seen, end = load(here, address, 60 * times, threading.Event())
        for _ in range(times):
            wait_for(seen, sum(seen.values()) + 20)
            process.send_signal(signal.SIGHUP)
            wait_for(seen, sum(seen.values()) + 40)
        end()
    failed = {what: number for what, number in seen.items() if what not in {"200", "303"}}
    figures = f"{sum(seen.values())} requests during it"
    write_down(Finding(RESTART, "gunicorn, SIGHUP", "sqlite", times, sum(seen.values()), sum(failed.values()), figures))
    assert failed == {}


def test_a_gunicorn_ended_and_begun_anew_behind_a_socket_that_stays_fails_no_request(tmp_path: Path) -> None:
    """Who comes while there is none waits at the door for the next."""
    times, statuses = rounds(1), []
    with Institute.opened(tmp_path / "data") as here, door() as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        process = gunicorn_behind(listener, here)
        try:
            seen, end = load(here, address, 60 * times, threading.Event())
            for _ in range(times):
                wait_for(seen, sum(seen.values()) + 20)
                process.terminate()
                statuses.append(process.wait(60))
                process = gunicorn_behind(listener, here)
                wait_for(seen, sum(seen.values()) + 20)
            end()
        finally:
            process.terminate()
            process.wait(60)
    failed = {what: number for what, number in seen.items() if what not in {"200", "303"}}
    figures = f"{sum(seen.values())} requests, ended with {set(statuses)}; {failed or 'nobody'} thrown out"
    done = "gunicorn, SIGTERM and begun anew, behind a socket that stays"
    write_down(Finding(RESTART, done, "sqlite", times, sum(seen.values()), sum(failed.values()), figures))
    assert (failed, set(statuses)) == ({}, {0})


@pytest.mark.parametrize("server", ["tracker serve", "gunicorn"] if ROUNDS in os.environ else ["tracker serve"])
def test_a_server_told_to_end_fails_no_form_that_was_begun(tmp_path: Path, server: str) -> None:
    """Connections that wait at gunicorn's door when it closes are reset by the kernel: counted, and no form is lost."""
    with Institute.opened(tmp_path / "data") as here, ExitStack() as stack:
        if server == "gunicorn":
            process, address = stack.enter_context(gunicorn(here))
        else:
            running, address = stack.enter_context(served(here.folder, **here.names))
            process = running.process
        seen, end = load(here, address, 60, threading.Event())
        wait_for(seen, 20)
        process.send_signal(signal.SIGTERM)
        status = process.wait(60)
        end()
    failed = {what: n for what, n in seen.items() if what not in {"200", "303", "refused at the door"}}
    lost = sum(failed.values())
    figures = f"ended with {status}; {failed or 'nobody'} thrown out"
    write_down(Finding(RESTART, f"{server}, SIGTERM", "sqlite", 1, sum(seen.values()), lost, figures))
    assert status == 0
    if server == "tracker serve":
        assert failed == {}
    else:
        assert set(failed) <= {"ConnectionResetError", "RemoteDisconnected"}


def test_slow_clients_keep_nobody_from_being_served(tmp_path: Path) -> None:
    """Each sends its request a byte at a time; as many others ask as usual."""
    number = 150
    with Institute.opened(tmp_path / "data") as here, ExitStack() as stack:
        deeds = [comment(here) for _ in range(5)]
        here.close_up()
        server, address = stack.enter_context(served(here.folder, **here.names))
        host, port = urlsplit(address).netloc.split(":")
        slow = [stack.enter_context(socket.create_connection((host, int(port)), timeout=60)) for _ in range(number)]
        for n, one in enumerate(slow):
            head = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" if n % 2 else b"GET / HT"
            one.sendall(head)
        took = []
        for deed in deeds:
            for one in slow:
                one.sendall(b"x")
            begun = time.monotonic()
            assert deed.send(address).status == 303
            assert here.chairing.get(address, "/positions").status == 200
            took.append(time.monotonic() - begun)
        server.kill()
    figures = f"slowest page and form beside them {max(took):.2f} s"
    write_down(Finding(SLOW, "tracker serve", "sqlite", 1, 2 * len(deeds), 0, figures))
