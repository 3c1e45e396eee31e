"""credit set off at the issue of an invoice, goodwill credits, deliveries that are sent again"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import backend.database

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


# What makes the database refuse an illegal transition (backend/machines.py).
GOODWILL = "OLD.state <> NEW.state AND NOT ((OLD.state = 'requested' AND NEW.state IN ('granted', 'refused')))"
DELIVERY_BEFORE = (
    "OLD.state <> NEW.state AND NOT ((OLD.state = 'pending' AND NEW.state IN ('dead', 'delivered'))"
    " OR (OLD.state = 'dead' AND NEW.state IN ('pending')))"
)
DELIVERY = (
    "OLD.state <> NEW.state AND NOT ((OLD.state = 'pending' AND NEW.state IN ('dead', 'delivered'))"
    " OR (OLD.state = 'delivered' AND NEW.state IN ('pending')) OR (OLD.state = 'dead' AND NEW.state IN ('pending')))"
)


def _triggers(table: str, refused: str, *, anew: bool) -> Sequence[str]:
    """``anew``: in the place of the one that is there."""
    name, message = f"{table}_state", f"illegal transition of {table}"
    if op.get_bind().dialect.name == "sqlite":
        made = (
            f"CREATE TRIGGER {name} BEFORE UPDATE OF state ON {table} FOR EACH ROW WHEN {refused} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return (f"DROP TRIGGER {name}", made) if anew else (made,)
    function = (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END $$"
    )
    made = (
        f"CREATE TRIGGER {name} BEFORE UPDATE OF state ON {table} FOR EACH ROW WHEN ({refused}) "
        f"EXECUTE FUNCTION {name}()"
    )
    return (f"DROP TRIGGER {name} ON {table}", made) if anew else (function, made)


def _run(statements: Sequence[str]) -> None:
    for statement in statements:
        op.execute(statement)


def _key(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=nullable)


def upgrade() -> None:
    """Apply."""
    op.add_column("company", sa.Column("set_off_credit", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("invoice", sa.Column("set_off", sa.JSON(), nullable=False, server_default="[]"))
    # written out, since SQLite takes a check only with the column that it comes with
    op.execute(
        "ALTER TABLE payment ADD COLUMN given_back BIGINT DEFAULT 0 NOT NULL"
        " CONSTRAINT ck_payment_given_back CHECK (given_back >= 0)"
    )
    op.create_index("ix_payment_refund_of_id", "payment", ["refund_of_id"])
    _goodwill()
    _run(_triggers("goodwill", GOODWILL, anew=False))
    _run(_triggers("webhook_delivery", DELIVERY, anew=True))


def _goodwill() -> None:
    references = {"customer_id": "customer", "order_id": "sales_order", "credit_note_id": "credit_note"}
    references |= {"asked_by_id": "user_account", "decided_by_id": "user_account"}
    op.create_table(
        "goodwill",
        _key("id"),
        sa.Column("number", sa.String(length=30), nullable=False),
        _key("customer_id"),
        _key("order_id", nullable=True),
        _key("credit_note_id", nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("amount", backend.database.Amount(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("refusal", sa.String(length=200), nullable=True),
        _key("asked_by_id"),
        sa.Column("asked_at", backend.database.Moment(timezone=True), nullable=False),
        _key("decided_by_id", nullable=True),
        sa.Column("decided_at", backend.database.Moment(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_goodwill_amount")),
        sa.CheckConstraint("(credit_note_id IS NOT NULL) = (state = 'granted')", name=op.f("ck_goodwill_credited")),
        sa.CheckConstraint("state IN ('requested','granted','refused')", name=op.f("ck_goodwill_state")),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_goodwill_{name}_{table}"))
            for name, table in references.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goodwill")),
        sa.UniqueConstraint("number", name=op.f("uq_goodwill_number")),
    )
    op.create_index("ix_goodwill_customer_id_id", "goodwill", ["customer_id", "id"])
    op.create_index("ix_goodwill_state_id", "goodwill", ["state", "id"])
    op.create_index("ix_goodwill_credit_note_id", "goodwill", ["credit_note_id"])


def downgrade() -> None:
    """Take back."""
    _run(_triggers("webhook_delivery", DELIVERY_BEFORE, anew=True))
    op.drop_table("goodwill")
    op.drop_index("ix_payment_refund_of_id", "payment")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION goodwill_state()")
    op.execute("ALTER TABLE payment DROP COLUMN given_back")  # and the check that came with it
    op.drop_column("invoice", "set_off")
    op.drop_column("company", "set_off_credit")
