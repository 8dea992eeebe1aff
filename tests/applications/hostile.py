"""PDFs that somebody means ill with, made on the spot."""

from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.applications.phd import pdf


def _saved(made: pikepdf.Pdf, **how: Any) -> bytes:
    out = BytesIO()
    made.save(out, **how)
    return out.getvalue()


def _page() -> pikepdf.Pdf:
    made = pikepdf.new()
    made.add_blank_page()
    return made


def with_script() -> bytes:
    made = _page()
    action = Dictionary(S=Name.JavaScript, JS=String("app.alert('HOSTILE')"))
    made.Root.OpenAction = made.make_indirect(action)
    made.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), made.make_indirect(action)])))
    made.pages[0].obj.AA = Dictionary(O=action)
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
    made.pages[0].obj.Annots = Array([made.make_indirect(link)])
    return _saved(made)


def with_launch() -> bytes:
    made = _page()
    act = Dictionary(
        S=Name.GoTo, D=Array([made.pages[0].obj, Name.Fit]), Next=Dictionary(S=Name.Launch, F=String("HOSTILE.exe"))
    )
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=act)
    made.pages[0].obj.Annots = Array([link])
    return _saved(made)


def with_file() -> bytes:
    made = _page()
    made.attachments["HOSTILE.exe"] = b"MZ HOSTILE"
    file = Dictionary(Type=Name.Filespec, F=String("HOSTILE"), EF=Dictionary(F=made.make_stream(b"MZ HOSTILE")))
    note = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9]), FS=file)
    made.pages[0].obj.Annots = Array([made.make_indirect(note)])
    return _saved(made)


def with_metadata() -> bytes:
    made = _page()
    made.docinfo["/Author"] = "HOSTILE"
    with made.open_metadata() as metadata:
        metadata["dc:creator"] = ["HOSTILE"]
    made.pages[0].obj.PieceInfo = Dictionary(HOSTILE=Dictionary(Private=String("HOSTILE")))
    return _saved(made)


def polyglot() -> bytes:
    """A web page before, an archive after."""
    return b"<html><script>HOSTILE</script>\n" + pdf() + b"\nPK\x03\x04HOSTILE"


def encrypted(user: str = "") -> bytes:
    return _saved(_page(), encryption=pikepdf.Encryption(owner="secret", user=user))


def huge(pages: int = 900) -> bytes:
    made = _page()
    for _ in range(pages - 1):
        made.pages.append(made.pages[0])
    return _saved(made)


def deep() -> bytes:
    nested = b"[" * 20_000 + b"]" * 20_000
    return (
        b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R/X " + nested + b">>\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )


def endless() -> bytes:
    """Pages that are their own children."""
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )
