"""The tier of an account, and what a hold has counted of it"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import studio.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tier", TEXT(), nullable=False, server_default="owner"))
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.add_column(sa.Column("counted", studio.db.Moment(timezone=True), nullable=True))
    with op.batch_alter_table("holdpart", schema=None) as batch_op:
        batch_op.add_column(sa.Column("work", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("retake", TEXT(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("holdpart", schema=None) as batch_op:
        batch_op.drop_column("retake")
        batch_op.drop_column("work")
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.drop_column("counted")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("tier")
