"""Screenings and the notes of who watched"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import studio.db

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString


def texts(*names: str) -> list[sa.Column]:
    return [sa.Column(name, TEXT(), nullable=False) for name in names]


def numbers(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def moments(*names: str, nullable: bool = False) -> list[sa.Column]:
    return [sa.Column(name, studio.db.Moment(timezone=True), nullable=nullable) for name in names]


def upgrade() -> None:
    op.create_table(
        "screening",
        *texts("id", "account", "episode", "frame", "token", "label", "password"),
        sa.Column("notes", sa.Boolean(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=True),
        *numbers("views"),
        *moments("created", "expires"),
        *moments("revoked", nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"]),
        sa.ForeignKeyConstraint(["episode"], ["episode.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token"),
    )
    op.create_table(
        "viewer",
        *texts("id", "account", "screening"),
        *moments("came", "seen"),
        *numbers("furthest", "share"),
        sa.ForeignKeyConstraint(["account"], ["account.id"]),
        sa.ForeignKeyConstraint(["screening"], ["screening.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "note",
        *texts("id", "account", "screening", "episode", "viewer", "answers", "name", "text", "cut"),
        sa.Column("second", sa.Float(), nullable=False),
        *texts("shot", "slate"),
        sa.Column("into", sa.Float(), nullable=False),
        *moments("created"),
        *moments("resolved", "retaken", nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"]),
        sa.ForeignKeyConstraint(["screening"], ["screening.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    for table, column in (
        ("screening", "account"), ("screening", "episode"), ("viewer", "account"), ("viewer", "screening"),
        ("note", "account"), ("note", "screening"), ("note", "episode"),
    ):  # fmt: skip
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    for table in ("note", "viewer", "screening"):
        op.drop_table(table)
