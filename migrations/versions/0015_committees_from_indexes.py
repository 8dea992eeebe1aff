"""What each reviewer has to do, and what each has declared, is counted out of indexes; triggers keep what stands in them."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

POSITION = "position_id = (SELECT position_id FROM application WHERE application.id = {table}.application_id)"
IN = (
    "EXISTS (SELECT 1 FROM review WHERE review.application_id = assignment.application_id "
    "AND review.reviewer_id = assignment.person_id AND review.state <> 'draft')"
)
TAKES = "(SELECT takes_reviews FROM stage WHERE stage.id = {stage})"
HERE = TAKES.format(stage="(SELECT stage_id FROM application WHERE application.id = assignment.application_id)")
STANDS = f"is_in = {IN}, is_open = (NOT {IN} AND {HERE})"
PAIR = "application_id = {row}.application_id AND person_id = {row}.{person}"

ASSIGNED = f"UPDATE assignment SET {POSITION.format(table='assignment')}, {STANDS} WHERE {PAIR.format(row='NEW', person='person_id')}"
REVIEWED = f"UPDATE assignment SET {STANDS} WHERE {PAIR}"
WRITTEN, GONE = (REVIEWED.format(row=row, person="reviewer_id") for row in ("NEW", "OLD"))
MOVED = (
    f"UPDATE assignment SET {STANDS} WHERE application_id = NEW.id "
    f"AND {TAKES.format(stage='OLD.stage_id')} <> {TAKES.format(stage='NEW.stage_id')}"
)
DECLARED = f"UPDATE conflict SET {POSITION.format(table='conflict')} WHERE {PAIR.format(row='NEW', person='person_id')}"
TRIGGERS = (
    ("conflict_added", "INSERT ON conflict", "NEW.position_id = ''", DECLARED),
    ("assignment_added", "INSERT ON assignment", "NEW.person_id <> ''", ASSIGNED),
    ("review_added", "INSERT ON review", "NEW.state <> 'draft'", WRITTEN),
    ("review_changed", "UPDATE OF state ON review", "OLD.state <> NEW.state", WRITTEN),
    ("review_removed", "DELETE ON review", "OLD.state <> 'draft'", GONE),
    ("application_moved", "UPDATE OF stage_id ON application", "OLD.stage_id <> NEW.stage_id", MOVED),
)

LOAD = "position_id person_id is_in is_open due_at"
READER, READER_BEFORE = "person_id position_id was_blind application_id", "person_id blocks application_id was_blind"


def upgrade() -> None:
    for table in ("conflict", "assignment"):
        op.add_column(table, sa.Column("position_id", sa.String(length=16), nullable=False, server_default=""))
    for name in ("is_in", "is_open"):
        op.add_column("assignment", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(f"UPDATE conflict SET {POSITION.format(table='conflict')}")
    op.execute(f"UPDATE assignment SET {POSITION.format(table='assignment')}, {STANDS}")
    op.create_index("ix_assignment_load", "assignment", LOAD.split())
    op.drop_index("ix_conflict_reader", "conflict")
    op.create_index("ix_conflict_reader", "conflict", READER.split())
    op.create_index(
        "ix_conflict_blocks",
        "conflict",
        ["person_id", "position_id", "application_id", "blocks"],
        sqlite_where=sa.text("blocks IS 1"),
        postgresql_where=sa.text("blocks IS true"),
    )
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, act, when, deed in TRIGGERS:
        (sqlite_trigger if on_sqlite else postgresql_trigger)(name, act, when, deed)


def sqlite_trigger(name: str, act: str, when: str, deed: str) -> None:
    op.execute(f"CREATE TRIGGER {name} AFTER {act} WHEN {when} BEGIN {deed}; END")


def postgresql_trigger(name: str, act: str, when: str, deed: str) -> None:
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {deed}; RETURN NULL; END $$")
    op.execute(f"CREATE TRIGGER {name} AFTER {act} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, act, *_ in TRIGGERS:
        op.execute(f"DROP TRIGGER {name}" if on_sqlite else f"DROP TRIGGER {name} ON {act.rpartition(' ')[2]}")
        if not on_sqlite:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_index("ix_conflict_blocks", "conflict")
    op.drop_index("ix_conflict_reader", "conflict")
    op.create_index("ix_conflict_reader", "conflict", READER_BEFORE.split())
    op.drop_index("ix_assignment_load", "assignment")
    for table, name in (("assignment", "is_open"), ("assignment", "is_in"), ("assignment", "position_id"), ("conflict", "position_id")):
        op.drop_column(table, name)
