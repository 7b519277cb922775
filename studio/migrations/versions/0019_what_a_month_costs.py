"""Orders: what a plan costs a month, so that a new price changes nothing of what was reported before"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("purchase", sa.Column("monthly", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("purchase", "monthly")
