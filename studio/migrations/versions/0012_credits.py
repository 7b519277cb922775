"""Film credits: lots that expire, what films hold of them, orders of films and their minutes"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import studio.db

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString


def texts(*names: str) -> list[sa.Column]:
    return [sa.Column(name, TEXT(), nullable=False) for name in names]


def amounts(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def moments(*names: str, nullable: bool = False) -> list[sa.Column]:
    return [sa.Column(name, studio.db.Moment(timezone=True), nullable=nullable) for name in names]


def upgrade() -> None:
    op.create_table("wallet", *texts("account"), *amounts("micros", "held", "owed"), sa.PrimaryKeyConstraint("account"))
    op.create_table(
        "lot",
        *texts("id", "account", "once"),
        sa.Column("bonus", sa.Boolean(), nullable=False),
        *texts("pack"),
        *amounts("micros", "left", "lapsed", "clawed"),
        *moments("expires", nullable=True),
        sa.Column("extended", sa.Boolean(), nullable=False),
        *moments("told", nullable=True),
        *moments("at"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account", "once", "bonus"),
    )
    op.create_table(
        "lotdraw",
        *texts("film", "lot", "account"),
        *amounts("held"),
        sa.ForeignKeyConstraint(["lot"], ["lot.id"]),
        sa.PrimaryKeyConstraint("film", "lot"),
    )
    op.create_table(
        "filmorder",
        *texts("id", "account", "episode", "frame", "quality"),
        sa.Column("seconds", sa.Integer(), nullable=False),
        *amounts("storyboard", "script", "picture"),
        sa.Column("credit", sa.Integer(), nullable=False),
        *amounts("vendors", "granted"),
        *moments("at"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account", "episode", "frame"),
    )
    op.create_table(
        "filmminute",
        *texts("film"),
        sa.Column("number", sa.Integer(), nullable=False),
        *texts("account"),
        *amounts("micros", "paid"),
        sa.Column("state", sa.String(), nullable=False),
        *moments("at"),
        sa.ForeignKeyConstraint(["film"], ["filmorder.id"]),
        sa.PrimaryKeyConstraint("film", "number"),
    )
    for table in ("lot", "lotdraw", "filmorder", "filmminute"):
        op.create_index(f"ix_{table}_account", table, ["account"])
    op.create_index("ix_filmorder_episode", "filmorder", ["episode"])


def downgrade() -> None:
    for table in ("filmminute", "filmorder", "lotdraw", "lot", "wallet"):
        op.drop_table(table)
