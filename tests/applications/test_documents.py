"""Documents are looked into before anybody gets them, and belong to one person."""

import errno
import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask import Flask

from tests.applications import hostile
from tests.applications.phd import candidate, fields, make_phd, pdf, save, start, upload
from tests.visitor import Visitor
from tracker.applications import documents
from tracker.applications.document_checking import CHECKER, REFUSALS, look_into
from tracker.applications.drafts import documents_of
from tracker.models import Application, Document, DocumentState
from tracker.plumbing import storage
from tracker.plumbing.database import db
from tracker.plumbing.history import broken_in
from tracker.plumbing.jobs import run_due

MEGABYTE = 1024 * 1024

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def draft(app: Flask, signed_in: Any, client: Visitor) -> Application:
    signed_in(candidate())
    return start(client, make_phd())


def only(draft: Application) -> Document:
    db.session.expire_all()
    (document,) = documents_of(draft)
    return document


@pytest.mark.parametrize(
    "make",
    [
        hostile.with_script,
        hostile.with_launch,
        hostile.with_file,
        hostile.with_metadata,
        hostile.polyglot,
        hostile.with_script_link,
        hostile.with_file_link,
        hostile.with_form_that_sends,
        hostile.with_way_elsewhere,
        hostile.with_picture_elsewhere,
        hostile.with_page_elsewhere,
    ],
)
def test_what_could_act_or_tell_is_gone_from_the_copy(make: Any) -> None:
    original = make()
    assert b"HOSTILE" in original or b"HOSTILE" in _unpacked(original)
    verdict = look_into(original, most_pages=4, most_bytes=MEGABYTE)
    assert (verdict.refusal, verdict.pages) == (None, 1)
    for word in (b"HOSTILE", b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/OpenAction", b"<html", b"PK\x03\x04"):
        assert word not in _unpacked(verdict.data)


def _unpacked(data: bytes) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(data)) as opened:
        opened.save(
            out,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.all,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (hostile.encrypted(), "encrypted"),
        (hostile.encrypted("asked"), "encrypted"),
        (hostile.huge(), "too_many_pages"),
        (b"%PDF-1.7\nnothing more", "damaged"),
        (pdf()[:200], "damaged"),
        (hostile.endless(), "damaged"),
        (hostile.itself(), "damaged"),
        (hostile.shared_pages(), "damaged"),
        (hostile.packed_twice(), "too_complex"),
    ],
)
def test_what_cannot_be_made_harmless_is_refused(data: bytes, reason: str) -> None:
    assert look_into(data, most_pages=300, most_bytes=MEGABYTE).refusal == REFUSALS[reason]


def test_a_file_made_to_break_the_checker_breaks_only_the_checker() -> None:
    assert look_into(hostile.deep(), most_pages=300, most_bytes=MEGABYTE).refusal is not None


def test_what_was_typed_into_a_form_stays_on_the_page() -> None:
    made = pikepdf.new()
    page = made.add_blank_page()
    field = made.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T=pikepdf.String("grade"),
            V=pikepdf.String("Cum laude"),
            DA=pikepdf.String("/Helv 12 Tf 0 g"),
            Rect=pikepdf.Array([50, 50, 250, 80]),
            F=4,
        )
    )
    page.obj.Annots = pikepdf.Array([field])
    name = pikepdf.Name
    helv = pikepdf.Dictionary(
        Type=name.Font, Subtype=name.Type1, BaseFont=name.Helvetica, Encoding=name.WinAnsiEncoding
    )
    fonts = pikepdf.Dictionary(Font=pikepdf.Dictionary(Helv=helv))
    made.Root.AcroForm = pikepdf.Dictionary(
        Fields=pikepdf.Array([field]), DA=pikepdf.String("/Helv 12 Tf 0 g"), DR=fonts, NeedAppearances=True
    )
    out = BytesIO()
    made.save(out)
    clean = _unpacked(look_into(out.getvalue(), most_pages=4, most_bytes=MEGABYTE).data)
    assert b"Cum laude" in clean
    assert b"/AcroForm" not in clean


@pytest.mark.parametrize("name", ["CV 李小龙.pdf", "سيرة محمد.pdf", "Þ.pdf", "a'b; (1).pdf", "../../etc/passwd.pdf"])
def test_a_document_keeps_its_name_and_is_given_to_its_owner_alone_as_a_download(
    client: Visitor, draft: Application, name: str
) -> None:
    assert upload(client, draft, pdf(2, Author="me"), name).status_code == 303
    waiting = only(draft)
    assert waiting.state is DocumentState.CHECKING
    assert client.get(f"/documents/{waiting.id}").status_code == 404
    original = waiting.storage_key
    run_due()
    document = only(draft)
    assert (document.state, document.pages, document.file_name) == (DocumentState.READY, 2, name.rsplit("/", 1)[-1])
    assert document.storage_key != original
    assert not storage.exists(original)
    answer = client.get(f"/documents/{document.id}")
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.data == storage.read(document.storage_key)
    seen = client.get(f"/documents/{document.id}?view=1")
    assert seen.headers["Content-Disposition"].startswith("inline; ")
    assert seen.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 a Word file", b"\x89PNG", b"<html>"])
def test_what_is_no_pdf_by_content_is_refused_at_once(client: Visitor, draft: Application, data: bytes) -> None:
    answer = upload(client, draft, data, "looks-like.pdf")
    assert answer.status_code == 422
    assert "has-error" in answer.text
    assert documents_of(draft) == []


def test_a_refused_document_says_what_to_do_and_its_bytes_are_gone(client: Visitor, draft: Application) -> None:
    upload(client, draft, hostile.huge(9))
    key = only(draft).storage_key
    run_due()
    document = only(draft)
    assert document.state is DocumentState.REFUSED
    assert not storage.exists(key)
    page = client.get(f"/applications/{draft.id}/sections/documents").text
    assert "Shorten it and upload it again." in page
    assert client.get(f"/documents/{document.id}").status_code == 404


def test_a_replacement_takes_over_only_when_it_has_passed(client: Visitor, draft: Application) -> None:
    upload(client, draft, pdf(1), "first.pdf")
    run_due()
    first = only(draft)
    key = first.storage_key
    upload(client, draft, hostile.encrypted(), "locked.pdf")
    run_due()
    db.session.expire_all()
    assert {one.file_name: one.state for one in documents_of(draft)} == {
        "first.pdf": DocumentState.READY,
        "locked.pdf": DocumentState.REFUSED,
    }
    upload(client, draft, pdf(3), "second.pdf")
    run_due()
    assert only(draft).file_name == "second.pdf"
    assert not storage.exists(key)


def test_all_files_of_a_page_arrive_together(client: Visitor, draft: Application) -> None:
    files = {f"q-{key}": (BytesIO(pdf(1)), f"{key}.pdf", "application/pdf") for key in ("cv", "transcript", "diploma")}
    files["q-diploma"] = (BytesIO(b"no pdf"), "diploma.pdf", "application/pdf")
    address = f"/applications/{draft.id}/sections/documents"
    answer = client.post(address, data=fields(draft, "documents") | files | {"do": "next"})
    assert answer.status_code == 422
    run_due()
    db.session.expire_all()
    assert {one.file_name: one.state for one in documents_of(draft)} == {
        "cv.pdf": DocumentState.READY,
        "transcript.pdf": DocumentState.READY,
    }
    assert list(broken_in("application", draft.id)) == []


def test_more_documents_than_may_be_are_refused_together(
    client: Visitor, draft: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "MOST_DOCUMENTS", 2)
    upload(client, draft, pdf(1))
    files = {f"q-{key}": (BytesIO(pdf(1)), f"{key}.pdf", "application/pdf") for key in ("transcript", "diploma")}
    address = f"/applications/{draft.id}/sections/documents"
    assert client.post(address, data=fields(draft, "documents") | files).status_code == 429
    assert only(draft).question == "cv"


def test_a_document_can_be_removed_until_it_is_sent(client: Visitor, draft: Application) -> None:
    upload(client, draft, pdf(1))
    run_due()
    document = only(draft)
    key, number = document.storage_key, document.id
    answer = save(client, draft, "documents", do=f"delete:{number}")
    assert answer.status_code == 303
    run_due()
    db.session.expire_all()
    assert documents_of(draft) == []
    assert not storage.exists(key)


def test_the_page_waits_for_the_check_and_then_stops_asking(client: Visitor, draft: Application) -> None:
    upload(client, draft, pdf(1))
    number = only(draft).id
    headers = {"HX-Request": "true"}
    assert "hx-trigger" in client.get(f"/documents/{number}/state", headers=headers).text
    run_due()
    settled = client.get(f"/documents/{number}/state", headers=headers).text
    assert "hx-trigger" not in settled
    assert "checked and ready" in settled


def test_too_large_is_said_before_it_is_kept(client: Visitor, draft: Application) -> None:
    answer = upload(client, draft, pdf() + b"\n" * (6 * MEGABYTE))
    assert answer.status_code == 422
    assert "too large" in answer.text
    assert upload(client, draft, pdf() + b"\n" * (12 * MEGABYTE)).status_code == 413


def test_the_check_may_run_twice_and_after_the_document_is_gone(client: Visitor, draft: Application) -> None:
    from tracker.applications.documents import check_document

    upload(client, draft, pdf(1))
    number = only(draft).id
    run_due()
    before = only(draft).storage_key
    check_document(number)
    assert only(draft).storage_key == before
    check_document("nothing")


def test_a_checked_document_can_be_looked_at_on_the_page_and_only_there_or_by_its_owner(
    app: Flask, signed_in: Any, client: Visitor
) -> None:
    signed_in(candidate())
    draft = start(client, make_phd())
    upload(client, draft, pdf())
    pages = [f"/applications/{draft.id}/sections/documents", f"/applications/{draft.id}/check"]
    assert [client.get(page).text.count("<iframe") for page in pages] == [0, 0]
    run_due()
    db.session.expire_all()
    (document,) = documents_of(draft)
    frame = f'loading="lazy" src="/documents/{document.id}?view=1#navpanes=0&amp;pagemode=none&amp;view=FitH"'
    shown = [client.get(page) for page in pages]
    assert [page.text.count(frame) for page in shown] == [1, 1]
    assert all("frame-src 'self'" in page.headers["Content-Security-Policy"] for page in shown)
    file = client.get(f"/documents/{document.id}?view=1")
    assert (file.mimetype, file.headers["X-Frame-Options"]) == ("application/pdf", "SAMEORIGIN")
    assert file.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'self'"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.headers["Content-Disposition"].startswith("inline;")
    assert client.get(f"/documents/{document.id}").headers["Content-Disposition"].startswith("attachment;")


def test_a_full_disk_is_no_fault_of_the_document(tmp_path: Path) -> None:
    original = tmp_path / "original"
    original.write_bytes(pdf())
    command = [sys.executable, "-I", str(CHECKER), str(original), "/dev/full", "10"]
    done = subprocess.run(command, capture_output=True, check=True)
    assert json.loads(done.stdout) == {"failed": errno.ENOSPC}
