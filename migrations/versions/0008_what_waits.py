"""Desks and boards find what waits in indexes; the database itself remembers when an applicant was last told."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

UNTOLD = "stage_kind IN ('ineligible', 'rejected') AND (told_at IS NULL OR told_at < stage_since)"
BY_STAGE = ["position_id", "stage_id", "stage_since", "id", "submitted_at", "candidate_id", "reviews_in", "stage_kind"]
BY_STAGE_BEFORE = ["position_id", "stage_id", "submitted_at", "candidate_id", "id", "reviews_in", "stage_kind"]
PARTIAL = (
    ("ix_application_under_way", "application", "position_id submitted_at id candidate_id stage_id", "ended_at IS NULL"),
    ("ix_application_untold", "application", "position_id stage_since id candidate_id", UNTOLD),
    ("ix_notice_unread", "notice", "person_id at", "read_at IS NULL"),
)
REPLACED = (
    ("ix_application_stage", "application", BY_STAGE_BEFORE, "ix_application_stage", BY_STAGE),
    ("ix_assignment_person_id", "assignment", ["person_id"], "ix_assignment_person", ["person_id", "due_at", "application_id"]),
    ("ix_message_counts", "message", ["state", "application_id"], "ix_message_counts", ["state", "created_at", "application_id"]),
)
"""The old index of a table, and the one that takes its place."""

LATEST = "SELECT max(created_at) FROM message WHERE application_id = {id} AND state <> 'cancelled'"
TELL = f"UPDATE application SET told_at = ({LATEST}) WHERE id = {{id}}"
ADDED = "NEW.application_id IS NOT NULL AND NEW.state <> 'cancelled'"
CHANGED = "NEW.application_id IS NOT NULL AND OLD.state <> NEW.state AND 'cancelled' IN (OLD.state, NEW.state)"
REMOVED = "OLD.application_id IS NOT NULL AND OLD.state <> 'cancelled'"
WHEN = (("added", "INSERT", ADDED, "NEW"), ("changed", "UPDATE OF state", CHANGED, "NEW"), ("removed", "DELETE", REMOVED, "OLD"))


def upgrade() -> None:
    for old, table, _, new, columns in REPLACED:
        op.drop_index(old, table)
        op.create_index(new, table, columns)
    op.add_column("application", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(f"UPDATE application SET told_at = ({LATEST.format(id='application.id')})")  # noqa: S608  # no value
    for name, table, names, where in PARTIAL:
        op.create_index(
            name, table, names.split(), sqlite_where=sa.text(where), postgresql_where=sa.text(where)
        )
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for what, act, when, row in WHEN:
        (sqlite_trigger if on_sqlite else postgresql_trigger)(what, act, when, f"{row}.application_id")


def sqlite_trigger(what: str, act: str, when: str, its: str) -> None:
    op.execute(f"CREATE TRIGGER message_{what} AFTER {act} ON message WHEN {when} BEGIN {TELL.format(id=its)}; END")


def postgresql_trigger(what: str, act: str, when: str, its: str) -> None:
    op.execute(
        f"CREATE FUNCTION message_{what}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {TELL.format(id=its)}; RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER message_{what} AFTER {act} ON message "
        f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION message_{what}()"
    )


def downgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for what, *_ in WHEN:
        op.execute(f"DROP TRIGGER message_{what}" if on_sqlite else f"DROP TRIGGER message_{what} ON message")
        if not on_sqlite:
            op.execute(f"DROP FUNCTION message_{what}()")
    for name, table, *_ in PARTIAL:
        op.drop_index(name, table)
    op.drop_column("application", "told_at")
    for old, table, columns, new, _ in REPLACED:
        op.drop_index(new, table)
        op.create_index(old, table, columns)
