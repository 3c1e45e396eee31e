"""initial"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# What makes the database refuse an illegal transition and a change of the ledgers (backend/machines.py).
SQLITE_TRIGGERS = (
    "CREATE TRIGGER inquiry_state BEFORE UPDATE OF state ON inquiry FOR EACH ROW WHEN OLD.state <> NEW.state AND NOT ((OLD.state = 'open' AND NEW.state IN ('answered', 'closed', 'quoted')) OR (OLD.state = 'answered' AND NEW.state IN ('closed', 'open', 'quoted')) OR (OLD.state = 'quoted' AND NEW.state IN ('closed'))) BEGIN SELECT RAISE(ABORT, 'illegal transition of inquiry'); END",
    "CREATE TRIGGER quote_state BEFORE UPDATE OF state ON quote FOR EACH ROW WHEN OLD.state <> NEW.state AND NOT ((OLD.state = 'draft' AND NEW.state IN ('declined', 'sent')) OR (OLD.state = 'sent' AND NEW.state IN ('accepted', 'declined', 'expired'))) BEGIN SELECT RAISE(ABORT, 'illegal transition of quote'); END",
    "CREATE TRIGGER sales_order_state BEFORE UPDATE OF state ON sales_order FOR EACH ROW WHEN OLD.state <> NEW.state AND NOT ((OLD.state = 'placed' AND NEW.state IN ('cancelled', 'completed', 'in_fulfilment', 'on_hold')) OR (OLD.state = 'on_hold' AND NEW.state IN ('cancelled', 'placed')) OR (OLD.state = 'in_fulfilment' AND NEW.state IN ('completed', 'placed'))) BEGIN SELECT RAISE(ABORT, 'illegal transition of sales_order'); END",
    "CREATE TRIGGER reservation_state BEFORE UPDATE OF state ON reservation FOR EACH ROW WHEN OLD.state <> NEW.state AND NOT ((OLD.state = 'active' AND NEW.state IN ('consumed', 'expired', 'released'))) BEGIN SELECT RAISE(ABORT, 'illegal transition of reservation'); END",
    "CREATE TRIGGER shipment_state BEFORE UPDATE OF state ON shipment FOR EACH ROW WHEN OLD.state <> NEW.state AND NOT ((OLD.state = 'planned' AND NEW.state IN ('cancelled', 'picked')) OR (OLD.state = 'picked' AND NEW.state IN ('cancelled', 'shipped')) OR (OLD.state = 'shipped' AND NEW.state IN ('delivered', 'lost')) OR (OLD.state = 'lost' AND NEW.state IN ('delivered'))) BEGIN SELECT RAISE(ABORT, 'illegal transition of shipment'); END",
    "CREATE TRIGGER invoice_state BEFORE UPDATE OF state ON invoice FOR EACH ROW WHEN OLD.state <> NEW.state AND NOT ((OLD.state = 'draft' AND NEW.state IN ('issued')) OR (OLD.state = 'issued' AND NEW.state IN ('credited', 'overdue', 'paid', 'part_paid')) OR (OLD.state = 'part_paid' AND NEW.state IN ('credited', 'issued', 'overdue', 'paid')) OR (OLD.state = 'overdue' AND NEW.state IN ('credited', 'issued', 'paid', 'part_paid')) OR (OLD.state = 'paid' AND NEW.state IN ('issued', 'overdue', 'part_paid'))) BEGIN SELECT RAISE(ABORT, 'illegal transition of invoice'); END",
    "CREATE TRIGGER payment_state BEFORE UPDATE OF state ON payment FOR EACH ROW WHEN OLD.state <> NEW.state AND NOT ((OLD.state = 'pending' AND NEW.state IN ('failed', 'settled')) OR (OLD.state = 'settled' AND NEW.state IN ('failed', 'refunded'))) BEGIN SELECT RAISE(ABORT, 'illegal transition of payment'); END",
    "CREATE TRIGGER sales_return_state BEFORE UPDATE OF state ON sales_return FOR EACH ROW WHEN OLD.state <> NEW.state AND NOT ((OLD.state = 'requested' AND NEW.state IN ('approved', 'rejected')) OR (OLD.state = 'approved' AND NEW.state IN ('received', 'rejected')) OR (OLD.state = 'received' AND NEW.state IN ('settled'))) BEGIN SELECT RAISE(ABORT, 'illegal transition of sales_return'); END",
    "CREATE TRIGGER standing_order_state BEFORE UPDATE OF state ON standing_order FOR EACH ROW WHEN OLD.state <> NEW.state AND NOT ((OLD.state = 'active' AND NEW.state IN ('ended', 'paused')) OR (OLD.state = 'paused' AND NEW.state IN ('active', 'ended'))) BEGIN SELECT RAISE(ABORT, 'illegal transition of standing_order'); END",
    "CREATE TRIGGER purchase_order_state BEFORE UPDATE OF state ON purchase_order FOR EACH ROW WHEN OLD.state <> NEW.state AND NOT ((OLD.state = 'proposed' AND NEW.state IN ('approved', 'cancelled')) OR (OLD.state = 'approved' AND NEW.state IN ('cancelled', 'sent')) OR (OLD.state = 'sent' AND NEW.state IN ('cancelled', 'part_received', 'received')) OR (OLD.state = 'part_received' AND NEW.state IN ('received'))) BEGIN SELECT RAISE(ABORT, 'illegal transition of purchase_order'); END",
    "CREATE TRIGGER webhook_delivery_state BEFORE UPDATE OF state ON webhook_delivery FOR EACH ROW WHEN OLD.state <> NEW.state AND NOT ((OLD.state = 'pending' AND NEW.state IN ('dead', 'delivered')) OR (OLD.state = 'dead' AND NEW.state IN ('pending'))) BEGIN SELECT RAISE(ABORT, 'illegal transition of webhook_delivery'); END",
    "CREATE TRIGGER stock_entry_kept BEFORE UPDATE ON stock_entry FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'stock_entry is append-only'); END",
    "CREATE TRIGGER audit_event_kept BEFORE UPDATE ON audit_event FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END",
)
POSTGRES_TRIGGERS = (
    "CREATE FUNCTION inquiry_state() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'illegal transition of inquiry' USING ERRCODE = 'check_violation'; END $$",
    "CREATE TRIGGER inquiry_state BEFORE UPDATE OF state ON inquiry FOR EACH ROW WHEN (OLD.state <> NEW.state AND NOT ((OLD.state = 'open' AND NEW.state IN ('answered', 'closed', 'quoted')) OR (OLD.state = 'answered' AND NEW.state IN ('closed', 'open', 'quoted')) OR (OLD.state = 'quoted' AND NEW.state IN ('closed')))) EXECUTE FUNCTION inquiry_state()",
    "CREATE FUNCTION quote_state() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'illegal transition of quote' USING ERRCODE = 'check_violation'; END $$",
    "CREATE TRIGGER quote_state BEFORE UPDATE OF state ON quote FOR EACH ROW WHEN (OLD.state <> NEW.state AND NOT ((OLD.state = 'draft' AND NEW.state IN ('declined', 'sent')) OR (OLD.state = 'sent' AND NEW.state IN ('accepted', 'declined', 'expired')))) EXECUTE FUNCTION quote_state()",
    "CREATE FUNCTION sales_order_state() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'illegal transition of sales_order' USING ERRCODE = 'check_violation'; END $$",
    "CREATE TRIGGER sales_order_state BEFORE UPDATE OF state ON sales_order FOR EACH ROW WHEN (OLD.state <> NEW.state AND NOT ((OLD.state = 'placed' AND NEW.state IN ('cancelled', 'completed', 'in_fulfilment', 'on_hold')) OR (OLD.state = 'on_hold' AND NEW.state IN ('cancelled', 'placed')) OR (OLD.state = 'in_fulfilment' AND NEW.state IN ('completed', 'placed')))) EXECUTE FUNCTION sales_order_state()",
    "CREATE FUNCTION reservation_state() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'illegal transition of reservation' USING ERRCODE = 'check_violation'; END $$",
    "CREATE TRIGGER reservation_state BEFORE UPDATE OF state ON reservation FOR EACH ROW WHEN (OLD.state <> NEW.state AND NOT ((OLD.state = 'active' AND NEW.state IN ('consumed', 'expired', 'released')))) EXECUTE FUNCTION reservation_state()",
    "CREATE FUNCTION shipment_state() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'illegal transition of shipment' USING ERRCODE = 'check_violation'; END $$",
    "CREATE TRIGGER shipment_state BEFORE UPDATE OF state ON shipment FOR EACH ROW WHEN (OLD.state <> NEW.state AND NOT ((OLD.state = 'planned' AND NEW.state IN ('cancelled', 'picked')) OR (OLD.state = 'picked' AND NEW.state IN ('cancelled', 'shipped')) OR (OLD.state = 'shipped' AND NEW.state IN ('delivered', 'lost')) OR (OLD.state = 'lost' AND NEW.state IN ('delivered')))) EXECUTE FUNCTION shipment_state()",
    "CREATE FUNCTION invoice_state() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'illegal transition of invoice' USING ERRCODE = 'check_violation'; END $$",
    "CREATE TRIGGER invoice_state BEFORE UPDATE OF state ON invoice FOR EACH ROW WHEN (OLD.state <> NEW.state AND NOT ((OLD.state = 'draft' AND NEW.state IN ('issued')) OR (OLD.state = 'issued' AND NEW.state IN ('credited', 'overdue', 'paid', 'part_paid')) OR (OLD.state = 'part_paid' AND NEW.state IN ('credited', 'issued', 'overdue', 'paid')) OR (OLD.state = 'overdue' AND NEW.state IN ('credited', 'issued', 'paid', 'part_paid')) OR (OLD.state = 'paid' AND NEW.state IN ('issued', 'overdue', 'part_paid')))) EXECUTE FUNCTION invoice_state()",
    "CREATE FUNCTION payment_state() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'illegal transition of payment' USING ERRCODE = 'check_violation'; END $$",
    "CREATE TRIGGER payment_state BEFORE UPDATE OF state ON payment FOR EACH ROW WHEN (OLD.state <> NEW.state AND NOT ((OLD.state = 'pending' AND NEW.state IN ('failed', 'settled')) OR (OLD.state = 'settled' AND NEW.state IN ('failed', 'refunded')))) EXECUTE FUNCTION payment_state()",
    "CREATE FUNCTION sales_return_state() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'illegal transition of sales_return' USING ERRCODE = 'check_violation'; END $$",
    "CREATE TRIGGER sales_return_state BEFORE UPDATE OF state ON sales_return FOR EACH ROW WHEN (OLD.state <> NEW.state AND NOT ((OLD.state = 'requested' AND NEW.state IN ('approved', 'rejected')) OR (OLD.state = 'approved' AND NEW.state IN ('received', 'rejected')) OR (OLD.state = 'received' AND NEW.state IN ('settled')))) EXECUTE FUNCTION sales_return_state()",
    "CREATE FUNCTION standing_order_state() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'illegal transition of standing_order' USING ERRCODE = 'check_violation'; END $$",
    "CREATE TRIGGER standing_order_state BEFORE UPDATE OF state ON standing_order FOR EACH ROW WHEN (OLD.state <> NEW.state AND NOT ((OLD.state = 'active' AND NEW.state IN ('ended', 'paused')) OR (OLD.state = 'paused' AND NEW.state IN ('active', 'ended')))) EXECUTE FUNCTION standing_order_state()",
    "CREATE FUNCTION purchase_order_state() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'illegal transition of purchase_order' USING ERRCODE = 'check_violation'; END $$",
    "CREATE TRIGGER purchase_order_state BEFORE UPDATE OF state ON purchase_order FOR EACH ROW WHEN (OLD.state <> NEW.state AND NOT ((OLD.state = 'proposed' AND NEW.state IN ('approved', 'cancelled')) OR (OLD.state = 'approved' AND NEW.state IN ('cancelled', 'sent')) OR (OLD.state = 'sent' AND NEW.state IN ('cancelled', 'part_received', 'received')) OR (OLD.state = 'part_received' AND NEW.state IN ('received')))) EXECUTE FUNCTION purchase_order_state()",
    "CREATE FUNCTION webhook_delivery_state() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'illegal transition of webhook_delivery' USING ERRCODE = 'check_violation'; END $$",
    "CREATE TRIGGER webhook_delivery_state BEFORE UPDATE OF state ON webhook_delivery FOR EACH ROW WHEN (OLD.state <> NEW.state AND NOT ((OLD.state = 'pending' AND NEW.state IN ('dead', 'delivered')) OR (OLD.state = 'dead' AND NEW.state IN ('pending')))) EXECUTE FUNCTION webhook_delivery_state()",
    "CREATE FUNCTION stock_entry_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stock_entry is append-only' USING ERRCODE = 'check_violation'; END $$",
    "CREATE TRIGGER stock_entry_kept BEFORE UPDATE ON stock_entry FOR EACH ROW EXECUTE FUNCTION stock_entry_kept()",
    "CREATE FUNCTION audit_event_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit_event is append-only' USING ERRCODE = 'check_violation'; END $$",
    "CREATE TRIGGER audit_event_kept BEFORE UPDATE ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_event_kept()",
)


def upgrade() -> None:
    """Apply."""
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table(
        "category",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("name", name=op.f("uq_category_name")),
    )
    op.create_table(
        "company",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("address", sa.JSON(), nullable=True),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("tax_number", sa.String(length=40), nullable=True),
        sa.Column("bank_details", sa.String(length=300), nullable=True),
        sa.Column("tax_rounding", sa.String(length=10), nullable=False),
        sa.Column("minimum_order", backend.database.Amount(), nullable=False),
        sa.Column("delivery_charge", backend.database.Amount(), nullable=False),
        sa.Column("free_delivery_from", backend.database.Amount(), nullable=True),
        sa.Column("cut_off", sa.String(length=5), nullable=False),
        sa.Column("delivery_days", sa.Integer(), nullable=False),
        sa.Column("return_days", sa.Integer(), nullable=False),
        sa.Column("quote_days", sa.Integer(), nullable=False),
        sa.Column("hold_days", sa.Integer(), nullable=False),
        sa.Column("duplicate_minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("tax_rounding IN ('line','document')", name=op.f("ck_company_tax_rounding")),
        sa.CheckConstraint("id = 1", name=op.f("ck_company_single")),
        sa.CheckConstraint("minimum_order >= 0 AND delivery_charge >= 0", name=op.f("ck_company_charges")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
    )
    op.create_table(
        "customer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=60), nullable=True),
        sa.Column("country", sa.String(length=60), nullable=False),
        sa.Column("region", sa.String(length=60), nullable=True),
        sa.Column("price_group", sa.String(length=40), nullable=True),
        sa.Column("rep_email", sa.String(length=200), nullable=True),
        sa.Column("payment_days", sa.Integer(), nullable=False),
        sa.Column("credit_limit", backend.database.Amount(), nullable=True),
        sa.Column("minimum_order", backend.database.Amount(), nullable=True),
        sa.Column("tax_number", sa.String(length=40), nullable=True),
        sa.Column("tax_exempt", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("assumed", sa.JSON(), nullable=False),
        sa.Column("created_at", backend.database.Moment(timezone=True), nullable=False),
        sa.CheckConstraint("credit_limit IS NULL OR credit_limit >= 0", name=op.f("ck_customer_credit_limit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("code", name=op.f("uq_customer_code")),
    )
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_customer_name"), ["name"], unique=False)

    op.create_table(
        "forecast_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("freq", sa.String(length=1), nullable=False),
        sa.Column("model", sa.String(length=60), nullable=False),
        sa.Column("version", sa.String(length=80), nullable=False),
        sa.Column("last_period", sa.Date(), nullable=False),
        sa.Column("horizon", sa.Integer(), nullable=False),
        sa.Column("metrics", sa.JSON(), nullable=False),
        sa.Column("made_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.CheckConstraint("freq IN ('D','W','M')", name=op.f("ck_forecast_run_freq")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecast_run")),
    )
    op.create_table(
        "import_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("finished_at", backend.database.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sa.UniqueConstraint("kind", "fingerprint", name=op.f("uq_import_run_kind_fingerprint")),
    )
    op.create_table(
        "number_series",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("next_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_number_series")),
    )
    op.create_table(
        "product_family",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_family")),
        sa.UniqueConstraint("name", name=op.f("uq_product_family_name")),
    )
    op.create_table(
        "supplier",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=60), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("lead_time_days", sa.Integer(), nullable=False),
        sa.Column("review_days", sa.Integer(), nullable=False),
        sa.Column("order_cost", backend.database.Amount(), nullable=False),
        sa.Column("minimum_value", backend.database.Amount(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("assumed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("lead_time_days >= 0", name=op.f("ck_supplier_lead_time_days")),
        sa.CheckConstraint("review_days >= 1", name=op.f("ck_supplier_review_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier")),
        sa.UniqueConstraint("code", name=op.f("uq_supplier_code")),
    )
    op.create_table(
        "tax_rate",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("country", sa.String(length=60), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("rate", backend.database.Amount(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.CheckConstraint("rate >= 0 AND rate < 10000", name=op.f("ck_tax_rate_rate")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_rate")),
        sa.UniqueConstraint("country", "category", "valid_from", name=op.f("uq_tax_rate_country_category_valid_from")),
    )
    op.create_table(
        "warehouse",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warehouse")),
        sa.UniqueConstraint("code", name=op.f("uq_warehouse_code")),
    )
    op.create_table(
        "address",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("line1", sa.String(length=200), nullable=False),
        sa.Column("line2", sa.String(length=200), nullable=True),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("postcode", sa.String(length=20), nullable=True),
        sa.Column("country", sa.String(length=60), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('delivery','invoice')", name=op.f("ck_address_kind")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_address_customer_id_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
    )
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.create_index("ix_address_customer_id", ["customer_id"], unique=False)

    op.create_table(
        "payment_method",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('account','card','bank_transfer','direct_debit')", name=op.f("ck_payment_method_kind")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_payment_method_customer_id_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_method")),
        sa.UniqueConstraint("customer_id", "label", name=op.f("uq_payment_method_customer_id_label")),
    )
    op.create_table(
        "product",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sku", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("category_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("family_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("units_per", sa.Integer(), nullable=False),
        sa.Column("sales_moq", sa.Integer(), nullable=False),
        sa.Column("sales_multiple", sa.Integer(), nullable=False),
        sa.Column("tax_category", sa.String(length=20), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("successor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("assumed", sa.JSON(), nullable=False),
        sa.Column("created_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("changed_at", backend.database.Moment(timezone=True), nullable=False),
        sa.CheckConstraint("sales_moq >= 1", name=op.f("ck_product_sales_moq")),
        sa.CheckConstraint("sales_multiple >= 1", name=op.f("ck_product_sales_multiple")),
        sa.CheckConstraint("units_per >= 1", name=op.f("ck_product_units_per")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_product_category_id_category")),
        sa.ForeignKeyConstraint(["family_id"], ["product_family.id"], name=op.f("fk_product_family_id_product_family")),
        sa.ForeignKeyConstraint(["successor_id"], ["product.id"], name=op.f("fk_product_successor_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("sku", name=op.f("uq_product_sku")),
    )
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_category_id"), ["category_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_product_changed_at"), ["changed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_product_family_id"), ["family_id"], unique=False)

    op.create_table(
        "set_aside",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("import_run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("row", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_run_id"], ["import_run.id"], name=op.f("fk_set_aside_import_run_id_import_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_aside")),
    )
    with op.batch_alter_table("set_aside", schema=None) as batch_op:
        batch_op.create_index("ix_set_aside_import_run_id_reason", ["import_run_id", "reason"], unique=False)

    op.create_table(
        "user_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("order_limit", backend.database.Amount(), nullable=True),
        sa.Column("approver_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", backend.database.Moment(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(role = 'customer') = (customer_id IS NOT NULL)", name=op.f("ck_user_account_customer_of_customer")
        ),
        sa.CheckConstraint("role IN ('customer','rep','desk','buyer','manager')", name=op.f("ck_user_account_role")),
        sa.CheckConstraint("order_limit IS NULL OR order_limit >= 0", name=op.f("ck_user_account_order_limit")),
        sa.ForeignKeyConstraint(
            ["approver_id"], ["user_account.id"], name=op.f("fk_user_account_approver_id_user_account")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_user_account_customer_id_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
    )
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_account_customer_id"), ["customer_id"], unique=False)

    op.create_table(
        "access_token",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("revoked_at", backend.database.Moment(timezone=True), nullable=True),
        sa.Column("created_at", backend.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_access_token_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_access_token_token_hash")),
    )
    with op.batch_alter_table("access_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_token_user_id"), ["user_id"], unique=False)

    op.create_table(
        "alert_subscription",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", backend.database.Moment(timezone=True), nullable=False),
        sa.CheckConstraint("topic IN ('orders','back_in_stock','stock_low')", name=op.f("ck_alert_subscription_topic")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_alert_subscription_product_id_product")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_alert_subscription_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_subscription")),
    )
    with op.batch_alter_table("alert_subscription", schema=None) as batch_op:
        batch_op.create_index("ix_alert_subscription_topic_product_id", ["topic", "product_id"], unique=False)
        batch_op.create_index("ix_alert_subscription_user_id", ["user_id"], unique=False)

    op.create_table(
        "audit_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("on_behalf_of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("subject_key", sa.String(length=80), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["on_behalf_of_id"], ["customer.id"], name=op.f("fk_audit_event_on_behalf_of_id_customer")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_audit_event_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index("ix_audit_event_subject", ["subject", "subject_key"], unique=False)
        batch_op.create_index("ix_audit_event_subject_id", ["subject", "id"], unique=False)
        batch_op.create_index("ix_audit_event_user_id_id", ["user_id", "id"], unique=False)

    op.create_table(
        "cart",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("requested_date", sa.Date(), nullable=True),
        sa.Column("customer_reference", sa.String(length=80), nullable=True),
        sa.Column("changed_at", backend.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_cart_customer_id_customer")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_cart_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart")),
        sa.UniqueConstraint("user_id", "customer_id", name=op.f("uq_cart_user_id_customer_id")),
    )
    op.create_table(
        "conversation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sender", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("turn_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("active_at", backend.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_conversation_customer_id_customer")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_conversation_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint("sender", name=op.f("uq_conversation_sender")),
        sa.UniqueConstraint("user_id", name=op.f("uq_conversation_user_id")),
    )
    op.create_table(
        "forecast_row",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mean", sa.JSON(), nullable=False),
        sa.Column("quantiles", sa.JSON(), nullable=False),
        sa.Column("drivers", sa.JSON(), nullable=False),
        sa.Column("error", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_forecast_row_product_id_product")),
        sa.ForeignKeyConstraint(["run_id"], ["forecast_run.id"], name=op.f("fk_forecast_row_run_id_forecast_run")),
        sa.PrimaryKeyConstraint("run_id", "product_id", name=op.f("pk_forecast_row")),
    )
    with op.batch_alter_table("forecast_row", schema=None) as batch_op:
        batch_op.create_index("ix_forecast_row_product_id", ["product_id"], unique=False)

    op.create_table(
        "idempotency_record",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.JSON(), nullable=True),
        sa.Column("created_at", backend.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_idempotency_record_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_idempotency_record")),
    )
    op.create_table(
        "inquiry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("order_number", sa.String(length=30), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answered_at", backend.database.Moment(timezone=True), nullable=True),
        sa.Column("created_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('question','quote','complaint','person','change')", name=op.f("ck_inquiry_kind")),
        sa.CheckConstraint("state IN ('open','answered','quoted','closed')", name=op.f("ck_inquiry_state")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user_account.id"], name=op.f("fk_inquiry_answered_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_inquiry_customer_id_customer")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_inquiry_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry")),
        sa.UniqueConstraint("number", name=op.f("uq_inquiry_number")),
    )
    with op.batch_alter_table("inquiry", schema=None) as batch_op:
        batch_op.create_index("ix_inquiry_customer_id", ["customer_id"], unique=False)
        batch_op.create_index("ix_inquiry_state_id", ["state", "id"], unique=False)

    op.create_table(
        "link_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("used_at", backend.database.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_link_code_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_link_code_code_hash")),
    )
    op.create_table(
        "outbox_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("leased_until", backend.database.Moment(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("published_at", backend.database.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_outbox_event_customer_id_customer")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_outbox_event_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_event")),
    )
    with op.batch_alter_table("outbox_event", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_event_published_at", ["published_at"], unique=False)
        batch_op.create_index(
            "ix_outbox_event_unpublished",
            ["id"],
            unique=False,
            sqlite_where=sa.text("published_at IS NULL"),
            postgresql_where=sa.text("published_at IS NULL"),
        )

    op.create_table(
        "price",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("price_group", sa.String(length=40), nullable=True),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("min_quantity", sa.Integer(), nullable=False),
        sa.Column("price", backend.database.Amount(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("promotion", sa.String(length=120), nullable=True),
        sa.CheckConstraint("min_quantity >= 1", name=op.f("ck_price_min_quantity")),
        sa.CheckConstraint("price >= 0", name=op.f("ck_price_price")),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_from <= valid_to", name=op.f("ck_price_validity")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_price_customer_id_customer")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_price_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price")),
    )
    with op.batch_alter_table("price", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_price_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index("ix_price_product_id_min_quantity", ["product_id", "min_quantity"], unique=False)

    op.create_table(
        "product_alias",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_product_alias_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_alias")),
        sa.UniqueConstraint("product_id", "text", name=op.f("uq_product_alias_product_id_text")),
    )
    op.create_table(
        "product_pack",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("assumed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_product_pack_quantity")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_product_pack_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_pack")),
        sa.UniqueConstraint("product_id", "name", name=op.f("uq_product_pack_product_id_name")),
    )
    op.create_table(
        "purchase_order",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("supplier_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("approved_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ordered_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("expected_date", sa.Date(), nullable=True),
        sa.Column("received_at", backend.database.Moment(timezone=True), nullable=True),
        sa.Column("total", backend.database.Amount(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", backend.database.Moment(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('proposed','approved','sent','part_received','received','cancelled')",
            name=op.f("ck_purchase_order_state"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["user_account.id"], name=op.f("fk_purchase_order_approved_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_purchase_order_created_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_purchase_order_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_order")),
        sa.UniqueConstraint("number", name=op.f("uq_purchase_order_number")),
    )
    with op.batch_alter_table("purchase_order", schema=None) as batch_op:
        batch_op.create_index("ix_purchase_order_state", ["state"], unique=False)
        batch_op.create_index("ix_purchase_order_supplier_id", ["supplier_id"], unique=False)

    op.create_table(
        "reorder_point",
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=20), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("made_at", backend.database.Moment(timezone=True), nullable=False),
        sa.CheckConstraint("basis IN ('forecast','sales')", name=op.f("ck_reorder_point_basis")),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_reorder_point_quantity")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_reorder_point_product_id_product")),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_reorder_point")),
    )
    op.create_table(
        "standing_order",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("rule", sa.String(length=120), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("next_date", sa.Date(), nullable=True),
        sa.Column("customer_reference", sa.String(length=80), nullable=True),
        sa.Column("created_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('active','paused','ended')", name=op.f("ck_standing_order_state")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_standing_order_customer_id_customer")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_standing_order_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_order")),
        sa.UniqueConstraint("number", name=op.f("uq_standing_order_number")),
    )
    with op.batch_alter_table("standing_order", schema=None) as batch_op:
        batch_op.create_index("ix_standing_order_customer_id", ["customer_id"], unique=False)
        batch_op.create_index("ix_standing_order_state_next_date", ["state", "next_date"], unique=False)

    op.create_table(
        "stock_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("warehouse_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("document", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("assumed", sa.Boolean(), nullable=False),
        sa.Column("at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "kind IN ('opening','receipt','issue','return','adjustment','count','transfer')",
            name=op.f("ck_stock_entry_kind"),
        ),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_stock_entry_quantity")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_stock_entry_product_id_product")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_stock_entry_user_id_user_account")),
        sa.ForeignKeyConstraint(["warehouse_id"], ["warehouse.id"], name=op.f("fk_stock_entry_warehouse_id_warehouse")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_entry")),
    )
    with op.batch_alter_table("stock_entry", schema=None) as batch_op:
        batch_op.create_index("ix_stock_entry_product_id_at", ["product_id", "at"], unique=False)

    op.create_table(
        "stock_level",
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("warehouse_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.CheckConstraint("on_hand >= 0", name=op.f("ck_stock_level_on_hand")),
        sa.CheckConstraint("reserved >= 0 AND reserved <= on_hand", name=op.f("ck_stock_level_reserved")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_stock_level_product_id_product")),
        sa.ForeignKeyConstraint(["warehouse_id"], ["warehouse.id"], name=op.f("fk_stock_level_warehouse_id_warehouse")),
        sa.PrimaryKeyConstraint("product_id", "warehouse_id", name=op.f("pk_stock_level")),
    )
    op.create_table(
        "suggestion",
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_suggestion_customer_id_customer")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_suggestion_product_id_product")),
        sa.PrimaryKeyConstraint("customer_id", "product_id", name=op.f("pk_suggestion")),
    )
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.create_index("ix_suggestion_customer_id_rank", ["customer_id", "rank"], unique=False)

    op.create_table(
        "supplier_product",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("supplier_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("supplier_sku", sa.String(length=60), nullable=True),
        sa.Column("cost", backend.database.Amount(), nullable=False),
        sa.Column("moq", sa.Integer(), nullable=False),
        sa.Column("multiple", sa.Integer(), nullable=False),
        sa.Column("price_breaks", sa.JSON(), nullable=False),
        sa.Column("lead_time_days", sa.Integer(), nullable=True),
        sa.Column("preferred", sa.Boolean(), nullable=False),
        sa.Column("assumed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("cost >= 0", name=op.f("ck_supplier_product_cost")),
        sa.CheckConstraint("moq >= 1", name=op.f("ck_supplier_product_moq")),
        sa.CheckConstraint("multiple >= 1", name=op.f("ck_supplier_product_multiple")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_supplier_product_product_id_product")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_supplier_product_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_product")),
        sa.UniqueConstraint("supplier_id", "product_id", name=op.f("uq_supplier_product_supplier_id_product_id")),
    )
    with op.batch_alter_table("supplier_product", schema=None) as batch_op:
        batch_op.create_index("ix_supplier_product_product_id", ["product_id"], unique=False)

    op.create_table(
        "telegram_link",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("telegram_user_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("told_id", sa.BigInteger(), nullable=False),
        sa.Column("linked_at", backend.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_telegram_link_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telegram_link")),
        sa.UniqueConstraint("telegram_user_id", name=op.f("uq_telegram_link_telegram_user_id")),
    )
    with op.batch_alter_table("telegram_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_telegram_link_user_id"), ["user_id"], unique=False)

    op.create_table(
        "webhook",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("secret", sa.String(length=100), nullable=False),
        sa.Column("previous_secret", sa.String(length=100), nullable=True),
        sa.Column("previous_until", backend.database.Moment(timezone=True), nullable=True),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_webhook_created_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_table(
        "button_token",
        sa.Column("token", sa.String(length=80), nullable=False),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("command", sa.String(length=60), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("shown_hash", sa.String(length=64), nullable=True),
        sa.Column("once", sa.Boolean(), nullable=False),
        sa.Column("expires_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("used_at", backend.database.Moment(timezone=True), nullable=True),
        sa.Column("used_turn_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_button_token_conversation_id_conversation")
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_button_token")),
    )
    with op.batch_alter_table("button_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_button_token_conversation_id"), ["conversation_id"], unique=False)

    op.create_table(
        "cart_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cart_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_cart_line_quantity")),
        sa.ForeignKeyConstraint(["cart_id"], ["cart.id"], name=op.f("fk_cart_line_cart_id_cart")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_cart_line_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart_line")),
        sa.UniqueConstraint("cart_id", "product_id", name=op.f("uq_cart_line_cart_id_product_id")),
    )
    op.create_table(
        "inbox_entry",
        sa.Column("consumer", sa.String(length=40), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("handled_at", backend.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["outbox_event.id"], name=op.f("fk_inbox_entry_event_id_outbox_event")),
        sa.PrimaryKeyConstraint("consumer", "event_id", name=op.f("pk_inbox_entry")),
    )
    with op.batch_alter_table("inbox_entry", schema=None) as batch_op:
        batch_op.create_index("ix_inbox_entry_event_id", ["event_id"], unique=False)

    op.create_table(
        "purchase_order_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purchase_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("cost", backend.database.Amount(), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=True),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_purchase_order_line_quantity")),
        sa.CheckConstraint("received >= 0", name=op.f("ck_purchase_order_line_received")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_purchase_order_line_product_id_product")),
        sa.ForeignKeyConstraint(
            ["purchase_order_id"],
            ["purchase_order.id"],
            name=op.f("fk_purchase_order_line_purchase_order_id_purchase_order"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_order_line")),
    )
    with op.batch_alter_table("purchase_order_line", schema=None) as batch_op:
        batch_op.create_index("ix_purchase_order_line_product_id", ["product_id"], unique=False)
        batch_op.create_index("ix_purchase_order_line_purchase_order_id", ["purchase_order_id"], unique=False)

    op.create_table(
        "quote",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_by_role", sa.String(length=20), nullable=True),
        sa.Column("inquiry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("sent_at", backend.database.Moment(timezone=True), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("requested_date", sa.Date(), nullable=True),
        sa.Column("customer_reference", sa.String(length=80), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("delivery", backend.database.Amount(), nullable=False),
        sa.Column("tax", backend.database.Amount(), nullable=False),
        sa.Column("total", backend.database.Amount(), nullable=False),
        sa.Column("order_number", sa.String(length=30), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state <> 'accepted' OR order_number IS NOT NULL", name=op.f("ck_quote_accepted")),
        sa.CheckConstraint("state IN ('draft','sent','accepted','declined','expired')", name=op.f("ck_quote_state")),
        sa.CheckConstraint("delivery >= 0 AND tax >= 0 AND total >= delivery + tax", name=op.f("ck_quote_amounts")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_quote_created_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_quote_customer_id_customer")),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiry.id"], name=op.f("fk_quote_inquiry_id_inquiry")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote")),
        sa.UniqueConstraint("number", name=op.f("uq_quote_number")),
    )
    with op.batch_alter_table("quote", schema=None) as batch_op:
        batch_op.create_index("ix_quote_customer_id", ["customer_id"], unique=False)
        batch_op.create_index("ix_quote_state_valid_until", ["state", "valid_until"], unique=False)

    op.create_table(
        "standing_order_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("standing_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_standing_order_line_quantity")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_standing_order_line_product_id_product")),
        sa.ForeignKeyConstraint(
            ["standing_order_id"],
            ["standing_order.id"],
            name=op.f("fk_standing_order_line_standing_order_id_standing_order"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_order_line")),
        sa.UniqueConstraint(
            "standing_order_id", "product_id", name=op.f("uq_standing_order_line_standing_order_id_product_id")
        ),
    )
    op.create_table(
        "turn",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.String(length=120), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("button", sa.String(length=80), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("finished_at", backend.database.Moment(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('claimed','answered','failed')", name=op.f("ck_turn_state")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_turn_conversation_id_conversation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turn")),
        sa.UniqueConstraint("conversation_id", "message_id", name=op.f("uq_turn_conversation_id_message_id")),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("webhook_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("leased_until", backend.database.Moment(timezone=True), nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.String(length=300), nullable=True),
        sa.Column("delivered_at", backend.database.Moment(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('pending','delivered','dead')", name=op.f("ck_webhook_delivery_state")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["outbox_event.id"], name=op.f("fk_webhook_delivery_event_id_outbox_event")
        ),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhook.id"], name=op.f("fk_webhook_delivery_webhook_id_webhook")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint("webhook_id", "event_id", name=op.f("uq_webhook_delivery_webhook_id_event_id")),
    )
    with op.batch_alter_table("webhook_delivery", schema=None) as batch_op:
        batch_op.create_index("ix_webhook_delivery_event_id", ["event_id"], unique=False)
        batch_op.create_index("ix_webhook_delivery_state_next_at", ["state", "next_at"], unique=False)

    op.create_table(
        "action_reply",
        sa.Column("turn_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("reply", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["turn_id"], ["turn.id"], name=op.f("fk_action_reply_turn_id_turn")),
        sa.PrimaryKeyConstraint("turn_id", "action", "ordinal", name=op.f("pk_action_reply")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("turn_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("author", sa.String(length=10), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("created_at", backend.database.Moment(timezone=True), nullable=False),
        sa.CheckConstraint("author IN ('person','desk')", name=op.f("ck_message_author")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_message_conversation_id_conversation")
        ),
        sa.ForeignKeyConstraint(["turn_id"], ["turn.id"], name=op.f("fk_message_turn_id_turn")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_conversation_id_id", ["conversation_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_turn_id"), ["turn_id"], unique=False)
        batch_op.create_index(
            "ix_message_unasked",
            ["conversation_id", "id"],
            unique=False,
            sqlite_where=sa.text("turn_id IS NULL"),
            postgresql_where=sa.text("turn_id IS NULL"),
        )

    op.create_table(
        "quote_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quote_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("list_price", backend.database.Amount(), nullable=False),
        sa.Column("discount", backend.database.Amount(), nullable=False),
        sa.Column("price", backend.database.Amount(), nullable=False),
        sa.Column("tax_rate", backend.database.Amount(), nullable=False),
        sa.Column("total", backend.database.Amount(), nullable=False),
        sa.CheckConstraint("discount >= 0 AND discount <= 10000", name=op.f("ck_quote_line_discount")),
        sa.CheckConstraint("price >= 0", name=op.f("ck_quote_line_price")),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_quote_line_quantity")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_quote_line_product_id_product")),
        sa.ForeignKeyConstraint(["quote_id"], ["quote.id"], name=op.f("fk_quote_line_quote_id_quote")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_line")),
    )
    with op.batch_alter_table("quote_line", schema=None) as batch_op:
        batch_op.create_index("ix_quote_line_quote_id", ["quote_id"], unique=False)

    op.create_table(
        "sales_order",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("placed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("placed_by_role", sa.String(length=20), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("placed_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("requested_date", sa.Date(), nullable=True),
        sa.Column("customer_reference", sa.String(length=80), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("delivery", backend.database.Amount(), nullable=False),
        sa.Column("tax", backend.database.Amount(), nullable=False),
        sa.Column("total", backend.database.Amount(), nullable=False),
        sa.Column("delivery_address", sa.JSON(), nullable=True),
        sa.Column("payment_method", sa.String(length=60), nullable=False),
        sa.Column("payment_days", sa.Integer(), nullable=True),
        sa.Column("cancel_reason", sa.String(length=200), nullable=True),
        sa.Column("quote_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("standing_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('placed','on_hold','in_fulfilment','completed','cancelled')", name=op.f("ck_sales_order_state")
        ),
        sa.CheckConstraint(
            "delivery >= 0 AND tax >= 0 AND total >= delivery + tax", name=op.f("ck_sales_order_amounts")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_sales_order_customer_id_customer")),
        sa.ForeignKeyConstraint(
            ["placed_by_id"], ["user_account.id"], name=op.f("fk_sales_order_placed_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["quote_id"], ["quote.id"], name=op.f("fk_sales_order_quote_id_quote")),
        sa.ForeignKeyConstraint(
            ["standing_order_id"], ["standing_order.id"], name=op.f("fk_sales_order_standing_order_id_standing_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_order")),
        sa.UniqueConstraint("number", name=op.f("uq_sales_order_number")),
    )
    with op.batch_alter_table("sales_order", schema=None) as batch_op:
        batch_op.create_index("ix_sales_order_customer_id_id", ["customer_id", "id"], unique=False)
        batch_op.create_index("ix_sales_order_customer_id_placed_at", ["customer_id", "placed_at"], unique=False)
        batch_op.create_index(
            "ix_sales_order_customer_reference",
            ["customer_reference", "id"],
            unique=False,
            sqlite_where=sa.text("customer_reference IS NOT NULL"),
            postgresql_where=sa.text("customer_reference IS NOT NULL"),
        )
        batch_op.create_index("ix_sales_order_placed_at_id", ["placed_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sales_order_standing_order_id"), ["standing_order_id"], unique=False)
        batch_op.create_index("ix_sales_order_state_id", ["state", "id"], unique=False)
        batch_op.create_index(
            "uq_sales_order_quote_id",
            ["quote_id"],
            unique=True,
            sqlite_where=sa.text("quote_id IS NOT NULL"),
            postgresql_where=sa.text("quote_id IS NOT NULL"),
        )

    op.create_table(
        "order_hold",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.String(length=300), nullable=True),
        sa.Column("created_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("released_at", backend.database.Moment(timezone=True), nullable=True),
        sa.Column("released_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "reason IN ('credit_limit','overdue','discount','buyer_limit','manual')", name=op.f("ck_order_hold_reason")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["sales_order.id"], name=op.f("fk_order_hold_order_id_sales_order")),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["user_account.id"], name=op.f("fk_order_hold_released_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_hold")),
    )
    with op.batch_alter_table("order_hold", schema=None) as batch_op:
        batch_op.create_index("ix_order_hold_order_id", ["order_id"], unique=False)

    op.create_table(
        "sales_order_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price", backend.database.Amount(), nullable=False),
        sa.Column("list_price", backend.database.Amount(), nullable=True),
        sa.Column("discount", backend.database.Amount(), nullable=False),
        sa.Column("tax_rate", backend.database.Amount(), nullable=False),
        sa.Column("total", backend.database.Amount(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.Column("back_ordered", sa.Integer(), nullable=False),
        sa.Column("shipped", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("invoiced", sa.Integer(), nullable=False),
        sa.Column("promised_date", sa.Date(), nullable=True),
        sa.Column("promotion", sa.String(length=120), nullable=True),
        sa.CheckConstraint("discount >= 0 AND discount <= 10000", name=op.f("ck_sales_order_line_discount")),
        sa.CheckConstraint("invoiced >= 0 AND invoiced <= shipped", name=op.f("ck_sales_order_line_invoiced")),
        sa.CheckConstraint("price >= 0", name=op.f("ck_sales_order_line_price")),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_sales_order_line_quantity")),
        sa.CheckConstraint(
            "reserved + back_ordered + shipped + cancelled = quantity", name=op.f("ck_sales_order_line_sum")
        ),
        sa.CheckConstraint(
            "reserved >= 0 AND back_ordered >= 0 AND shipped >= 0 AND cancelled >= 0",
            name=op.f("ck_sales_order_line_parts"),
        ),
        sa.CheckConstraint("returned >= 0 AND returned <= shipped", name=op.f("ck_sales_order_line_returned")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["sales_order.id"], name=op.f("fk_sales_order_line_order_id_sales_order")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_sales_order_line_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_order_line")),
    )
    with op.batch_alter_table("sales_order_line", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sales_order_line_back_ordered",
            ["product_id"],
            unique=False,
            sqlite_where=sa.text("back_ordered > 0"),
            postgresql_where=sa.text("back_ordered > 0"),
        )
        batch_op.create_index("ix_sales_order_line_order_id", ["order_id"], unique=False)
        batch_op.create_index("ix_sales_order_line_product_id_order_id", ["product_id", "order_id"], unique=False)

    op.create_table(
        "sales_return",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("resolution", sa.String(length=20), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("exchange_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("requested_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("requested_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("returned_at", backend.database.Moment(timezone=True), nullable=True),
        sa.Column("settled_at", backend.database.Moment(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("total", backend.database.Amount(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("resolution IN ('refund','credit','exchange')", name=op.f("ck_sales_return_resolution")),
        sa.CheckConstraint(
            "state IN ('requested','approved','received','settled','rejected')", name=op.f("ck_sales_return_state")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_sales_return_customer_id_customer")),
        sa.ForeignKeyConstraint(
            ["exchange_order_id"], ["sales_order.id"], name=op.f("fk_sales_return_exchange_order_id_sales_order")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["sales_order.id"], name=op.f("fk_sales_return_order_id_sales_order")),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["user_account.id"], name=op.f("fk_sales_return_requested_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_return")),
        sa.UniqueConstraint("number", name=op.f("uq_sales_return_number")),
    )
    with op.batch_alter_table("sales_return", schema=None) as batch_op:
        batch_op.create_index("ix_sales_return_customer_id_id", ["customer_id", "id"], unique=False)
        batch_op.create_index("ix_sales_return_exchange_order_id", ["exchange_order_id"], unique=False)
        batch_op.create_index("ix_sales_return_order_id", ["order_id"], unique=False)
        batch_op.create_index("ix_sales_return_state_id", ["state", "id"], unique=False)

    op.create_table(
        "shipment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("warehouse_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("planned_at", backend.database.Moment(timezone=True), nullable=True),
        sa.Column("shipped_at", backend.database.Moment(timezone=True), nullable=True),
        sa.Column("delivered_at", backend.database.Moment(timezone=True), nullable=True),
        sa.Column("expected_date", sa.Date(), nullable=True),
        sa.Column("carrier", sa.String(length=60), nullable=True),
        sa.Column("tracking_number", sa.String(length=60), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('planned','picked','shipped','delivered','lost','cancelled')", name=op.f("ck_shipment_state")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["sales_order.id"], name=op.f("fk_shipment_order_id_sales_order")),
        sa.ForeignKeyConstraint(["warehouse_id"], ["warehouse.id"], name=op.f("fk_shipment_warehouse_id_warehouse")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment")),
        sa.UniqueConstraint("number", name=op.f("uq_shipment_number")),
    )
    with op.batch_alter_table("shipment", schema=None) as batch_op:
        batch_op.create_index("ix_shipment_order_id", ["order_id"], unique=False)
        batch_op.create_index("ix_shipment_state_id", ["state", "id"], unique=False)

    op.create_table(
        "standing_order_run",
        sa.Column("standing_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("problem", sa.String(length=300), nullable=True),
        sa.Column("at", backend.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["sales_order.id"], name=op.f("fk_standing_order_run_order_id_sales_order")
        ),
        sa.ForeignKeyConstraint(
            ["standing_order_id"],
            ["standing_order.id"],
            name=op.f("fk_standing_order_run_standing_order_id_standing_order"),
        ),
        sa.PrimaryKeyConstraint("standing_order_id", "day", name=op.f("pk_standing_order_run")),
    )
    op.create_table(
        "invoice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=True),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shipment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("issued_at", backend.database.Moment(timezone=True), nullable=True),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("delivery", backend.database.Amount(), nullable=False),
        sa.Column("tax", backend.database.Amount(), nullable=False),
        sa.Column("total", backend.database.Amount(), nullable=False),
        sa.Column("paid", backend.database.Amount(), nullable=False),
        sa.Column("credited", backend.database.Amount(), nullable=False),
        sa.Column("tax_breakdown", sa.JSON(), nullable=False),
        sa.Column("address", sa.JSON(), nullable=True),
        sa.Column("customer_reference", sa.String(length=80), nullable=True),
        sa.Column("customer_tax_number", sa.String(length=40), nullable=True),
        sa.Column("payment_method", sa.String(length=60), nullable=True),
        sa.Column("created_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(number IS NULL) = (state = 'draft')", name=op.f("ck_invoice_numbered")),
        sa.CheckConstraint(
            "state IN ('draft','issued','part_paid','paid','overdue','credited')", name=op.f("ck_invoice_state")
        ),
        sa.CheckConstraint("delivery >= 0 AND tax >= 0 AND total >= delivery + tax", name=op.f("ck_invoice_amounts")),
        sa.CheckConstraint("paid >= 0 AND credited >= 0 AND paid + credited <= total", name=op.f("ck_invoice_paid")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_invoice_customer_id_customer")),
        sa.ForeignKeyConstraint(["order_id"], ["sales_order.id"], name=op.f("fk_invoice_order_id_sales_order")),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipment.id"], name=op.f("fk_invoice_shipment_id_shipment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("number", name=op.f("uq_invoice_number")),
        sa.UniqueConstraint("shipment_id", name=op.f("uq_invoice_shipment_id")),
    )
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.create_index("ix_invoice_customer_id_id", ["customer_id", "id"], unique=False)
        batch_op.create_index("ix_invoice_order_id", ["order_id"], unique=False)
        batch_op.create_index("ix_invoice_state_due_date", ["state", "due_date"], unique=False)

    op.create_table(
        "reservation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("warehouse_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("expires_at", backend.database.Moment(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('active','consumed','released','expired')", name=op.f("ck_reservation_state")),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_reservation_quantity")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["sales_order_line.id"], name=op.f("fk_reservation_order_line_id_sales_order_line")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_reservation_product_id_product")),
        sa.ForeignKeyConstraint(["warehouse_id"], ["warehouse.id"], name=op.f("fk_reservation_warehouse_id_warehouse")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation")),
    )
    with op.batch_alter_table("reservation", schema=None) as batch_op:
        batch_op.create_index("ix_reservation_expires_at", ["expires_at"], unique=False)
        batch_op.create_index("ix_reservation_order_line_id", ["order_line_id"], unique=False)
        batch_op.create_index("ix_reservation_product_id_state", ["product_id", "state"], unique=False)

    op.create_table(
        "sales_return_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("return_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price", backend.database.Amount(), nullable=False),
        sa.Column("total", backend.database.Amount(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("announced", sa.Integer(), nullable=True),
        sa.Column("scrapped", sa.Integer(), nullable=False),
        sa.Column("exchange_product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("exchange_price", backend.database.Amount(), nullable=True),
        sa.CheckConstraint("announced IS NULL OR announced >= quantity", name=op.f("ck_sales_return_line_announced")),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_sales_return_line_quantity")),
        sa.CheckConstraint("scrapped >= 0 AND scrapped <= quantity", name=op.f("ck_sales_return_line_scrapped")),
        sa.ForeignKeyConstraint(
            ["exchange_product_id"], ["product.id"], name=op.f("fk_sales_return_line_exchange_product_id_product")
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["sales_order_line.id"], name=op.f("fk_sales_return_line_order_line_id_sales_order_line")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_sales_return_line_product_id_product")),
        sa.ForeignKeyConstraint(
            ["return_id"], ["sales_return.id"], name=op.f("fk_sales_return_line_return_id_sales_return")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_return_line")),
    )
    with op.batch_alter_table("sales_return_line", schema=None) as batch_op:
        batch_op.create_index("ix_sales_return_line_order_line_id", ["order_line_id"], unique=False)
        batch_op.create_index("ix_sales_return_line_product_id", ["product_id"], unique=False)
        batch_op.create_index("ix_sales_return_line_return_id", ["return_id"], unique=False)

    op.create_table(
        "shipment_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shipment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_shipment_line_quantity")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["sales_order_line.id"], name=op.f("fk_shipment_line_order_line_id_sales_order_line")
        ),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipment.id"], name=op.f("fk_shipment_line_shipment_id_shipment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment_line")),
    )
    with op.batch_alter_table("shipment_line", schema=None) as batch_op:
        batch_op.create_index("ix_shipment_line_shipment_id", ["shipment_id"], unique=False)

    op.create_table(
        "credit_note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("invoice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("return_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("issued_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("delivery", backend.database.Amount(), nullable=False),
        sa.Column("tax", backend.database.Amount(), nullable=False),
        sa.Column("total", backend.database.Amount(), nullable=False),
        sa.Column("applied", backend.database.Amount(), nullable=False),
        sa.Column("refunded", backend.database.Amount(), nullable=False),
        sa.Column("tax_breakdown", sa.JSON(), nullable=False),
        sa.Column("address", sa.JSON(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "applied >= 0 AND refunded >= 0 AND applied + refunded <= total", name=op.f("ck_credit_note_used")
        ),
        sa.CheckConstraint(
            "delivery >= 0 AND tax >= 0 AND total >= delivery + tax", name=op.f("ck_credit_note_amounts")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_credit_note_customer_id_customer")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_credit_note_invoice_id_invoice")),
        sa.ForeignKeyConstraint(["order_id"], ["sales_order.id"], name=op.f("fk_credit_note_order_id_sales_order")),
        sa.ForeignKeyConstraint(["return_id"], ["sales_return.id"], name=op.f("fk_credit_note_return_id_sales_return")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_note")),
        sa.UniqueConstraint("number", name=op.f("uq_credit_note_number")),
    )
    with op.batch_alter_table("credit_note", schema=None) as batch_op:
        batch_op.create_index("ix_credit_note_customer_id_id", ["customer_id", "id"], unique=False)
        batch_op.create_index("ix_credit_note_invoice_id", ["invoice_id"], unique=False)
        batch_op.create_index("ix_credit_note_order_id", ["order_id"], unique=False)
        batch_op.create_index("ix_credit_note_return_id", ["return_id"], unique=False)

    op.create_table(
        "invoice_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("invoice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("quantity_text", sa.String(length=80), nullable=False),
        sa.Column("price", backend.database.Amount(), nullable=False),
        sa.Column("list_price", backend.database.Amount(), nullable=True),
        sa.Column("discount", backend.database.Amount(), nullable=False),
        sa.Column("tax_rate", backend.database.Amount(), nullable=False),
        sa.Column("tax", backend.database.Amount(), nullable=False),
        sa.Column("total", backend.database.Amount(), nullable=False),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_invoice_line_quantity")),
        sa.CheckConstraint("total >= 0 AND tax >= 0", name=op.f("ck_invoice_line_amounts")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_line_invoice_id_invoice")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["sales_order_line.id"], name=op.f("fk_invoice_line_order_line_id_sales_order_line")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_line")),
    )
    with op.batch_alter_table("invoice_line", schema=None) as batch_op:
        batch_op.create_index("ix_invoice_line_invoice_id", ["invoice_id"], unique=False)
        batch_op.create_index("ix_invoice_line_order_line_id", ["order_line_id"], unique=False)

    op.create_table(
        "credit_note_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("credit_note_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("invoice_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("quantity_text", sa.String(length=80), nullable=False),
        sa.Column("price", backend.database.Amount(), nullable=False),
        sa.Column("tax_rate", backend.database.Amount(), nullable=False),
        sa.Column("tax", backend.database.Amount(), nullable=False),
        sa.Column("total", backend.database.Amount(), nullable=False),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_credit_note_line_quantity")),
        sa.CheckConstraint("total >= 0 AND tax >= 0", name=op.f("ck_credit_note_line_amounts")),
        sa.ForeignKeyConstraint(
            ["credit_note_id"], ["credit_note.id"], name=op.f("fk_credit_note_line_credit_note_id_credit_note")
        ),
        sa.ForeignKeyConstraint(
            ["invoice_line_id"], ["invoice_line.id"], name=op.f("fk_credit_note_line_invoice_line_id_invoice_line")
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["sales_order_line.id"], name=op.f("fk_credit_note_line_order_line_id_sales_order_line")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_note_line")),
    )
    with op.batch_alter_table("credit_note_line", schema=None) as batch_op:
        batch_op.create_index("ix_credit_note_line_credit_note_id", ["credit_note_id"], unique=False)
        batch_op.create_index("ix_credit_note_line_invoice_line_id", ["invoice_line_id"], unique=False)
        batch_op.create_index("ix_credit_note_line_order_line_id", ["order_line_id"], unique=False)

    op.create_table(
        "payment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("method", sa.String(length=60), nullable=False),
        sa.Column("amount", backend.database.Amount(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=True),
        sa.Column("failure", sa.String(length=200), nullable=True),
        sa.Column("refund_of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("credit_note_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("settled_at", backend.database.Moment(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('payment','refund')", name=op.f("ck_payment_kind")),
        sa.CheckConstraint("state IN ('pending','settled','failed','refunded')", name=op.f("ck_payment_state")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_amount")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_payment_created_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["credit_note_id"], ["credit_note.id"], name=op.f("fk_payment_credit_note_id_credit_note")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_payment_customer_id_customer")),
        sa.ForeignKeyConstraint(["refund_of_id"], ["payment.id"], name=op.f("fk_payment_refund_of_id_payment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("number", name=op.f("uq_payment_number")),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index("ix_payment_credit_note_id", ["credit_note_id"], unique=False)
        batch_op.create_index("ix_payment_customer_id_id", ["customer_id", "id"], unique=False)
        batch_op.create_index("ix_payment_state_id", ["state", "id"], unique=False)

    op.create_table(
        "payment_allocation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("payment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("invoice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", backend.database.Amount(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_allocation_amount")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_payment_allocation_invoice_id_invoice")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_payment_allocation_payment_id_payment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_allocation")),
        sa.UniqueConstraint("payment_id", "invoice_id", name=op.f("uq_payment_allocation_payment_id_invoice_id")),
    )
    with op.batch_alter_table("payment_allocation", schema=None) as batch_op:
        batch_op.create_index("ix_payment_allocation_invoice_id", ["invoice_id"], unique=False)

    # ### end Alembic commands ###
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_TRIGGERS if sqlite else POSTGRES_TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name != "sqlite":
        for name in (
            "inquiry_state",
            "quote_state",
            "sales_order_state",
            "reservation_state",
            "shipment_state",
            "invoice_state",
            "payment_state",
            "sales_return_state",
            "standing_order_state",
            "purchase_order_state",
            "webhook_delivery_state",
            "stock_entry_kept",
            "audit_event_kept",
        ):
            op.execute(f"DROP FUNCTION {name} CASCADE")
    # ### commands auto generated by Alembic - please adjust! ###
    with op.batch_alter_table("payment_allocation", schema=None) as batch_op:
        batch_op.drop_index("ix_payment_allocation_invoice_id")

    op.drop_table("payment_allocation")
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index("ix_payment_state_id")
        batch_op.drop_index("ix_payment_customer_id_id")
        batch_op.drop_index("ix_payment_credit_note_id")

    op.drop_table("payment")
    with op.batch_alter_table("credit_note_line", schema=None) as batch_op:
        batch_op.drop_index("ix_credit_note_line_order_line_id")
        batch_op.drop_index("ix_credit_note_line_invoice_line_id")
        batch_op.drop_index("ix_credit_note_line_credit_note_id")

    op.drop_table("credit_note_line")
    with op.batch_alter_table("invoice_line", schema=None) as batch_op:
        batch_op.drop_index("ix_invoice_line_order_line_id")
        batch_op.drop_index("ix_invoice_line_invoice_id")

    op.drop_table("invoice_line")
    with op.batch_alter_table("credit_note", schema=None) as batch_op:
        batch_op.drop_index("ix_credit_note_return_id")
        batch_op.drop_index("ix_credit_note_order_id")
        batch_op.drop_index("ix_credit_note_invoice_id")
        batch_op.drop_index("ix_credit_note_customer_id_id")

    op.drop_table("credit_note")
    with op.batch_alter_table("shipment_line", schema=None) as batch_op:
        batch_op.drop_index("ix_shipment_line_shipment_id")

    op.drop_table("shipment_line")
    with op.batch_alter_table("sales_return_line", schema=None) as batch_op:
        batch_op.drop_index("ix_sales_return_line_return_id")
        batch_op.drop_index("ix_sales_return_line_product_id")
        batch_op.drop_index("ix_sales_return_line_order_line_id")

    op.drop_table("sales_return_line")
    with op.batch_alter_table("reservation", schema=None) as batch_op:
        batch_op.drop_index("ix_reservation_product_id_state")
        batch_op.drop_index("ix_reservation_order_line_id")
        batch_op.drop_index("ix_reservation_expires_at")

    op.drop_table("reservation")
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.drop_index("ix_invoice_state_due_date")
        batch_op.drop_index("ix_invoice_order_id")
        batch_op.drop_index("ix_invoice_customer_id_id")

    op.drop_table("invoice")
    op.drop_table("standing_order_run")
    with op.batch_alter_table("shipment", schema=None) as batch_op:
        batch_op.drop_index("ix_shipment_state_id")
        batch_op.drop_index("ix_shipment_order_id")

    op.drop_table("shipment")
    with op.batch_alter_table("sales_return", schema=None) as batch_op:
        batch_op.drop_index("ix_sales_return_state_id")
        batch_op.drop_index("ix_sales_return_order_id")
        batch_op.drop_index("ix_sales_return_exchange_order_id")
        batch_op.drop_index("ix_sales_return_customer_id_id")

    op.drop_table("sales_return")
    with op.batch_alter_table("sales_order_line", schema=None) as batch_op:
        batch_op.drop_index("ix_sales_order_line_product_id_order_id")
        batch_op.drop_index("ix_sales_order_line_order_id")
        batch_op.drop_index(
            "ix_sales_order_line_back_ordered",
            sqlite_where=sa.text("back_ordered > 0"),
            postgresql_where=sa.text("back_ordered > 0"),
        )

    op.drop_table("sales_order_line")
    with op.batch_alter_table("order_hold", schema=None) as batch_op:
        batch_op.drop_index("ix_order_hold_order_id")

    op.drop_table("order_hold")
    with op.batch_alter_table("sales_order", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_sales_order_quote_id",
            sqlite_where=sa.text("quote_id IS NOT NULL"),
            postgresql_where=sa.text("quote_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_sales_order_state_id")
        batch_op.drop_index(batch_op.f("ix_sales_order_standing_order_id"))
        batch_op.drop_index("ix_sales_order_placed_at_id")
        batch_op.drop_index(
            "ix_sales_order_customer_reference",
            sqlite_where=sa.text("customer_reference IS NOT NULL"),
            postgresql_where=sa.text("customer_reference IS NOT NULL"),
        )
        batch_op.drop_index("ix_sales_order_customer_id_placed_at")
        batch_op.drop_index("ix_sales_order_customer_id_id")

    op.drop_table("sales_order")
    with op.batch_alter_table("quote_line", schema=None) as batch_op:
        batch_op.drop_index("ix_quote_line_quote_id")

    op.drop_table("quote_line")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_message_unasked", sqlite_where=sa.text("turn_id IS NULL"), postgresql_where=sa.text("turn_id IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_message_turn_id"))
        batch_op.drop_index("ix_message_conversation_id_id")

    op.drop_table("message")
    op.drop_table("action_reply")
    with op.batch_alter_table("webhook_delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_webhook_delivery_state_next_at")
        batch_op.drop_index("ix_webhook_delivery_event_id")

    op.drop_table("webhook_delivery")
    op.drop_table("turn")
    op.drop_table("standing_order_line")
    with op.batch_alter_table("quote", schema=None) as batch_op:
        batch_op.drop_index("ix_quote_state_valid_until")
        batch_op.drop_index("ix_quote_customer_id")

    op.drop_table("quote")
    with op.batch_alter_table("purchase_order_line", schema=None) as batch_op:
        batch_op.drop_index("ix_purchase_order_line_purchase_order_id")
        batch_op.drop_index("ix_purchase_order_line_product_id")

    op.drop_table("purchase_order_line")
    with op.batch_alter_table("inbox_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_inbox_entry_event_id")

    op.drop_table("inbox_entry")
    op.drop_table("cart_line")
    with op.batch_alter_table("button_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_button_token_conversation_id"))

    op.drop_table("button_token")
    op.drop_table("webhook")
    with op.batch_alter_table("telegram_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_telegram_link_user_id"))

    op.drop_table("telegram_link")
    with op.batch_alter_table("supplier_product", schema=None) as batch_op:
        batch_op.drop_index("ix_supplier_product_product_id")

    op.drop_table("supplier_product")
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.drop_index("ix_suggestion_customer_id_rank")

    op.drop_table("suggestion")
    op.drop_table("stock_level")
    with op.batch_alter_table("stock_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_stock_entry_product_id_at")

    op.drop_table("stock_entry")
    with op.batch_alter_table("standing_order", schema=None) as batch_op:
        batch_op.drop_index("ix_standing_order_state_next_date")
        batch_op.drop_index("ix_standing_order_customer_id")

    op.drop_table("standing_order")
    op.drop_table("reorder_point")
    with op.batch_alter_table("purchase_order", schema=None) as batch_op:
        batch_op.drop_index("ix_purchase_order_supplier_id")
        batch_op.drop_index("ix_purchase_order_state")

    op.drop_table("purchase_order")
    op.drop_table("product_pack")
    op.drop_table("product_alias")
    with op.batch_alter_table("price", schema=None) as batch_op:
        batch_op.drop_index("ix_price_product_id_min_quantity")
        batch_op.drop_index(batch_op.f("ix_price_customer_id"))

    op.drop_table("price")
    with op.batch_alter_table("outbox_event", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_event_unpublished",
            sqlite_where=sa.text("published_at IS NULL"),
            postgresql_where=sa.text("published_at IS NULL"),
        )
        batch_op.drop_index("ix_outbox_event_published_at")

    op.drop_table("outbox_event")
    op.drop_table("link_code")
    with op.batch_alter_table("inquiry", schema=None) as batch_op:
        batch_op.drop_index("ix_inquiry_state_id")
        batch_op.drop_index("ix_inquiry_customer_id")

    op.drop_table("inquiry")
    op.drop_table("idempotency_record")
    with op.batch_alter_table("forecast_row", schema=None) as batch_op:
        batch_op.drop_index("ix_forecast_row_product_id")

    op.drop_table("forecast_row")
    op.drop_table("conversation")
    op.drop_table("cart")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_event_user_id_id")
        batch_op.drop_index("ix_audit_event_subject_id")
        batch_op.drop_index("ix_audit_event_subject")

    op.drop_table("audit_event")
    with op.batch_alter_table("alert_subscription", schema=None) as batch_op:
        batch_op.drop_index("ix_alert_subscription_user_id")
        batch_op.drop_index("ix_alert_subscription_topic_product_id")

    op.drop_table("alert_subscription")
    with op.batch_alter_table("access_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_access_token_user_id"))

    op.drop_table("access_token")
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_account_customer_id"))

    op.drop_table("user_account")
    with op.batch_alter_table("set_aside", schema=None) as batch_op:
        batch_op.drop_index("ix_set_aside_import_run_id_reason")

    op.drop_table("set_aside")
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_product_family_id"))
        batch_op.drop_index(batch_op.f("ix_product_changed_at"))
        batch_op.drop_index(batch_op.f("ix_product_category_id"))

    op.drop_table("product")
    op.drop_table("payment_method")
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.drop_index("ix_address_customer_id")

    op.drop_table("address")
    op.drop_table("warehouse")
    op.drop_table("tax_rate")
    op.drop_table("supplier")
    op.drop_table("product_family")
    op.drop_table("number_series")
    op.drop_table("import_run")
    op.drop_table("forecast_run")
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_customer_name"))

    op.drop_table("customer")
    op.drop_table("company")
    op.drop_table("category")
    # ### end Alembic commands ###
