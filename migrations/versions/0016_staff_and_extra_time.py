"""Staff are found among a hundred thousand candidates, and extra time among as many applications, from small indexes."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

GIVEN = sa.text("extra_until IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_person_staff",
        "person",
        ["id"],
        sqlite_where=sa.text("is_staff IS 1"),
        postgresql_where=sa.text("is_staff IS true"),
    )
    op.create_index(
        "ix_application_extra_time",
        "application",
        ["position_id", "extra_until"],
        sqlite_where=GIVEN,
        postgresql_where=GIVEN,
    )


def downgrade() -> None:
    op.drop_index("ix_application_extra_time", "application")
    op.drop_index("ix_person_staff", "person")
