"""Titles of a theme's projects and prizes are said in both languages; what stood there is the English."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
TABLES = ("theme_project", "theme_prize")
LONGEST = 300


def upgrade() -> None:
    for name in TABLES:
        _turn(name, sa.JSON(), lambda title: {"en": title})


def downgrade() -> None:
    for name in TABLES:
        _turn(name, sa.String(length=LONGEST), lambda title: (title.get("en") or next(iter(title.values()), ""))[:LONGEST])


def _turn(name: str, kind: Any, turned: Callable[[Any], Any]) -> None:
    """Put the titles, turned, into a column of that kind under the same name."""
    before = sa.JSON() if isinstance(kind, sa.String) else sa.String(length=LONGEST)
    with op.batch_alter_table(name, schema=None) as batch_op:
        batch_op.add_column(sa.Column("turned", kind, nullable=True))
    table = sa.table(name, sa.column("id", sa.String), sa.column("title", before), sa.column("turned", kind))
    for row in op.get_bind().execute(sa.select(table.c.id, table.c.title)).all():
        op.get_bind().execute(table.update().where(table.c.id == row.id).values(turned=turned(row.title)))
    with op.batch_alter_table(name, schema=None) as batch_op:
        batch_op.drop_column("title")
        batch_op.alter_column("turned", new_column_name="title", existing_type=kind, nullable=False)
