"""What is under way is counted out of its index alone: SQLite asks an index for the column that makes it partial, too."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

NAME, UNDER_WAY = "ix_application_under_way", sa.text("ended_at IS NULL")
COLUMNS = ["position_id", "submitted_at", "id", "candidate_id", "stage_id"]


def upgrade() -> None:
    make_anew([*COLUMNS, "ended_at"])


def downgrade() -> None:
    make_anew(COLUMNS)


def make_anew(columns: list[str]) -> None:
    op.drop_index(NAME, "application")
    op.create_index(NAME, "application", columns, sqlite_where=UNDER_WAY, postgresql_where=UNDER_WAY)
