"""The floor: the own queries of the list and of the dossier in Flask with nothing around them, in small templates.

On an engine as SQLAlchemy makes one: what the program does with its own must not move what it is measured by.
"""

from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import Engine, bindparam, create_engine, event, select

from tracker.dossiers.parts import Extra, parts_statement
from tracker.dossiers.rows import found_lines, narrow
from tracker.dossiers.walking import PAGE
from tracker.models import Application, Person, Review, Score, SiteRole, Stage
from tracker.reviews.queries import COLUMNS
from tracker.rules.facets import Facet
from tracker.rules.roles import Standing

REVIEWS = (
    select(*COLUMNS, Score.criterion_id, Score.value)
    .join(Person, Person.id == Review.reviewer_id)
    .outerjoin(Score, Score.review_id == Review.id)
    .where(Review.application_id == bindparam("application"))
    .order_by(Review.submitted_at, Review.started_at, Review.id)
)
HR = Standing("nobody", SiteRole.HR, is_staff=True)

LIST = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Applications</title></head><body>
<h1>Applications</h1><table><thead><tr><th>Name</th><th>Stage</th><th>Reviews</th><th>Submitted</th></tr></thead><tbody>
{% for row in rows %}<tr><td><a href="/applications/{{ row.id }}">{{ row.name }}</a></td>
<td>{{ row.stage_label.en }}</td><td>{{ row.reviews_in }}</td>
<td>{{ row.submitted_at.strftime("%d %b %Y, %H:%M") }}</td></tr>
{% endfor %}</tbody></table></body></html>"""
ONE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ row.name }}</title></head><body>
<h1>{{ row.name }}</h1><dl>{% for name, value in row._mapping.items() %}<dt>{{ name }}</dt><dd>{{ value }}</dd>
{% endfor %}</dl><ul>{% for part in parts %}
<li>{{ part.part }} {{ part.who or '' }} {{ part.a or '' }} {{ part.text or part.data or '' }}</li>
{% endfor %}</ul><ol>{% for one in reviews %}<li>{{ one.reviewer }}: {{ one.value }} {{ one.strengths }}</li>
{% endfor %}</ol></body></html>"""


def bare_app(engine: Engine) -> Flask:
    """Two pages over the same database: no session, no person, no rule."""
    app = Flask("floor")
    bare = create_engine(engine.url)
    event.listen(engine, "engine_disposed", lambda _: bare.dispose())
    app.jinja_loader = DictLoader({"page.html": LIST, "one.html": ONE})

    @app.get("/positions/<position_id>")
    def rows(position_id: str) -> str:
        newest = (Application.submitted_at.desc(), Application.id.desc())
        page = narrow(HR, Application.id).where(Application.position_id == position_id).order_by(*newest).limit(PAGE)
        query = found_lines(HR, page.subquery()).order_by(*newest)
        with bare.connect() as connection:
            return render_template("page.html", rows=connection.execute(query).all())

    @app.get("/applications/<application_id>")
    def row(application_id: str) -> str:
        facts = Application.name, Application.position_id, Application.started_at, Stage.label, Stage.workflow_id
        query = select(*facts).join(Stage, Stage.id == Application.stage_id).where(Application.id == application_id)
        with bare.connect() as connection:
            row = connection.execute(query).one()
            of = {"application": application_id, "position": row.position_id}
            of |= {"workflow": row.workflow_id, "since": row.started_at}
            parts = connection.execute(parts_statement(frozenset(Facet), frozenset({Extra.NAMES})), of).all()
            reviews = connection.execute(REVIEWS, of).all()
        return render_template("one.html", row=row, parts=parts, reviews=reviews)

    return app
