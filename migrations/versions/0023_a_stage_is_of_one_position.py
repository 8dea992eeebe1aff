"""PostgreSQL takes the stage and the position of an application for two things, and so most of a call for a handful."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

NAME = "application_stage_is_of_one_position"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE STATISTICS {NAME} (dependencies) ON position_id, stage_id FROM application")
        op.execute("ANALYZE application")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP STATISTICS {NAME}")
