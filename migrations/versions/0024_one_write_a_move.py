"""A move writes its application once, not a second time for the message that goes with it; and who waits for long is
found among those under way from their index alone, without their rows.
"""

from alembic import op
from sqlalchemy import text

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

NAME = "ix_application_under_way"
UNDER_WAY = text("ended_at IS NULL")
COLUMNS = "position_id submitted_at id candidate_id stage_id stage_since ended_at"
COLUMNS_BEFORE = "position_id submitted_at id candidate_id stage_id ended_at"

TELL = (
    "UPDATE application SET told_at = NEW.created_at "
    "WHERE id = NEW.application_id AND (told_at IS NULL OR told_at < NEW.created_at)"
)
TELL_BEFORE = (
    "UPDATE application SET told_at = (SELECT max(created_at) FROM message "
    "WHERE application_id = NEW.application_id AND state <> 'cancelled') WHERE id = NEW.application_id"
)
WHEN = "NEW.application_id IS NOT NULL AND NEW.state <> 'cancelled'"


def upgrade() -> None:
    make_index(COLUMNS)
    make_trigger(TELL)


def downgrade() -> None:
    make_trigger(TELL_BEFORE)
    make_index(COLUMNS_BEFORE)


def make_index(columns: str) -> None:
    op.drop_index(NAME, "application")
    op.create_index(NAME, "application", columns.split(), sqlite_where=UNDER_WAY, postgresql_where=UNDER_WAY)


def make_trigger(deed: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER message_added")
        op.execute(f"CREATE TRIGGER message_added AFTER INSERT ON message WHEN {WHEN} BEGIN {deed}; END")
    else:
        op.execute(
            "CREATE OR REPLACE FUNCTION message_added() RETURNS trigger LANGUAGE plpgsql "
            f"AS $$ BEGIN {deed}; RETURN NULL; END $$"
        )
