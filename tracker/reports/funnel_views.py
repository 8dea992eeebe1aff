"""The report page, and the same numbers as CSV, XLSX and JSON."""

from typing import Any

from flask import Response, jsonify, render_template, request, url_for

from tracker.dossiers.filters import read_day
from tracker.dossiers.names import kind_name
from tracker.plumbing.clock import now
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.scratch import scratch
from tracker.reports.blueprint import blueprint
from tracker.reports.files import csv_lines, write_xlsx
from tracker.reports.funnel import By, Funnel, Period, Question
from tracker.reports.funnel import funnel as count
from tracker.rules.permissions import May
from tracker.web.access import requires, standing
from tracker.web.pages import attachment

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def asked() -> Question:
    """The question in the address; exact figures only for those who guard the procedure."""
    who, by = standing(), request.args.get("by", "")
    return Question(
        who=who,
        by=By(by) if by in By._value2member_map_ else By.THEME,
        period=Period(read_day(request.args.get("from", "")), read_day(request.args.get("until", ""))),
        exact=request.args.get("exact") == "yes" and (who.is_hr or who.is_admin),
    )


@blueprint.get("/desk/reports")
@requires(May.SEE_REPORTS)
def funnel() -> str:
    question = asked()
    found = count(question)
    return render_template(
        "reports/funnel.html",
        question=question,
        funnel=found,
        By=By,
        by_name=by_name,
        chart=chart(found),
        now=now(),
        may_be_exact=question.who.is_hr or question.who.is_admin,
        address=address,
        rows=rows_address,
    )


def by_name(by: By) -> str:
    names: dict[By, str] = {By.THEME: _("Theme"), By.KIND: _("Kind of position"), By.ORIGIN: _("Origin")}
    return names[by]


def chart(found: Funnel) -> dict[str, Any]:
    """For the drawing: how many came how far; a hidden number is drawn as nothing and said in the table."""
    return {
        "kind": "funnel",
        "x": [kind_name(step.kind) for step in found.steps],
        "series": [{"name": _("Applications"), "data": [step.height for step in found.steps]}],
        "stages": [step.kind.value for step in found.steps],
        "xlabel": _("Stage reached"),
        "ylabel": _("Applications"),
    }


def address(question: Question, endpoint: str = "reports.funnel", **changes: Any) -> str:
    values: dict[str, Any] = {"by": question.by.value}
    if question.period.start:
        values["from"] = question.period.start.isoformat()
    if question.period.end:
        values["until"] = question.period.end.isoformat()
    if question.exact:
        values["exact"] = "yes"
    return str(url_for(endpoint, **(values | changes)))


def rows_address(question: Question, key: str | None = None, kind: str | None = None) -> str:
    """The list of the applications behind a number."""
    values: dict[str, Any] = {"kind": kind} if kind else {}
    if key:
        values[{By.THEME: "theme", By.KIND: "for", By.ORIGIN: "origin"}[question.by]] = key
    if question.period.start:
        values["from"] = question.period.start.isoformat()
    if question.period.end:
        values["until"] = question.period.end.isoformat()
    return url_for("dossiers.across", **values)


@blueprint.get("/desk/reports/funnel.json")
@requires(May.SEE_REPORTS)
def funnel_json() -> Response:
    question = asked()
    found = count(question)
    return jsonify(
        by=question.by.value,
        exact=question.exact,
        start=question.period.start.isoformat() if question.period.start else None,
        end=question.period.end.isoformat() if question.period.end else None,
        counted_at=now().isoformat(timespec="seconds"),
        reached=[{"kind": step.kind.value, "count": step.count, "percent": step.share} for step in found.steps],
        rows=[
            {
                "key": key,
                "name": found.names[key],
                "counts": {kind.value: found.table.cells[key][kind] for kind in found.columns},
                "total": found.table.row_totals[key],
            }
            for key in found.groups
        ],
        totals={kind.value: found.table.column_totals[kind] for kind in found.columns},
        total=found.table.grand_total,
    )


@blueprint.get("/desk/reports/funnel.csv")
@requires(May.SEE_REPORTS)
def funnel_csv() -> Response:
    headings, rows = as_table(asked())
    return attachment(b"".join(csv_lines(headings, rows, bom=True)), "funnel.csv", "text/csv; charset=utf-8")


@blueprint.get("/desk/reports/funnel.xlsx")
@requires(May.SEE_REPORTS)
def funnel_xlsx() -> Response:
    headings, rows = as_table(asked())
    with scratch() as folder:
        path = folder / "funnel.xlsx"
        write_xlsx(path, "funnel", headings, rows)
        data = path.read_bytes()
    return attachment(data, "funnel.xlsx", XLSX)


def as_table(question: Question) -> tuple[list[str], list[list[str | int]]]:
    """The page's table, totals last; a number stays a number, a hidden one its sign."""
    found = count(question)
    headings = [by_name(question.by), *(kind_name(kind) for kind in found.columns), _("All")]
    rows = [
        [
            found.names[key],
            *(cell(found.table.cells[key][kind]) for kind in found.columns),
            cell(found.table.row_totals[key]),
        ]
        for key in found.groups
    ]
    totals = [cell(found.table.column_totals[kind]) for kind in found.columns]
    return headings, [*rows, [_("All"), *totals, cell(found.table.grand_total)]]


def cell(shown: str) -> str | int:
    return int(shown) if shown.isdecimal() else shown
