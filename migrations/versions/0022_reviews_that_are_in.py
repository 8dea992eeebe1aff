"""A list that asks of each row whether its reader's own review is in finds these beside each other, and no others."""

from alembic import op
from sqlalchemy import text

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

IN = text("state != 'draft'")


def upgrade() -> None:
    op.create_index(
        "ix_review_in", "review", ["reviewer_id", "application_id"], sqlite_where=IN, postgresql_where=IN
    )


def downgrade() -> None:
    op.drop_index("ix_review_in", "review")
