"""Every form that is sent twice finds its first answer; the key that comments had for it goes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sent_form",
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_sent_form")),
    )
    with op.batch_alter_table("sent_form", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sent_form_at"), ["at"], unique=False)
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_constraint("uq_comment_form_key", type_="unique")
        batch_op.drop_column("form_key")


def downgrade() -> None:
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("form_key", sa.String(length=40), nullable=True))
        batch_op.create_unique_constraint("uq_comment_form_key", ["form_key"])
    op.drop_table("sent_form")
