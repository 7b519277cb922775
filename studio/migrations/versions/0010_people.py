"""Who signs in: addresses, passwords, sessions, invitations, and how far people got"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import studio.db

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
TABLES = ("signin", "onetimecode", "mailedlink", "device", "invitation", "reached", "letter")  # of an account
OTHERS = ("attempt", "leftover")


def _text(*names: str) -> list[sa.Column]:
    return [sa.Column(name, TEXT(), nullable=False) for name in names]


def _moment(*names: str) -> list[sa.Column]:
    return [sa.Column(name, studio.db.Moment(timezone=True), nullable=False) for name in names]


def _json(name: str) -> sa.Column:
    return sa.Column(name, sa.JSON(), nullable=False)


def upgrade() -> None:
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("email", TEXT(), nullable=True))
        for name, value in (("shown", ""), ("password", ""), ("role", "creator"), ("state", "open"), ("pseudonym", "")):
            kind = sa.String() if name in ("role", "state") else TEXT()
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=value))
        for name in ("left", "erased"):
            batch_op.add_column(sa.Column(name, studio.db.Moment(timezone=True), nullable=True))
        batch_op.create_unique_constraint("account_email", ["email"])
    op.execute("UPDATE account SET role = 'founder' WHERE id = 'owner'")
    _doors()
    _ways_in()


def _doors() -> None:
    """Tables of whoever is signed in, or about to be."""
    _table(
        "signin", *_text("id", "account", "sid", "agent"), *_moment("created", "seen", "expires"),
        sa.Column("ended", studio.db.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"), sa.UniqueConstraint("sid"),
    )  # fmt: skip
    _table(
        "onetimecode", *_text("code", "nonce", "account"), *_moment("expires"), sa.Column("used", sa.Boolean(),
        nullable=False), sa.PrimaryKeyConstraint("code"),
    )  # fmt: skip
    _table("device", *_text("token", "account"), *_moment("seen"), sa.PrimaryKeyConstraint("token"))
    op.create_table(
        "attempt", *_text("who"), sa.Column("count", sa.Float(), nullable=False), *_moment("at"),
        sa.PrimaryKeyConstraint("who"),
    )  # fmt: skip


def _ways_in() -> None:
    """Tables of mail, invitations and how far people got, and of what leavers left in the vault."""
    _table(
        "mailedlink", *_text("token", "account"), sa.Column("purpose", sa.String(), nullable=False), _json("carries"),
        *_moment("expires"), sa.Column("used", sa.Boolean(), nullable=False), sa.PrimaryKeyConstraint("token"),
    )  # fmt: skip
    _table(
        "letter", *_text("id", "account", "once", "to", "error"), sa.Column("kind", sa.String(), nullable=False),
        _json("carries"), sa.Column("state", sa.String(), nullable=False), sa.Column("tries", sa.Integer(),
        nullable=False), *_moment("asked", "due"), sa.PrimaryKeyConstraint("id"), sa.UniqueConstraint("once"),
    )  # fmt: skip
    _table(
        "invitation", *_text("id", "account", "code", "label"), sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False), *_moment("created", "expires"),
        sa.PrimaryKeyConstraint("id"), sa.UniqueConstraint("code"),
    )  # fmt: skip
    op.create_table(
        "reached", *_text("account"), sa.Column("what", sa.String(), nullable=False), *_moment("at"),
        sa.ForeignKeyConstraint(["account"], ["account.id"]), sa.PrimaryKeyConstraint("account", "what"),
    )  # fmt: skip
    op.create_table("leftover", *_text("content"), *_moment("at"), sa.PrimaryKeyConstraint("content"))


def _table(name: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(name, *parts, sa.ForeignKeyConstraint(["account"], ["account.id"]))
    op.create_index(f"ix_{name}_account", name, ["account"])


def downgrade() -> None:
    for name in (*TABLES, *OTHERS):
        op.drop_table(name)
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_constraint("account_email", type_="unique")
        for name in ("erased", "left", "pseudonym", "state", "role", "password", "shown", "email"):
            batch_op.drop_column(name)
