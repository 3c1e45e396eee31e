"""what may be spent on purchase orders in a month"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    # written out, since SQLite takes a check only with the column that it comes with
    op.execute(
        "ALTER TABLE company ADD COLUMN purchase_budget BIGINT"
        " CONSTRAINT ck_company_purchase_budget CHECK (purchase_budget >= 0)"
    )


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("company") as batch:
            batch.drop_constraint(op.f("ck_company_purchase_budget"), type_="check")
            batch.drop_column("purchase_budget")
    else:
        op.drop_column("company", "purchase_budget")
