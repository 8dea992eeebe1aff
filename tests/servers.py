"""Real processes for tests: `tracker serve` and `tracker work`, started, spoken to, stopped and killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from types import TracebackType
from urllib.error import HTTPError, URLError
from urllib.request import HTTPCookieProcessor, build_opener

from tests.mail_server import free_port

TRACKER = (sys.executable, "-m", "tracker.cli")


def environ(folder: Path, **names: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    given = {f"TRACKER_{name}": value for name, value in names.items()}
    return kept | {"TRACKER_DATA_DIR": str(folder), "PYTHONPATH": str(Path.cwd()), "PYTHONUNBUFFERED": "1"} | given


def run(*arguments: str, folder: Path, **names: str) -> subprocess.CompletedProcess[str]:
    """A command to its end, in a folder without an .env file."""
    return subprocess.run(
        [*TRACKER, *arguments],
        env=environ(folder, **names),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


class Server:
    """A running process of ours; what it prints goes to a file."""

    command: tuple[str, ...] = TRACKER

    def __init__(self, *arguments: str, folder: Path, **names: str) -> None:
        self.output = folder / f"output-{time.monotonic_ns()}"
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                [*self.command, *arguments], env=environ(folder, **names), cwd=folder, stdout=out, stderr=out
            )

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)

    def printed(self) -> str:
        return self.output.read_text("utf-8", "replace")

    def wait_for(self, words: str, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while words not in self.printed():
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"never said {words!r}:\n{self.printed()}")
            time.sleep(0.05)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self, seconds: float = 30) -> int:
        """Ask it to end, as a service manager does; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)


class Gunicorn(Server):
    """The site as a machine of an institute serves it, by the settings that ship."""

    command = (sys.executable, "-m", "gunicorn", "-c", str(Path(__file__).parents[1] / "gunicorn.conf.py"), "wsgi:app")


@contextmanager
def served(folder: Path, *arguments: str, **names: str) -> Iterator[tuple[Server, str]]:
    """A server that answers, and its address."""
    port = free_port()
    with Server("serve", "--port", str(port), *arguments, folder=folder, **names) as server:
        server.wait_for("Serving on")
        yield server, f"http://127.0.0.1:{port}"


def status_of(address: str) -> int:
    """What a browser with cookies ends up with; 0 where nobody answers."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    try:
        with browser.open(address, timeout=30) as answer:
            return int(answer.status)
    except HTTPError as error:
        error.close()
        return error.code
    except (URLError, ConnectionError):
        return 0
