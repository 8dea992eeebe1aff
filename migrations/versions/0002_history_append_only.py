"""History is append-only: the database itself refuses to change or delete an entry."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQLITE = (
    """CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
    BEGIN SELECT RAISE(ABORT, 'history is append-only'); END""",
    """CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry
    BEGIN SELECT RAISE(ABORT, 'history is append-only'); END""",
    """CREATE TRIGGER entry_is_never_replaced BEFORE INSERT ON entry
    WHEN EXISTS (SELECT 1 FROM entry WHERE id = NEW.id
        OR (thing = NEW.thing AND thing_id = NEW.thing_id AND number = NEW.number))
    BEGIN SELECT RAISE(ABORT, 'history is append-only'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION refuse_change_of_history() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'history is append-only' USING ERRCODE = 'restrict_violation'; END $$""",
    """CREATE TRIGGER entry_is_never_changed BEFORE UPDATE OR DELETE ON entry
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_history()""",
    """CREATE TRIGGER entry_is_never_emptied BEFORE TRUNCATE ON entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_history()""",
)
SQLITE_BACK = tuple(f"DROP TRIGGER entry_is_never_{what}" for what in ("changed", "deleted", "replaced"))
POSTGRESQL_BACK = (
    "DROP TRIGGER entry_is_never_emptied ON entry",
    "DROP TRIGGER entry_is_never_changed ON entry",
    "DROP FUNCTION refuse_change_of_history()",
)


def upgrade() -> None:
    run(SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL)


def downgrade() -> None:
    run(SQLITE_BACK if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_BACK)


def run(statements: tuple[str, ...]) -> None:
    for statement in statements:
        op.execute(statement)
