"""What a reader declared stands in an index in the order of the list, so that the two are walked side by side."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ITS_OWN = "(SELECT {column} FROM application WHERE application.id = conflict.application_id)"
POSITION, MOMENT = (f"{column} = {ITS_OWN.format(column=column)}" for column in ("position_id", "submitted_at"))
PAIR = "application_id = NEW.application_id AND person_id = NEW.person_id"
BEFORE = f"UPDATE conflict SET {POSITION} WHERE {PAIR}"
DECLARED = f"UPDATE conflict SET {POSITION}, {MOMENT} WHERE {PAIR}"

NAME, READER = "ix_conflict_reader", "person_id position_id was_blind submitted_at application_id"
READER_BEFORE = "person_id position_id was_blind application_id"


def upgrade() -> None:
    op.add_column("conflict", sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(f"UPDATE conflict SET {MOMENT}")
    set_trigger(DECLARED)
    set_index(READER)


def downgrade() -> None:
    set_trigger(BEFORE)
    set_index(READER_BEFORE)
    op.drop_column("conflict", "submitted_at")


def set_index(columns: str) -> None:
    op.drop_index(NAME, "conflict")
    op.create_index(NAME, "conflict", columns.split())


def set_trigger(deed: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER conflict_added")
        op.execute(
            f"CREATE TRIGGER conflict_added AFTER INSERT ON conflict WHEN NEW.position_id = '' BEGIN {deed}; END"
        )
    else:
        op.execute(
            "CREATE OR REPLACE FUNCTION conflict_added() RETURNS trigger LANGUAGE plpgsql "
            f"AS $$ BEGIN {deed}; RETURN NULL; END $$"
        )
