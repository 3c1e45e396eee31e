"""scheduled proposals, overrides of proposals, damaged deliveries"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _key(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=nullable)


def upgrade() -> None:
    """Apply."""
    # written out, since SQLite takes a check only with the column that it comes with
    op.execute(
        "ALTER TABLE purchase_order_line ADD COLUMN damaged INTEGER DEFAULT 0 NOT NULL"
        " CONSTRAINT ck_purchase_order_line_damaged CHECK (damaged >= 0)"
    )
    op.create_table(
        "replenishment_run",
        _key("id"),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("urgent", sa.Integer(), nullable=False),
        sa.Column("set_aside", sa.Integer(), nullable=False),
        sa.Column("suppliers", sa.Integer(), nullable=False),
        sa.Column("total", backend.database.Amount(), nullable=False),
        sa.Column("made_at", backend.database.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replenishment_run")),
        sa.UniqueConstraint("as_of", name=op.f("uq_replenishment_run_as_of")),
    )
    _override()


def _override() -> None:
    references = {"product_id": "product", "supplier_id": "supplier", "purchase_order_id": "purchase_order"}
    references["user_id"] = "user_account"
    op.create_table(
        "replenishment_override",
        _key("id"),
        _key("product_id"),
        _key("supplier_id"),
        _key("purchase_order_id", nullable=True),
        sa.Column("proposed", sa.Integer(), nullable=False),
        sa.Column("decided", sa.Integer(), nullable=False),
        sa.Column("expected_cost", backend.database.Amount(), nullable=False),
        _key("user_id"),
        sa.Column("at", backend.database.Moment(timezone=True), nullable=False),
        sa.CheckConstraint("proposed >= 0 AND decided >= 0", name=op.f("ck_replenishment_override_quantities")),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_replenishment_override_{name}_{table}"))
            for name, table in references.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replenishment_override")),
    )
    op.create_index("ix_replenishment_override_product_id", "replenishment_override", ["product_id"])
    op.create_index("ix_replenishment_override_purchase_order_id", "replenishment_override", ["purchase_order_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("replenishment_override")
    op.drop_table("replenishment_run")
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("purchase_order_line") as batch:
            batch.drop_constraint(op.f("ck_purchase_order_line_damaged"), type_="check")
            batch.drop_column("damaged")
    else:
        op.drop_column("purchase_order_line", "damaged")
