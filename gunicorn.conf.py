"""How gunicorn serves the tracker: `gunicorn wsgi:app` in this folder reads it; what the command line says wins."""

import gc
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from dotenv import load_dotenv

load_dotenv(Path(__file__).with_name(".env"))

if "tracker" not in sys.modules:  # at a HUP it is there, and stays
    gc.disable()  # next to nothing of a program that is being read is garbage; `memory.settle` looks for it, once

worker_class = "gthread"
preload_app = True
"""Once for all workers, which share its memory. HUP keeps the program; docs/operate.md says how to take a new one."""
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
control_socket_disable = True
timeout = 60
graceful_timeout = 30
keepalive = 75
"""Longer than the proxy keeps its connections (60 s), so that it is the proxy that closes them."""
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a beat every second, not for a disk
MEASURES = "tracker-metrics-"

if os.environ.get("TRACKER_METRICS_TOKEN") and "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix=MEASURES)


def child_exit(server: Any, worker: Any) -> None:
    """What an ended process had open is not counted any more; what it had answered is."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]  # the library says no types


def on_exit(server: Any) -> None:
    """The folder of measures goes, where it is ours; a HUP has read this file anew meanwhile."""
    folder = Path(os.environ.get("PROMETHEUS_MULTIPROC_DIR", ""))
    if folder.name.startswith(MEASURES):
        shutil.rmtree(folder, ignore_errors=True)
