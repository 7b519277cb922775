"""The ledger, holds, pots and tallies; entries are only ever added

A later migration that rebuilds the table of entries (batch mode does on SQLite) must make its triggers again.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import studio.db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
TOLD = ("episode", "run", "scene", "subject", "kind", "fingerprint", "engine", "size", "vendor", "model", "request",
        "card")  # fmt: skip

SQLITE = [
    *(
        f"CREATE TRIGGER entry_no_{verb.lower()} BEFORE {verb} ON entry "
        "BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    # INSERT OR REPLACE would delete a row without asking the trigger above
    "CREATE TRIGGER entry_no_replace BEFORE INSERT ON entry "
    "WHEN EXISTS (SELECT 1 FROM entry WHERE id = NEW.id OR once = NEW.once) "
    "BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END",
]
POSTGRESQL = [
    "CREATE FUNCTION entry_is_final() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'entries are never changed'; END $$",
    "CREATE TRIGGER entry_no_change BEFORE UPDATE OR DELETE ON entry FOR EACH ROW EXECUTE FUNCTION entry_is_final()",
    "CREATE TRIGGER entry_no_truncate BEFORE TRUNCATE ON entry FOR EACH STATEMENT EXECUTE FUNCTION entry_is_final()",
]


def upgrade() -> None:
    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("movement", TEXT(), nullable=False),
        sa.Column("once", TEXT(), nullable=True),
        sa.Column("book", sa.String(), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("purse", TEXT(), nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=False),
        sa.Column("account", TEXT(), nullable=False),
        *(sa.Column(name, TEXT(), nullable=False) for name in TOLD),
        sa.Column("quantities", sa.JSON(), nullable=False),
        sa.Column("why", TEXT(), nullable=False),
        sa.Column("at", studio.db.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("once"),
    )
    op.create_index("ix_entry_movement", "entry", ["movement"])
    op.create_index("ix_entry_episode", "entry", ["account", "episode", "purse"])
    op.create_index("ix_entry_purse", "entry", ["purse", "at"])
    op.create_table(
        "hold",
        sa.Column("id", TEXT(), nullable=False),
        sa.Column("account", TEXT(), nullable=False),
        sa.Column("episode", TEXT(), nullable=False),
        sa.Column("run", TEXT(), nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=False),
        sa.Column("at", studio.db.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for name in ("account", "episode", "run"):
        op.create_index(f"ix_hold_{name}", "hold", [name])
    op.create_table(
        "holdpart",
        sa.Column("hold", TEXT(), nullable=False),
        sa.Column("subject", TEXT(), nullable=False),
        *(sa.Column(name, TEXT(), nullable=False) for name in ("kind", "scene", "engine", "size", "fingerprint")),
        sa.Column("likely", sa.BigInteger(), nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", studio.db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["hold"], ["hold.id"]),
        sa.PrimaryKeyConstraint("hold", "subject"),
    )
    op.create_table(
        "pot",
        sa.Column("account", TEXT(), nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account"),
    )
    op.create_table(
        "tally",
        sa.Column("account", TEXT(), nullable=False),
        sa.Column("what", TEXT(), nullable=False),
        sa.Column("span", TEXT(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "what", "span"),
    )
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    for name in ("tally", "pot", "holdpart", "hold", "entry"):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION entry_is_final()")
