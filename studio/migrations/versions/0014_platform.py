"""The platform: personal tokens, answers kept for idempotency keys, hooks and what was sent to them"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import studio.db

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString


def texts(*names: str) -> list[sa.Column]:
    return [sa.Column(name, TEXT(), nullable=False) for name in names]


def moment(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, studio.db.Moment(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "accesstoken",
        *texts("id", "account", "name", "digest"),
        sa.Column("scopes", sa.JSON(), nullable=False),
        moment("created"),
        moment("expires", nullable=True),
        moment("seen", nullable=True),
        moment("revoked", nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_table(
        "keptanswer",
        *texts("account", "key", "asked"),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        *texts("body"),
        moment("at"),
        sa.ForeignKeyConstraint(["account"], ["account.id"]),
        sa.PrimaryKeyConstraint("account", "key"),
    )
    op.create_table(
        "hook",
        *texts("id", "account", "url", "secret"),
        sa.Column("events", sa.JSON(), nullable=False),
        moment("created"),
        sa.ForeignKeyConstraint(["account"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "hookcall",
        *texts("id", "hook", "account", "event", "body"),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        *texts("error"),
        moment("asked"),
        moment("due"),
        sa.ForeignKeyConstraint(["account"], ["account.id"]),
        sa.ForeignKeyConstraint(["hook"], ["hook.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    for table in ("accesstoken", "hook", "hookcall"):
        op.create_index(f"ix_{table}_account", table, ["account"])
    op.create_index("ix_hookcall_hook", "hookcall", ["hook"])
    op.create_index("ix_hookcall_due", "hookcall", ["state", "due"])
    op.create_index("ix_keptanswer_at", "keptanswer", ["at"])


def downgrade() -> None:
    for table in ("hookcall", "hook", "keptanswer", "accesstoken"):
        op.drop_table(table)
