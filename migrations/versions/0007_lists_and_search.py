"""Lists find their pages, counts and words in indexes: one for each order, and the engine's own for search."""

import sqlalchemy as sa
from alembic import op

from tracker.rules.search_text import index_text

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_application_list_name": ["position_id", "sort_name", "id"],
    "ix_application_list_score": ["position_id", "sort_score", "id"],
    "ix_application_list_reviews": ["position_id", "reviews_in", "id"],
    "ix_application_list_waiting": ["position_id", "stage_since", "id"],
    "ix_application_name": ["sort_name", "id"],
    "ix_application_score": ["sort_score", "id"],
    "ix_application_reviews": ["reviews_in", "id"],
    "ix_application_waiting": ["stage_since", "id"],
    "ix_application_funnel": [
        *("position_id", "stage_kind", "furthest", "origin", "submitted_at", "candidate_id", "id")
    ],
}
COUNTED = ["position_id", "stage_id", "submitted_at", "candidate_id", "id", "reviews_in", "stage_kind"]
PARTS = ("open_text", "identity_text", "hidden_text")
SQLITE = (
    """CREATE VIRTUAL TABLE search_application USING fts5(open_text, identity_text, hidden_text,
    content='application_text', content_rowid='number', detail='none', prefix='1 2 3',
    tokenize="unicode61 remove_diacritics 0 categories 'L* M* N*'")""",
    "INSERT INTO search_application(search_application) VALUES ('rebuild')",
    """CREATE TRIGGER search_application_added AFTER INSERT ON application_text BEGIN
    INSERT INTO search_application(rowid, open_text, identity_text, hidden_text)
    VALUES (NEW.number, NEW.open_text, NEW.identity_text, NEW.hidden_text); END""",
    """CREATE TRIGGER search_application_removed AFTER DELETE ON application_text BEGIN
    INSERT INTO search_application(search_application, rowid, open_text, identity_text, hidden_text)
    VALUES ('delete', OLD.number, OLD.open_text, OLD.identity_text, OLD.hidden_text); END""",
    """CREATE TRIGGER search_application_changed AFTER UPDATE ON application_text BEGIN
    INSERT INTO search_application(search_application, rowid, open_text, identity_text, hidden_text)
    VALUES ('delete', OLD.number, OLD.open_text, OLD.identity_text, OLD.hidden_text);
    INSERT INTO search_application(rowid, open_text, identity_text, hidden_text)
    VALUES (NEW.number, NEW.open_text, NEW.identity_text, NEW.hidden_text); END""",
)
SQLITE_BACK = (
    *(f"DROP TRIGGER search_application_{what}" for what in ("added", "removed", "changed")),
    "DROP TABLE search_application",
)
POSTGRESQL = """CREATE INDEX search_application ON application_text USING gin (array_to_tsvector(array_remove(
    string_to_array(open_text || ' ' || identity_text || ' ' || hidden_text, ' '), '')))"""


def upgrade() -> None:
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("sort_name", sa.String(length=200), sa.Computed("lower(name)", persisted=True), nullable=False)
        )
        batch_op.add_column(
            sa.Column(
                "sort_score",
                sa.Numeric(precision=6, scale=3),
                sa.Computed("coalesce(score, -1)", persisted=True),
                nullable=False,
            )
        )
    with op.batch_alter_table("application", schema=None) as batch_op:
        for name, columns in INDEXES.items():
            batch_op.create_index(name, columns)
        batch_op.drop_index("ix_application_stage")
        batch_op.create_index("ix_application_stage", COUNTED)
    op.drop_index("ix_entry_by_id", "entry")  # few wrote much: engines took it where the thing's own chain is short
    op.drop_index("ix_conflict_person_id", "conflict")
    op.create_index("ix_conflict_reader", "conflict", ["person_id", "blocks", "application_id", "was_blind"])
    op.drop_index("ix_review_reviewer_id", "review")
    op.create_index("ix_review_reviewer", "review", ["reviewer_id", "state", "application_id"])
    op.create_index("ix_message_counts", "message", ["state", "application_id"])
    op.drop_index("ix_message_application_id", "message")
    op.create_index("ix_message_told", "message", ["application_id", "created_at", "state"])
    op.rename_table("application_text", "application_text_before")
    make_texts("application_text", numbered=True)
    copy_texts()
    op.drop_table("application_text_before")
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else (POSTGRESQL,):
        op.execute(statement)


def downgrade() -> None:
    for statement in SQLITE_BACK if op.get_bind().dialect.name == "sqlite" else ("DROP INDEX search_application",):
        op.execute(statement)
    op.rename_table("application_text", "application_text_after")
    make_texts("application_text", numbered=False)
    op.execute(
        "INSERT INTO application_text (application_id, open_text, identity_text, hidden_text) "
        "SELECT application_id, open_text, identity_text, hidden_text FROM application_text_after"
    )
    op.drop_table("application_text_after")
    op.drop_index("ix_message_counts", "message")
    op.drop_index("ix_message_told", "message")
    op.create_index("ix_message_application_id", "message", ["application_id"])
    op.drop_index("ix_conflict_reader", "conflict")
    op.create_index("ix_conflict_person_id", "conflict", ["person_id"])
    op.create_index("ix_entry_by_id", "entry", ["by_id"])
    op.drop_index("ix_review_reviewer", "review")
    op.create_index("ix_review_reviewer_id", "review", ["reviewer_id"])
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_index("ix_application_stage")
        batch_op.create_index("ix_application_stage", ["position_id", "stage_id"])
        for name in INDEXES:
            batch_op.drop_index(name)
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_column("sort_score")
        batch_op.drop_column("sort_name")


def make_texts(name: str, *, numbered: bool) -> None:
    """The names of the constraints are those of the table that is there already, which PostgreSQL renamed alone."""
    if op.get_bind().dialect.name == "postgresql":
        old = "application_text_before" if numbered else "application_text_after"
        op.execute(f"ALTER TABLE {old} DROP CONSTRAINT pk_application_text CASCADE")
        op.execute(f"ALTER TABLE {old} DROP CONSTRAINT fk_application_text_application_id")
        if not numbered:
            op.execute(f"ALTER TABLE {old} DROP CONSTRAINT uq_application_text_application_id")
    whole = [
        sa.Column("application_id", sa.String(length=16), nullable=False),
        *(sa.Column(part, sa.Text(), nullable=False) for part in PARTS),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name="fk_application_text_application_id",
            ondelete="CASCADE",
        ),
    ]
    key = "number" if numbered else "application_id"
    whole.append(sa.PrimaryKeyConstraint(key, name="pk_application_text"))
    if numbered:
        whole.insert(0, sa.Column("number", sa.Integer(), nullable=False))
        whole.append(sa.UniqueConstraint("application_id", name="uq_application_text_application_id"))
    op.create_table(name, *whole)


def copy_texts() -> None:
    """The texts as words; of those submitted, with the code that everybody may look for."""
    connection = op.get_bind()
    before = connection.execute(
        sa.text(
            "SELECT t.application_id, a.code, t.open_text, t.identity_text, t.hidden_text "
            "FROM application_text_before t JOIN application a ON a.id = t.application_id"
        )
    ).all()
    rows = [
        {
            "application_id": row.application_id,
            "open_text": index_text(row.code, row.open_text),
            "identity_text": index_text(row.identity_text),
            "hidden_text": index_text(row.hidden_text),
        }
        for row in before
    ]
    table = sa.table("application_text", sa.column("application_id"), *(sa.column(part) for part in PARTS))
    for start in range(0, len(rows), 1_000):
        connection.execute(sa.insert(table), rows[start : start + 1_000])
