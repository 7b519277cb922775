"""Episodes: when one was taken off the lists"""

import sqlalchemy as sa
from alembic import op

import studio.db

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("episode", sa.Column("removed", studio.db.Moment(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("episode", "removed")
