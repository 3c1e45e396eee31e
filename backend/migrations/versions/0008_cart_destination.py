"""where the goods of a cart are to go"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("cart", sa.Column("destination", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("cart", "destination")
