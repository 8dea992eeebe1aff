"""PostgreSQL waits for its turn on chains of history and reads their ends in one statement.

Each statement of a volatile function sees what was committed before it began: here, before the turn came.
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ENDS = """CREATE FUNCTION ends_of_chains(things text[], ids text[])
RETURNS TABLE (thing varchar, thing_id varchar, number integer, hash varchar) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(chain.thing || ' ' || chain.id, 0))
        FROM unnest(things, ids) AS chain (thing, id);
    RETURN QUERY SELECT last.thing, last.thing_id, last.number, last.hash
        FROM unnest(things, ids) AS chain (thing, id) CROSS JOIN LATERAL (
            SELECT entry.thing, entry.thing_id, entry.number, entry.hash FROM entry
            WHERE entry.thing = chain.thing AND entry.thing_id = chain.id ORDER BY entry.number DESC LIMIT 1
        ) AS last;
END $$"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(ENDS)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ends_of_chains(text[], text[])")
