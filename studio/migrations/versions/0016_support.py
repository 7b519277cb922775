"""Support: tickets and their answers; visits by day"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import studio.db

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString


def texts(*names: str) -> list[sa.Column]:
    return [sa.Column(name, TEXT(), nullable=False) for name in names]


def moments(*names: str) -> list[sa.Column]:
    return [sa.Column(name, studio.db.Moment(timezone=True), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "visit",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "kind"),
    )
    op.create_table(
        "ticket",
        *texts("id", "account", "title"),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        *moments("opened", "changed"),
        sa.ForeignKeyConstraint(["account"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "saying",
        *texts("id", "ticket", "account"),
        sa.Column("founder", sa.Boolean(), nullable=False),
        *texts("text"),
        *moments("at"),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.id"]),
        sa.ForeignKeyConstraint(["account"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    for table, column in (("ticket", "account"), ("ticket", "state"), ("saying", "ticket"), ("saying", "account")):
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    for table in ("saying", "ticket", "visit"):
        op.drop_table(table)
