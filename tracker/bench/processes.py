"""What the operating system says of processes: their time on the processors, their memory, their children."""

import os
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
OWN, WITH_CHILDREN = slice(11, 13), slice(11, 15)
"""Places in /proc/N/stat behind the name: time of the process, and of its children that have ended."""


def seconds_of(pid: int, places: slice = OWN) -> float:
    """Of the processor, used by this process so far; 0 once it has ended."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        return sum(int(one) for one in fields[places]) / TICKS
    return 0.0


def seconds_of_all(pid: int) -> float:
    """Used by this process and its children, those that have ended too."""
    return seconds_of(pid, WITH_CHILDREN) + sum(seconds_of(one) for one in children_of(pid))


def children_of(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def parent_of(pid: int) -> int | None:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[1])
    return None


def is_postgresql(pid: int) -> bool:
    """Whether this number is such a process here: a server on another machine has numbers of its own."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"postgres:")
    return False


def memory_of_all(pid: int) -> int:
    """Bytes that this process and its children hold; what they share is counted once."""
    return sum(_in_kilobytes(f"/proc/{one}/smaps_rollup", "Pss") for one in [pid, *children_of(pid)]) * 1024


def memory_now() -> int:
    """Bytes this process holds."""
    return _in_kilobytes("/proc/self/status", "VmRSS") * 1024


def most_memory() -> int:
    """The most bytes this process held since it began, or since `forget_most_memory`."""
    return _in_kilobytes("/proc/self/status", "VmHWM") * 1024


def forget_most_memory() -> None:
    Path("/proc/self/clear_refs").write_text("5", "ascii")


def _in_kilobytes(file: str, name: str) -> int:
    with suppress(OSError):
        for line in Path(file).read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1])
    return 0
