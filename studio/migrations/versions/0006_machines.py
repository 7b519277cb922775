"""Machines that are rented, how busy they were, and each worker's breakers"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import studio.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.create_table(
        "rental",
        *(sa.Column(name, TEXT(), nullable=False) for name in ("host", "machine", "name", "gpu")),
        sa.Column("micros_an_hour", sa.BigInteger(), nullable=False),
        sa.Column("leaked", sa.Boolean(), nullable=False),
        sa.Column("begun", studio.db.Moment(timezone=True), nullable=False),
        sa.Column("seen", studio.db.Moment(timezone=True), nullable=False),
        sa.Column("ended", studio.db.Moment(timezone=True), nullable=True),
        sa.Column("why", TEXT(), nullable=False),
        sa.PrimaryKeyConstraint("host", "machine"),
    )
    op.create_table(
        "sighting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("host", TEXT(), nullable=False),
        sa.Column("machine", TEXT(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("busy", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_sighting_host", "sighting", ["host"])
    op.create_table(
        "linestate",
        *(sa.Column(name, TEXT(), nullable=False) for name in ("worker", "vendor", "state")),
        sa.Column("at", studio.db.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("worker", "vendor"),
    )


def downgrade() -> None:
    for name in ("linestate", "sighting", "rental"):
        op.drop_table(name)
