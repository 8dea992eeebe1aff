"""The funnel of everything is counted out of an index of four columns, a tenth of what it was."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SENT = sa.text("submitted_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_application_reached",
        "application",
        ["position_id", "stage_kind", "furthest", "origin"],
        sqlite_where=SENT,
        postgresql_where=SENT,
    )


def downgrade() -> None:
    op.drop_index("ix_application_reached", "application")
