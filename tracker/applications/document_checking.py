"""Has one PDF looked at by a program of its own, which may fail, hang or die without harm to anybody else."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tracker.plumbing.scratch import scratch
from tracker.plumbing.storage import StorageAway
from tracker.rules.sentences import Sentence, say

CHECKER: Final = Path(__file__).with_name("document_check.py")
PATIENCE: Final = 90
"""Seconds: four times what the checker may use of a processor, since it steps back for others."""
ROOM: Final = 4
"""The file, its harmless copy, and what lies between, as often as the file is large."""

NOT_PDF: Final = say(
    "This is not a PDF. Save it as PDF, for example with “Save as” or “Print to PDF”, and upload that."
)
REFUSALS: Final[dict[str, Sentence]] = {
    "not_pdf": NOT_PDF,
    "encrypted": say("This PDF is protected with a password. Save a copy without protection and upload that."),
    "damaged": say("This PDF cannot be read. Open it, print it to a new PDF, and upload that."),
    "too_many_pages": say("This document has more pages than this question takes. Shorten it and upload it again."),
    "too_complex": say("This PDF is too complex to check. Print it to a new, simple PDF, and upload that."),
    "too_large": say("This file is too large. Save it as a smaller PDF, for example with fewer or smaller pictures."),
    "empty": say("This file is empty. Choose the document again."),
}


@dataclass(frozen=True)
class Verdict:
    """The harmless copy with its number of pages, or why there is none."""

    data: bytes = b""
    pages: int = 0
    refusal: Sentence | None = None


def look_into(data: bytes, *, most_pages: int, most_bytes: int) -> Verdict:
    """StorageAway where there is no room to look: then later."""
    with scratch(room=ROOM * len(data)) as folder:
        original, clean = folder / "original", folder / "clean"
        original.write_bytes(data)
        answer = _ask([str(original), str(clean), str(most_pages)], str(folder))
        if "failed" in answer:
            raise StorageAway(f"a document could not be looked into: error {answer['failed']}")
        if "pages" not in answer:
            return Verdict(refusal=REFUSALS.get(str(answer.get("refused")), REFUSALS["damaged"]))
        if clean.stat().st_size > 2 * most_bytes:
            return Verdict(refusal=REFUSALS["too_large"])
        return Verdict(data=clean.read_bytes(), pages=int(str(answer["pages"])))


def _ask(arguments: list[str], folder: str) -> dict[str, object]:
    """Its one line of JSON; a checker that dies or takes too long has found the file too complex."""
    try:
        done = subprocess.run(  # noqa: S603 - our own program, with paths we made
            [sys.executable, "-I", str(CHECKER), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            cwd=folder,
            env={"PATH": os.defpath, "TMPDIR": folder, "LANG": "C.UTF-8"},
            check=False,
        )
        answer = json.loads(done.stdout.decode("utf-8"))
    except (subprocess.TimeoutExpired, ValueError):
        return {"refused": "too_complex"}
    return answer if isinstance(answer, dict) else {}


def first_look(data: bytes, *, most_bytes: int) -> Sentence | None:
    """What can be said at once, before the file is kept at all."""
    if not data:
        return REFUSALS["empty"]
    if len(data) > most_bytes:
        return REFUSALS["too_large"]
    if b"%PDF-" not in data[:1024]:
        return NOT_PDF
    return None
