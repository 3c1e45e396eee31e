"""whose a shipment is, and indexes that give lists in their order"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


REPLACED = {  # table: the index before, its columns; the one now, its columns
    "stock_entry": (("ix_stock_entry_product_id_at", ["product_id", "at"]), ["product_id", "id"]),
    "quote": (("ix_quote_customer_id", ["customer_id"]), ["customer_id", "id"]),
}
ADDED = {"quote": ["state", "id"], "webhook_delivery": ["webhook_id", "id"]}


def _name(table: str, columns: list[str]) -> str:
    return f"ix_{table}_{'_'.join(columns)}"


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
    for table, ((before, _), columns) in REPLACED.items():
        op.drop_index(before, table)
        op.create_index(_name(table, columns), table, columns)
    for table, columns in ADDED.items():
        op.create_index(_name(table, columns), table, columns)


def downgrade() -> None:
    """Take back."""
    for table, columns in ADDED.items():
        op.drop_index(_name(table, columns), table)
    for table, ((before, earlier), columns) in REPLACED.items():
        op.drop_index(_name(table, columns), table)
        op.create_index(before, table, earlier)
    op.drop_index("ix_shipment_customer_id_id", "shipment")
    if op.get_bind().dialect.name == "sqlite":  # the table is copied, and its triggers are not
        asked = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'shipment'")
        triggers = op.get_bind().execute(asked).scalars().all()
        with op.batch_alter_table("shipment") as shipments:
            shipments.drop_column("customer_id")
        for trigger in triggers:
            op.execute(trigger)
    else:
        op.drop_column("shipment", "customer_id")
