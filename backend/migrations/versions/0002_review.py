"""messages kept for review, and ratings"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


# What makes the database refuse an illegal transition (backend/machines.py).
SQLITE_TRIGGERS = (
    "CREATE TRIGGER kept_message_state BEFORE UPDATE OF state ON kept_message FOR EACH ROW WHEN OLD.state <> NEW.state AND NOT ((OLD.state = 'waiting' AND NEW.state IN ('dismissed', 'labelled')) OR (OLD.state = 'labelled' AND NEW.state IN ('dismissed')) OR (OLD.state = 'dismissed' AND NEW.state IN ('labelled'))) BEGIN SELECT RAISE(ABORT, 'illegal transition of kept_message'); END",
)
POSTGRES_TRIGGERS = (
    "CREATE FUNCTION kept_message_state() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'illegal transition of kept_message' USING ERRCODE = 'check_violation'; END $$",
    "CREATE TRIGGER kept_message_state BEFORE UPDATE OF state ON kept_message FOR EACH ROW WHEN (OLD.state <> NEW.state AND NOT ((OLD.state = 'waiting' AND NEW.state IN ('dismissed', 'labelled')) OR (OLD.state = 'labelled' AND NEW.state IN ('dismissed')) OR (OLD.state = 'dismissed' AND NEW.state IN ('labelled')))) EXECUTE FUNCTION kept_message_state()",
)


def _key(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=nullable)


def upgrade() -> None:
    """Apply."""
    op.add_column("company", sa.Column("keep_messages", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("company", sa.Column("keep_messages_days", sa.Integer(), nullable=False, server_default="90"))
    op.add_column("company", sa.Column("ask_ratings", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("user_account", sa.Column("keep_messages", sa.Boolean(), nullable=False, server_default=sa.true()))
    _kept_message()
    _rating()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_TRIGGERS if sqlite else POSTGRES_TRIGGERS:
        op.execute(statement)


def _kept_message() -> None:
    op.create_table(
        "kept_message",
        _key("id"),
        _key("conversation_id"),
        _key("turn_id"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("skill", sa.String(length=60), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("ranking", sa.JSON(), nullable=False),
        sa.Column("chosen", sa.String(length=60), nullable=True),
        sa.Column("chosen_by", sa.String(length=20), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=True),
        _key("decided_by_id", nullable=True),
        sa.Column("decided_at", backend.database.Moment(timezone=True), nullable=True),
        sa.Column("exported_at", backend.database.Moment(timezone=True), nullable=True),
        sa.Column("created_at", backend.database.Moment(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('waiting','labelled','dismissed')", name=op.f("ck_kept_message_state")),
        sa.CheckConstraint(
            "reason IN ('asked','not_understood','corrected','rated_badly')", name=op.f("ck_kept_message_reason")
        ),
        sa.CheckConstraint(
            "chosen_by IN ('tap','rephrasing','correction','undo')", name=op.f("ck_kept_message_chosen_by")
        ),
        sa.CheckConstraint("state <> 'labelled' OR label IS NOT NULL", name=op.f("ck_kept_message_labelled")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_kept_message_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["turn_id"], ["turn.id"], name=op.f("fk_kept_message_turn_id_turn"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_kept_message_decided_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_message")),
        sa.UniqueConstraint("turn_id", name=op.f("uq_kept_message_turn_id")),
    )
    op.create_index("ix_kept_message_state_id", "kept_message", ["state", "id"])
    op.create_index("ix_kept_message_conversation_id", "kept_message", ["conversation_id"])
    op.create_index("ix_kept_message_created_at", "kept_message", ["created_at"])


def _rating() -> None:
    op.create_table(
        "rating",
        _key("id"),
        _key("conversation_id"),
        _key("turn_id"),
        sa.Column("task", sa.String(length=60), nullable=False),
        sa.Column("subject_key", sa.String(length=80), nullable=False),
        sa.Column("heard", sa.JSON(), nullable=True),
        sa.Column("was_right", sa.Boolean(), nullable=True),
        sa.Column("asked_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("answered_at", backend.database.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_rating_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["turn_id"], ["turn.id"], name=op.f("fk_rating_turn_id_turn"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sa.UniqueConstraint("turn_id", name=op.f("uq_rating_turn_id")),
    )
    op.create_index("ix_rating_conversation_id_id", "rating", ["conversation_id", "id"])
    op.create_index("ix_rating_asked_at", "rating", ["asked_at"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("rating")
    op.drop_table("kept_message")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION kept_message_state()")
    op.drop_column("user_account", "keep_messages")
    for name in ("ask_ratings", "keep_messages_days", "keep_messages"):
        op.drop_column("company", name)
