"""Runs what attacks, and writes what it found as docs/attacks.md: `python -m tests.trust.report`."""

import sys
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.trust.table import ROLES, ROWS

HERE = Path(__file__).parent
PAGE = HERE.parent.parent / "docs" / "attacks.md"
SHORT = {"in": "·", "sign in": "sign in"}


class Ledger:
    """What each test of the run came to."""

    def __init__(self) -> None:
        self.cases: dict[str, Counter[str]] = defaultdict(Counter)
        self.counted: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" and report.passed:
            return
        self.cases[report.nodeid.split("[")[0]][report.outcome] += 1
        self.counted.update({name: number for name, number in report.user_properties if name.startswith("attack ")})


def page(ledger: Ledger, now: datetime) -> str:
    asked, refused, faults = (ledger.counted[f"attack {what}"] for what in ("asked", "refused", "faults"))
    failed = sum(found["failed"] for found in ledger.cases.values())
    lines = [
        "# Attacks",
        "",
        f"Written by `python -m tests.trust.report` on {now:%Y-%m-%d %H:%M} UTC.",
        f"{asked} questions of a route by a role, {refused} to be refused; {faults} answered otherwise than said;",
        f"{failed} tests failed.",
        "",
        "`·` comes in; a number is the status of the refusal; `door` asks for a declaration or a reason first.",
        "",
        f"| thing | routes | {' | '.join(ROLES)} |",
        f"|---|---|{'---|' * len(ROLES)}",
    ]
    for row in ROWS:
        cells = (SHORT.get(said, said) for said in map(row.expected, ROLES))
        lines.append(f"| {row.thing} | {len(row.routes)} | {' | '.join(cells)} |")
    lines += ["", "| attack | cases | passed |", "|---|---|---|"]
    for name, found in sorted(ledger.cases.items()):
        words = name.split("::")[-1].removeprefix("test_").replace("_", " ")
        lines.append(f"| {words} | {found.total()} | {found['passed']} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    ledger = Ledger()
    status = pytest.main([str(HERE), "-q", *sys.argv[1:]], plugins=[ledger])
    PAGE.write_text(page(ledger, datetime.now(UTC)), "utf-8")
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
