"""The same for who walks through one position, and for who sees some of them."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

NAME, COLUMNS = "ix_application_list", ["position_id", "submitted_at", "id"]


def upgrade() -> None:
    make_anew([*COLUMNS, "candidate_id", "text_number"])


def downgrade() -> None:
    make_anew(COLUMNS)


def make_anew(columns: list[str]) -> None:
    op.drop_index(NAME, "application")
    op.create_index(NAME, "application", columns)
