"""A list of one kind of stage, across positions, begins at the latest of that kind."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_application_stage_kind", "application")
    op.create_index("ix_application_kind", "application", ["stage_kind", "submitted_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_application_kind", "application")
    op.create_index("ix_application_stage_kind", "application", ["stage_kind"])
