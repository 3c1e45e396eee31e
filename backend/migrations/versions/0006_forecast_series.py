"""forecasts of customers, countries, regions, reps, categories and the total as series of their own"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "forecast_series",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("mean", sa.JSON(), nullable=False),
        sa.Column("quantiles", sa.JSON(), nullable=False),
        sa.Column("drivers", sa.JSON(), nullable=False),
        sa.Column("error", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('customer','country','region','rep','category','total')",
            name=op.f("ck_forecast_series_kind"),
        ),
        sa.ForeignKeyConstraint(["run_id"], ["forecast_run.id"], name=op.f("fk_forecast_series_run_id_forecast_run")),
        sa.PrimaryKeyConstraint("run_id", "kind", "key", name=op.f("pk_forecast_series")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("forecast_series")
