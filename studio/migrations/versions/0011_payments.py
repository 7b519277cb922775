"""Orders, subscriptions, and what the payment service said of them"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import studio.db

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString


def texts(*names: str) -> list[sa.Column]:
    return [sa.Column(name, TEXT(), nullable=False) for name in names]


def moments(*names: str, nullable: bool = False) -> list[sa.Column]:
    return [sa.Column(name, studio.db.Moment(timezone=True), nullable=nullable) for name in names]


def upgrade() -> None:
    op.create_table(
        "purchase",
        *texts("id", "account", "ware", "what", "state"),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("micros", "refunded", "granted")),
        sa.Column("turns", sa.Integer(), nullable=False),
        *(sa.Column(name, TEXT(), nullable=True) for name in ("intent", "session", "invoice")),
        *texts("url", "subscription", "payment", "receipt"),
        *moments("begins", "ends", "expires", "paid", nullable=True),
        *moments("created"),
        sa.PrimaryKeyConstraint("id"),
        *(sa.UniqueConstraint(name) for name in ("intent", "session", "invoice")),
    )
    for name in ("account", "subscription", "payment"):
        op.create_index(f"ix_purchase_{name}", "purchase", [name])
    op.create_table(
        "customer",
        *texts("account", "customer"),
        *moments("created"),
        sa.PrimaryKeyConstraint("account"),
        sa.UniqueConstraint("customer"),
    )
    op.create_table(
        "subscription",
        *texts("id", "account", "tier", "standing"),
        *moments("ends"),
        sa.Column("cancels", sa.Boolean(), nullable=False),
        *moments("failed", nullable=True),
        sa.Column("owed", sa.BigInteger(), nullable=False),
        *texts("invoice"),
        *moments("since", "updated"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_subscription_account", "subscription", ["account"])
    op.create_table(
        "paymentnotice",
        *texts("id", "kind", "topic", "object"),
        *moments("created", "received"),
        *moments("due", nullable=True),
        sa.Column("tried", sa.Integer(), nullable=False),
        *texts("error"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_paymentnotice_due", "paymentnotice", ["due"])
    op.create_table(
        "paymentturn",
        *texts("object"),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("asked", "applied")),
        sa.PrimaryKeyConstraint("object"),
    )


def downgrade() -> None:
    for name in ("paymentturn", "paymentnotice", "subscription", "customer", "purchase"):
        op.drop_table(name)
