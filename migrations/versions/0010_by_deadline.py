"""A list by deadline takes the first of each position out of an index."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_application_list_deadline", "application", ["position_id", "id", "candidate_id", "submitted_at"])


def downgrade() -> None:
    op.drop_index("ix_application_list_deadline", "application")
