"""What was done to the program, how often, and what was lost: printed, and kept for docs/faults.md."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

BOOK = "FAULT_BOOK"
"""Names the file that findings are added to, one line of JSON each."""
ROUNDS = "FAULT_ROUNDS"
"""How often each fault is made, where the short form is not enough."""


@dataclass(frozen=True)
class Finding:
    fault: str
    """The row of the table, in its words."""
    done: str
    engine: str
    rounds: int
    checked: int
    """Things that were looked at afterwards."""
    lost: int
    """Of those, how many were lost, doubled, torn or answered wrongly."""
    figures: str = ""

    def __str__(self) -> str:
        more = f"; {self.figures}" if self.figures else ""
        return f"{self.done} [{self.engine}]: {self.rounds} rounds, {self.checked} checked, {self.lost} lost{more}"


def write_down(finding: Finding) -> None:
    print(f"\n{finding}")
    if path := os.environ.get(BOOK):
        with Path(path).open("a", encoding="utf-8") as book:
            book.write(json.dumps(asdict(finding)) + "\n")


def rounds(short: int) -> int:
    """So often in the short form; as often as FAULT_ROUNDS says in the long one."""
    return int(os.environ.get(ROUNDS, short))
