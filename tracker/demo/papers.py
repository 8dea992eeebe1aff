"""Real, small PDFs for the demo: many sheets set in one go, then taken apart."""

import io
import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import pikepdf
import typst
from anyascii import anyascii

SHEETS = """
#set page(paper: "a4", margin: (x: 2.4cm, y: 2.6cm))
#set text(size: 10pt, lang: "en")
#set par(leading: 0.7em)
#show heading.where(level: 1): set text(size: 17pt, weight: "regular")
#show heading.where(level: 2): set text(size: 10.5pt, fill: rgb("#385a7c"))
#show heading.where(level: 2): set block(above: 1.6em, below: 0.8em)
#let row(pair) = (text(fill: luma(90), pair.at(0)), pair.at(1))
#let rows(pairs) = grid(columns: (3.6cm, 1fr), row-gutter: 0.8em, ..pairs.map(row).flatten())
#let sheets = json(bytes(sys.inputs.sheets))
#for (number, sheet) in sheets.enumerate() {
  if number > 0 { pagebreak() }
  [= #sheet.title]
  if sheet.under != "" { text(fill: luma(90), sheet.under) }
  for part in sheet.parts {
    [== #part.title]
    if "rows" in part { rows(part.rows) }
    if "text" in part { for paragraph in part.text { par(justify: true, paragraph) } }
  }
}
"""
Sheet = dict[str, Any]


def set_sheets(sheets: Sequence[Sheet]) -> list[bytes]:
    """Each sheet as a PDF of one page."""
    whole = typst.compile(SHEETS.encode(), format="pdf", sys_inputs={"sheets": json.dumps(sheets)})
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        if len(pdf.pages) != len(sheets):
            raise ValueError("a sheet ran over its page")
        return [_alone(page) for page in pdf.pages]


def _alone(page: Any) -> bytes:
    with pikepdf.new() as single:
        single.pages.append(page)
        kept = io.BytesIO()
        single.save(kept, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return kept.getvalue()


def printable(text: str) -> str:
    """Scripts that the built-in font lacks are written in Latin letters, as many do on a CV."""
    return "".join(_letter(sign) for sign in text).strip()


def _letter(sign: str) -> str:
    name = unicodedata.name(sign, "")
    if sign.isascii() or name.startswith(("LATIN", "GREEK", "CYRILLIC", "COMBINING")) or sign in "’‘“”–":
        return sign
    return str(anyascii(sign))


def cv(name: str, answers: Mapping[str, Any]) -> Sheet:
    parts = [
        {"title": "Education", "rows": [_dated(one, one["field"], one["institution"]) for one in answers["degrees"]]},
        {
            "title": "Work",
            "rows": [_dated(one, one["title"], one.get("organisation", "")) for one in answers["history"]],
        },
    ]
    if answers.get("prizes"):
        parts.append(
            {
                "title": "Prizes and grants",
                "rows": [[str(one["year"]), f"{one['title']}, {one['organisation']}"] for one in answers["prizes"]],
            }
        )
    if answers.get("publications"):
        papers = [[str(one["year"]), printable(f"{one['title']}. {one['venue']}.")] for one in answers["publications"]]
        parts.append({"title": "Publications", "rows": papers})
    return {"title": printable(name) or "Curriculum vitae", "under": "Curriculum vitae", "parts": parts}


def _dated(entry: Mapping[str, Any], what: str, where: str) -> list[str]:
    until = entry.get("end", "now")
    return [f"{entry['start']} – {until}", printable(f"{what}, {where}")]


def transcript(name: str, answers: Mapping[str, Any]) -> Sheet:
    degree = answers["degrees"][0]
    courses = ("Statistics", "Research methods", "Physiology", "Ethics of research", "Programming", "Thesis")
    mark = degree.get("grade_raw", "passed")
    return {
        "title": "Transcript of records",
        "under": printable(f"{degree['institution']}: {degree['field']}"),
        "parts": [
            {
                "title": "Student",
                "rows": [["Name", printable(name)], ["Period", f"{degree['start']} – {degree['end']}"]],
            },
            {"title": "Results", "rows": [[course, str(mark)] for course in courses]},
        ],
    }


def essay(title: str, paragraphs: Sequence[str]) -> Sheet:
    texts = [printable(one) for one in paragraphs]
    return {"title": printable(title), "under": "", "parts": [{"title": "Summary", "text": texts}]}


def reference(referee: str, organisation: str, text: str) -> Sheet:
    return {
        "title": "Letter of reference",
        "under": printable(f"{referee}, {organisation}"),
        "parts": [{"title": "To the committee", "text": [printable(one) for one in text.split("\n\n")]}],
    }
