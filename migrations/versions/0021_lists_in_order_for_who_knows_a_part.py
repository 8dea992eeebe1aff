"""Who knows a part of the names and scores walks past the rest of a list within its index, and has the codes in order."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ORDERS = {"name": "sort_name", "score": "sort_score", "reviews": "reviews_in"}
DEADLINE = "ix_application_list_deadline"
WHO_KNOWS = ["stage_id", "candidate_id", "submitted_at"]


def upgrade() -> None:
    op.drop_index(DEADLINE, "application")
    op.create_index(DEADLINE, "application", ["position_id", "id", *WHO_KNOWS])
    for name, column in ORDERS.items():
        op.drop_index(f"ix_application_list_{name}", "application")
        op.create_index(f"ix_application_list_{name}", "application", ["position_id", column, "id", *WHO_KNOWS])
    op.create_index("ix_application_list_code", "application", ["position_id", "code", "id", *WHO_KNOWS])


def downgrade() -> None:
    op.drop_index("ix_application_list_code", "application")
    for name, column in ORDERS.items():
        op.drop_index(f"ix_application_list_{name}", "application")
        op.create_index(f"ix_application_list_{name}", "application", ["position_id", column, "id"])
    op.drop_index(DEADLINE, "application")
    op.create_index(DEADLINE, "application", ["position_id", "id", "candidate_id", "submitted_at"])
