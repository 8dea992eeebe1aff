"""What strangers name and write comes back as words: in file names, in headers, in Markdown, in cells."""

import csv
import io
import re
import unicodedata
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from tests.applications.phd import candidate, make_phd, pdf, start, upload
from tests.factories import make_application, make_hr
from tests.trust.world import make_world
from tests.visitor import Visitor, sign_in
from tracker.applications.documents import file_name
from tracker.models import Document, Export
from tracker.plumbing.database import db
from tracker.plumbing.jobs import run_due
from tracker.web.filters import markdown

NAMES = [
    ("cv\u202efdp.exe", "cvfdp.exe.pdf"),
    ("..\\..\\evil.html", "evil.html.pdf"),
    ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie: x=1.pdf"),
    ("C:\\Users\\me\\cv.PDF", "cv.PDF"),
    ("/etc/passwd\x00.pdf", "passwd.pdf"),
    ("\u2066\u2067\u200f", "document.pdf"),
    ("..", "document.pdf"),
    (".htaccess", "htaccess.pdf"),
    ("نامه\u200cها.pdf", "نامه\u200cها.pdf"),
]
"""What was given, and how it is kept: nothing that turns the reading order, always the ending of what it is."""


@pytest.mark.parametrize(("given", "kept"), NAMES)
def test_a_file_name_says_what_the_file_is(given: str, kept: str) -> None:
    assert file_name(given) == kept


@pytest.mark.parametrize("length", [201, 5_000])
def test_a_very_long_file_name_is_cut_and_keeps_its_ending(length: int) -> None:
    for name in ("é" * length, "x" * length + ".pdf", "x." + "y" * length):
        kept = file_name(name)
        assert (len(kept) <= 200, kept.endswith(".pdf")) == (True, True)


def test_no_name_of_a_file_reaches_a_header_as_it_is(app: Flask, client: Visitor, signed_in: Any) -> None:
    signed_in(candidate())
    draft = start(client, make_phd())
    for name in ('x"; evil="1.pdf', "x\r\nEvil: 1.pdf", "cv\u202efdp.exe", "🧑‍🔬" * 40 + ".pdf"):
        assert upload(client, draft, pdf(1), name).status_code == 303
        run_due()
        document = db.session.scalars(select(Document).where(Document.state == "ready")).one()
        for query in ("", "?view=1"):
            headers = client.get(f"/documents/{document.id}{query}").headers
            said = headers["Content-Disposition"]
            assert ("Evil" in headers, "\n" in said, "\u202e" in said, said.isascii()) == (False, False, False, True)
            assert said.count('"') == 2


MARKDOWN = (
    "<script>qz()</script>",
    "[x](javascript:qz)",
    "[x](JaVaScRiPt&#58;qz)",
    "[x](data:text/html;base64,cXo=)",
    "[x](vbscript:qz)",
    "[x]( \x01javascript:qz)",
    "![x](https://evil.example/pixel.png)",
    '<img src="https://evil.example/pixel.png">',
    "<svg onload=qz>",
    "[x]: javascript:qz\n[x]",
    '<https://evil.example/?x="onmouseover=qz>',
    '[x](https://a.example "onmouseover=qz")',
    "`<img src=x onerror=qz>`",
    "<style>@import 'https://evil.example'</style>",
    "<!--><script>qz()</script>-->",
    '<a href="https://a.example" style="position:fixed" onclick="qz">x</a>',
    "<math><mtext><table><mglyph><style><!--</style><img src=x onerror=qz>",
)


@pytest.mark.parametrize("text", MARKDOWN)
def test_markdown_makes_nothing_that_acts_or_phones_home(text: str) -> None:
    tags = re.findall(r"<[a-z][^>]*>", str(markdown(text)))
    allowed = re.compile(r"<(p|em|strong|code|pre|br|ul|ol|li|h[3-5]|blockquote|hr)>")
    links = re.compile(r'<a href="(https?|mailto):[^"<>]*"( title="[^"<>]*")?( rel="noopener noreferrer")?>')
    assert [tag for tag in tags if not allowed.fullmatch(tag) and not links.fullmatch(tag)] == []


FORMULAS = (
    '=HYPERLINK("https://evil.example","x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "\u200b=1+1",
    "\ufeff=1",
    " =1+1",
    "\u3000=1+1",
    "＝1+1",
    "\u00a0@x",
    "\u2028=1",
    "\x0b=1",
)


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_no_cell_of_an_export_is_a_formula_when_it_is_opened_again(
    app: Flask, client: Visitor, file_format: str
) -> None:
    position = make_phd()
    for text in FORMULAS:
        answers = {"full_name": text, "motivation": text}
        made = make_application(position, name=text, answers=answers)
        made.candidate.name = text
    sign_in(client, make_hr())
    answer = client.post("/desk/exports", data={"what": "applications", "file_format": file_format})
    if file_format == "csv":
        rows: list[list[Any]] = list(csv.reader(io.StringIO(answer.get_data(as_text=True))))
    else:
        run_due()
        made_file = db.session.scalars(select(Export)).one().id
        answer = client.get(f"/desk/exports/{made_file}/file")
        rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    cells = [cell for row in rows for cell in row if isinstance(cell, str) and cell]
    assert len(rows) == len(FORMULAS) + 1

    def begins(cell: str) -> str:
        shown = [one for one in cell if unicodedata.category(one)[0] not in "ZC"]
        return unicodedata.normalize("NFKC", shown[0]) if shown else ""

    assert [cell for cell in cells if begins(cell) in {"=", "+", "-", "@"}] == []


PLACEHOLDERS = (
    "{candidate.__class__.__init__.__globals__}",
    "{{ config }}",
    "{% for x in [] %}",
    "%(name)s %s",
    "${7*7}",
    "{0.__class__}",
    "{candidate_name!r:>999999999}",
)


@pytest.mark.parametrize("text", PLACEHOLDERS)
def test_a_placeholder_is_a_word_of_a_list_and_nothing_else(
    app: Flask, client: Visitor, now: datetime, text: str
) -> None:
    world = make_world(now)
    sign_in(client, world.people["HR"])
    path = f"/desk/messages/{world.shared['template_id']}"
    data = dict.fromkeys(("subject-en", "subject-nl", "body-en", "body-nl", "subject", "body", "name-en"), text)
    answer = client.post(path, data=data)
    assert answer.status_code in {303, 409, 422}
    for one in (answer, client.get(path)):
        assert [word for word in ("&lt;class", "SECRET_KEY", "__main__", ">49<") if word in one.text] == []
