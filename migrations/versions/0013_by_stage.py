"""A list by stage comes out of an index: each application has the place of its stage beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("application", sa.Column("stage_place", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE application SET stage_place = (SELECT place FROM stage WHERE stage.id = application.stage_id)")
    op.create_index("ix_application_list_stage", "application", ["position_id", "stage_place", "id"])
    op.create_index("ix_application_place", "application", ["stage_place", "id"])


def downgrade() -> None:
    op.drop_index("ix_application_place", "application")
    op.drop_index("ix_application_list_stage", "application")
    op.drop_column("application", "stage_place")
