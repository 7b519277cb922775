"""Second factors: an account's app, and its codes on paper"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import studio.db

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "secondfactor",
        sa.Column("account", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("paper", sa.JSON(), nullable=False),
        sa.Column("since", studio.db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"]),
        sa.PrimaryKeyConstraint("account"),
    )


def downgrade() -> None:
    op.drop_table("secondfactor")
