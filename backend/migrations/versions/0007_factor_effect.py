"""what price and promotion did to a product's demand"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "factor_effect",
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("freq", sa.String(length=1), nullable=False),
        *(_column(name, sa.Double()) for name in ("elasticity", "elasticity_sd", "lift", "lift_sd", "covariance")),
        *(_column(name, sa.Boolean()) for name in ("varied", "promoted")),
        *(_column(name, sa.Double()) for name in ("price_own", "promotion_own")),
        *(_column(name, sa.Integer()) for name in ("periods", "price_periods", "promotion_periods")),
        *(_column(name, sa.Double()) for name in ("lowest", "highest", "discount", "price_trust", "promotion_trust")),
        _column("learnt_to", sa.Date()),
        sa.CheckConstraint("freq IN ('W','M')", name=op.f("ck_factor_effect_freq")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_factor_effect_product_id_product")),
        sa.PrimaryKeyConstraint("product_id", "freq", name=op.f("pk_factor_effect")),
    )


def _column(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def downgrade() -> None:
    """Take back."""
    op.drop_table("factor_effect")
