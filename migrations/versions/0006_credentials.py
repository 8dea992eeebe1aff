"""Second factors, passkeys, recovery codes, linked identities; and when a session last proved who sits there."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)

    def person() -> sa.Column[str]:
        return sa.Column("person_id", sa.String(16), nullable=False)

    def of_person(table: str) -> sa.ForeignKeyConstraint:
        return sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=f"fk_{table}_person_id", ondelete="CASCADE"
        )

    op.create_table(
        "authenticator",
        sa.Column("id", sa.String(16), nullable=False),
        person(),
        sa.Column("secret", sa.String(400), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("confirmed_at", moment, nullable=True),
        of_person("authenticator"),
        sa.PrimaryKeyConstraint("id", name="pk_authenticator"),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.String(16), nullable=False),
        person(),
        sa.Column("credential_id", sa.String(1400), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.JSON(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("used_at", moment, nullable=True),
        of_person("passkey"),
        sa.PrimaryKeyConstraint("id", name="pk_passkey"),
        sa.UniqueConstraint("credential_id", name="uq_passkey_credential_id"),
    )
    op.create_table(
        "passkey_challenge",
        sa.Column("challenge_hash", sa.String(64), nullable=False),
        sa.Column("person_id", sa.String(16), nullable=True),
        sa.Column("expires_at", moment, nullable=False),
        of_person("passkey_challenge"),
        sa.PrimaryKeyConstraint("challenge_hash", name="pk_passkey_challenge"),
    )
    op.create_index("ix_passkey_challenge_expires_at", "passkey_challenge", ["expires_at"])
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.String(16), nullable=False),
        person(),
        sa.Column("code_hash", sa.String(255), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("used_at", moment, nullable=True),
        of_person("recovery_code"),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_code"),
    )
    op.create_table(
        "identity",
        sa.Column("id", sa.String(16), nullable=False),
        person(),
        sa.Column("issuer", sa.String(500), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("label", sa.String(320), nullable=False),
        sa.Column("linked_at", moment, nullable=False),
        sa.Column("used_at", moment, nullable=True),
        of_person("identity"),
        sa.PrimaryKeyConstraint("id", name="pk_identity"),
        sa.UniqueConstraint("issuer", "subject", name="uq_identity_issuer_subject"),
    )
    for table in TABLES:
        op.create_index(f"ix_{table}_person_id", table, ["person_id"])
    op.add_column("person", sa.Column("factor_since", moment, nullable=True))
    op.add_column("session", sa.Column("factor_at", moment, nullable=True))
    op.add_column("session", sa.Column("proved_at", moment, nullable=True))


TABLES = ("authenticator", "passkey", "passkey_challenge", "recovery_code", "identity")


def downgrade() -> None:
    op.drop_column("session", "proved_at")
    op.drop_column("session", "factor_at")
    op.drop_column("person", "factor_since")
    for table in reversed(TABLES):
        op.drop_table(table)
