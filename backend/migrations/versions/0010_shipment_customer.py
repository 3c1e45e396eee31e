"""whose a shipment is, so that a customer's shipments are read by index"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    name = op.f("fk_shipment_customer_id_customer")
    if op.get_bind().dialect.name == "sqlite":  # it adds a constraint with the column, or by copying the table
        op.execute(f"ALTER TABLE shipment ADD COLUMN customer_id INTEGER CONSTRAINT {name} REFERENCES customer (id)")
    else:
        op.add_column("shipment", sa.Column("customer_id", key, sa.ForeignKey("customer.id", name=name)))
    op.execute(
        "UPDATE shipment SET customer_id ="
        " (SELECT sales_order.customer_id FROM sales_order WHERE sales_order.id = shipment.order_id)"
    )
    op.create_index("ix_shipment_customer_id_id", "shipment", ["customer_id", "id"])


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_shipment_customer_id_id", "shipment")
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("shipment") as table:
            table.drop_column("customer_id")
    else:
        op.drop_column("shipment", "customer_id")
