"""Until when a rented machine's hours are in the ledger, and whose turn it is to rent one"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import studio.db

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    with op.batch_alter_table("rental", schema=None) as batch_op:
        batch_op.add_column(sa.Column("booked", studio.db.Moment(timezone=True), nullable=True))
    op.create_table(
        "rentalturn",
        *(sa.Column(name, TEXT(), nullable=False) for name in ("name", "whose")),
        sa.Column("until", studio.db.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def downgrade() -> None:
    op.drop_table("rentalturn")
    with op.batch_alter_table("rental", schema=None) as batch_op:
        batch_op.drop_column("booked")
