"""Who walks through the newest asks of each whether its text holds a word out of one index, without looking for the text.

An application knows the number of its text, by which both indexes of words find it; a trigger keeps it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

NAME, COLUMNS = "ix_application_recent", ["submitted_at", "id"]
ALL = "UPDATE application SET text_number = (SELECT number FROM application_text WHERE application_id = application.id)"
ONE = "UPDATE application SET text_number = NEW.number WHERE id = NEW.application_id"


def upgrade() -> None:
    op.drop_index(NAME, "application")
    op.add_column("application", sa.Column("text_number", sa.Integer(), nullable=True))
    op.execute(ALL)
    op.create_index(NAME, "application", [*COLUMNS, "candidate_id", "text_number"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TRIGGER application_text_added AFTER INSERT ON application_text BEGIN {ONE}; END")
        return
    op.execute(
        f"CREATE FUNCTION application_text_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {ONE}; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER application_text_added AFTER INSERT ON application_text "
        "FOR EACH ROW EXECUTE FUNCTION application_text_added()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER application_text_added")
    else:
        op.execute("DROP TRIGGER application_text_added ON application_text")
        op.execute("DROP FUNCTION application_text_added()")
    op.drop_index(NAME, "application")
    op.drop_column("application", "text_number")
    op.create_index(NAME, "application", COLUMNS)
