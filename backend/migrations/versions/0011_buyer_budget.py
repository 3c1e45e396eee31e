"""what a buyer may spend on purchase orders in a month"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    # written out, since SQLite takes a check only with the column that it comes with
    op.execute(
        "ALTER TABLE user_account ADD COLUMN purchase_budget BIGINT"
        " CONSTRAINT ck_user_account_purchase_budget CHECK (purchase_budget >= 0)"
    )


def downgrade() -> None:
    """Take back."""
    # the check goes with its column, and the table is not copied: others refer to it
    op.execute("ALTER TABLE user_account DROP COLUMN purchase_budget")
