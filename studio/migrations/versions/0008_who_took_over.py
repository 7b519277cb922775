"""Who took over from an engine that could not be had, and who made a take instead of whom"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.add_column(sa.Column("switches", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("choice", schema=None) as batch_op:
        for name in ("instead_of", "why"):
            batch_op.add_column(sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("choice", schema=None) as batch_op:
        for name in ("why", "instead_of"):
            batch_op.drop_column(name)
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_column("switches")
