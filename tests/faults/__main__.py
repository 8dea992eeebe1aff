"""Make every fault many times and write docs/faults.md: python -m tests.faults --rounds 12"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.faults.book import BOOK, ROUNDS

PAGE = Path("docs/faults.md")
HERE = Path(__file__).parent
MUST_HOLD = {
    "kill -9 at any moment of submit, upload, review, move, comment, autosave, mail, job": (
        "nothing acknowledged is lost, doubled or torn; a file has its row and a row its file after the sweep; "
        "serving again within 5 s"
    ),
    "kill -9 in a migration": "old or new schema, can be run again",
    "power loss": "an answer is given after the commit has been synced",
    "database locked or away": "waits, or 503 with Retry-After; never a 500; recovers by itself",
    "Redis or S3 away": "waits, or 503 with Retry-After; never a 500, never more open",
    "disk full": "clean refusal, reading goes on, recovers by itself",
    "SMTP down, 451, 550, hanging": "no request waits for it; each message once; refusals visible",
    "deadline ± 1 second": "the server's clock decides, across daylight saving; the draft is kept",
    "graceful restart": "no failed request",
    "150 slow clients": "others are served",
    "30 submissions a second with 5 MB PDFs on 2 cores": "none lost, page p95 ≤ 1 s, submit p95 ≤ 3 s",
}
"""In the order of the page; the findings name their fault in these words."""
ELSEWHERE = """
Shown by tests alone, which count nothing: **double click, back button, retry** in `tests/faults/test_sent_twice.py`;
**two people change one thing** for every form of the staff in `tests/trust/test_behind.py`, acts at one moment in
`tests/trust/test_at_once.py`, and in `tests/applications/test_autosave.py` and `tests/reviews/test_reviews.py`;
**worker dies in a job** in
`tests/plumbing/test_jobs.py`, `tests/commands/test_serving.py` and, for a letter within a minute,
`tests/faults/test_mail_away.py`; **what a killed process leaves on the disk** in `tests/faults/test_left_behind.py`.
"""


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    asked.add_argument("--rounds", type=int, default=12, help="how often each fault is made")
    asked.add_argument("--book", type=Path, help="findings that are there already; makes the page of them alone")
    options = asked.parse_args()
    if options.book is not None:
        PAGE.write_text(page(findings(options.book)), "utf-8")
        return
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "book"
        environ = os.environ | {ROUNDS: str(options.rounds), BOOK: str(book)}
        done = subprocess.run([sys.executable, "-m", "pytest", str(HERE), "-s", "-q"], env=environ, check=False)
        PAGE.write_text(page(findings(book)), "utf-8")
    sys.exit(done.returncode)


def findings(book: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in book.read_text("utf-8").splitlines()]


def page(found: list[dict[str, Any]]) -> str:
    by_fault: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in found:
        by_fault[one["fault"]].append(one)
    lines = [
        "# Faults: what was done to the program, and what was lost",
        "",
        f"Made on {datetime.now(UTC):%d %B %Y} by `python -m tests.faults`, {os.cpu_count()} cores,",
        f"Python {platform.python_version()}. A round is one kill, one outage, one restart. Checked are the things",
        "that were looked at afterwards; lost are those of them that were gone, doubled, torn or answered wrongly.",
        "The short form of each runs with the tests.",
    ]
    for fault, holds in MUST_HOLD.items():
        lines += ["", f"## {fault[0].upper()}{fault[1:]}", "", f"Must hold: {holds}.", ""]
        lines += ["| done | engine | rounds | checked | lost | figures |", "|---|---|---|---|---|---|"]
        rows = by_fault.get(fault, [])
        for one in rows:
            cells = (one["done"], one["engine"], one["rounds"], one["checked"], one["lost"], one["figures"])
            lines.append("| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |")
        if not rows:
            lines.append("| not measured | | | | | |")
    return "\n".join([*lines, "", "## Elsewhere", ELSEWHERE])


if __name__ == "__main__":
    main()
