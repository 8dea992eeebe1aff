"""Looks into one PDF and writes it anew without what could act; run as a program of its own, within limits.

    python -I document_check.py IN OUT MOST_PAGES

Prints one line of JSON: {"pages": 3}, {"refused": "encrypted"}, or {"failed": 28} where the machine and not the file
was at fault. Imports nothing of the tracker: what reads a stranger's file holds no secrets, has little memory and
little time, and may die.
"""

import contextlib
import json
import os
import resource
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

MEMORY = 1536 * 1024 * 1024
SECONDS = 20
BEHIND = 5
"""How nice: whoever waits for a page goes before whoever waits for a check."""
DEEPEST = 60
MOST_OBJECTS = 400_000

WAYS = ("/GoTo", "/URI")
"""The only actions that stay: they lead to a page or a link."""
LINKS = ("http://", "https://", "mailto:")
PACKERS = ("/FlateDecode", "/Fl", "/LZWDecode", "/LZW")
ELSEWHERE = ("/F", "/FFilter", "/FDecodeParms")
"""A stream whose bytes stand in another file, or behind an address that would be asked."""
ALIVE = frozenset(("/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D", "/Widget"))
"""Annotations that carry a file, play something or take input; what a filled form shows is first drawn on its page."""
CARRIERS = ("/AA", "/JS", "/JavaScript", "/EmbeddedFiles", "/AF", "/EF", "/RF", "/XFA", "/Ref")
DROPPED = (*CARRIERS, "/Metadata", "/PieceInfo", "/Collection")
ROOT_DROPPED = ("/OpenAction", "/AcroForm", "/Perms", "/DSS", "/Extensions", "/Legal", "/Requirements", "/URI")


class Refused(Exception):
    pass


def check(data_path: Path, clean_path: Path, most_pages: int) -> int:
    """Write the harmless copy and give its number of pages; Refused with the reason."""
    import pikepdf

    head = data_path.open("rb").read(1024)
    if b"%PDF-" not in head:
        raise Refused("not_pdf")
    try:
        pdf = pikepdf.open(data_path, suppress_warnings=True, attempt_recovery=True)
    except pikepdf.PasswordError:
        raise Refused("encrypted") from None
    except Exception:
        raise Refused("damaged") from None
    with pdf:
        if pdf.is_encrypted:
            raise Refused("encrypted")
        pages = _count(pdf, most_pages)
        _draw_fields(pdf)
        _disarm(pdf, pikepdf)
        clean = BytesIO()  # not the file: a disk that is full is no fault of the document's
        pdf.save(
            clean,
            min_version="1.7",
            linearize=False,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            compress_streams=True,
            fix_metadata_version=False,
        )
    _look_again(clean, pages, pikepdf)
    clean_path.write_bytes(clean.getvalue())
    return pages


def _look_again(clean: BytesIO, pages: int, pikepdf: Any) -> None:
    """What was mended while it was read must be readable as it was written."""
    clean.seek(0)
    try:
        with pikepdf.open(clean, suppress_warnings=True, attempt_recovery=False) as copy:
            same = len(copy.pages) == pages
    except Exception:
        same = False
    if not same:
        raise Refused("damaged")


def _count(pdf: Any, most_pages: int) -> int:
    try:
        pages = len(pdf.pages)
    except Exception:
        raise Refused("damaged") from None
    if pages == 0:
        raise Refused("damaged")
    if pages > most_pages:
        raise Refused("too_many_pages")
    return pages


def _draw_fields(pdf: Any) -> None:
    """What was typed into the fields of a form becomes part of the page, since the fields go."""
    if "/AcroForm" not in pdf.Root:
        return
    with contextlib.suppress(Exception):
        _drop(pdf.Root["/AcroForm"], "/XFA")
        pdf.generate_appearance_streams()
        pdf.flatten_annotations("all")


def _disarm(pdf: Any, pikepdf: Any) -> None:
    for name in ROOT_DROPPED:
        _drop(pdf.Root, name)
    with contextlib.suppress(KeyError, AttributeError):
        del pdf.trailer["/Info"]
    if len(pdf.objects) > MOST_OBJECTS:
        raise Refused("too_complex")
    for thing in pdf.objects:
        for dictionary in _dictionaries(thing, pikepdf):
            _clean(dictionary, pikepdf)


def _dictionaries(thing: Any, pikepdf: Any, depth: int = 0) -> Iterator[Any]:
    """The dictionaries that stand in an object itself; what it refers to has its own turn."""
    if depth > DEEPEST:
        raise Refused("too_complex")
    if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        yield thing
        children = [thing.get(key) for key in list(thing.keys())]
    elif isinstance(thing, pikepdf.Array):
        children = list(thing)
    else:
        return
    for child in children:
        if isinstance(child, pikepdf.Object) and not child.is_indirect:
            yield from _dictionaries(child, pikepdf, depth + 1)


def _clean(dictionary: Any, pikepdf: Any) -> None:
    for name in DROPPED:
        _drop(dictionary, name)
    if isinstance(dictionary, pikepdf.Stream):
        _clean_stream(dictionary, pikepdf)
    for name in ("/A", "/PA", "/Next", "/OpenAction"):
        if _is_act(dictionary.get(name), pikepdf):
            _drop(dictionary, name)
    annotations = dictionary.get("/Annots")
    if isinstance(annotations, pikepdf.Array):
        kept = [one for one in annotations if not _is_alive(one, pikepdf)]
        if len(kept) < len(annotations):
            dictionary["/Annots"] = pikepdf.Array(kept)


def _clean_stream(stream: Any, pikepdf: Any) -> None:
    """Packed twice, a thousand bytes open to a billion: nobody writes so, and no reader's machine should try."""
    for name in ELSEWHERE:
        _drop(stream, name)
    filters = stream.get("/Filter")
    if isinstance(filters, pikepdf.Array) and sum(str(one) in PACKERS for one in filters) > 1:
        raise Refused("too_complex")


def _is_act(action: Any, pikepdf: Any) -> bool:
    if isinstance(action, pikepdf.Array):
        return any(_is_act(one, pikepdf) for one in action)
    if not isinstance(action, pikepdf.Dictionary) or "/S" not in action:
        return False
    return str(action["/S"]) not in WAYS or ("/URI" in action and not _is_link(action["/URI"]))


def _is_link(target: Any) -> bool:
    return str(target).strip().casefold().startswith(LINKS)


def _is_alive(annotation: Any, pikepdf: Any) -> bool:
    if not isinstance(annotation, pikepdf.Dictionary):
        return True
    return str(annotation.get("/Subtype", "")) in ALIVE


def _drop(dictionary: Any, name: str) -> None:
    with contextlib.suppress(KeyError, TypeError, ValueError):
        if name in dictionary:
            del dictionary[name]


def _limit() -> None:
    os.nice(BEHIND)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(arguments: list[str]) -> int:
    _limit()
    data_path, clean_path, most_pages = Path(arguments[0]), Path(arguments[1]), int(arguments[2])
    try:
        answer: dict[str, Any] = {"pages": check(data_path, clean_path, most_pages)}
    except Refused as reason:
        answer = {"refused": str(reason)}
    except OSError as error:
        answer = {"failed": error.errno}
    except (MemoryError, RecursionError):
        answer = {"refused": "too_complex"}
    except Exception:
        answer = {"refused": "damaged"}
    sys.stdout.write(json.dumps(answer) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
