"""The founder's desk: indexes its sums stand on, acts that cannot be edited, alarms, vendors' bills, marketing, minutes

A later migration that rebuilds the table of acts (batch mode does on SQLite) must make its triggers again.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import studio.db

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
BILLS = "verb = 'bill' AND micros > 0"
INDEXES = {
    "ix_entry_bills": (["at", "vendor", "engine", "kind", "account", "micros"], BILLS),
    "ix_entry_billed": (["account", "episode", "subject", "fingerprint", "at", "micros"], BILLS),
    "ix_entry_credit": (["verb", "account", "episode", "purse", "at", "micros"], "book = 'credit'"),
}
SQLITE = [
    *(
        f"CREATE TRIGGER act_no_{verb.lower()} BEFORE {verb} ON act "
        "BEGIN SELECT RAISE(ABORT, 'acts are never changed'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    # INSERT OR REPLACE would delete a row without asking the trigger above
    "CREATE TRIGGER act_no_replace BEFORE INSERT ON act WHEN EXISTS (SELECT 1 FROM act WHERE id = NEW.id) "
    "BEGIN SELECT RAISE(ABORT, 'acts are never changed'); END",
]
POSTGRESQL = [
    "CREATE FUNCTION act_is_final() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'acts are never changed'; END $$",
    "CREATE TRIGGER act_no_change BEFORE UPDATE OR DELETE ON act FOR EACH ROW EXECUTE FUNCTION act_is_final()",
    "CREATE TRIGGER act_no_truncate BEFORE TRUNCATE ON act FOR EACH STATEMENT EXECUTE FUNCTION act_is_final()",
]


def texts(*names: str) -> list[sa.Column]:
    return [sa.Column(name, TEXT(), nullable=False) for name in names]


def moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, studio.db.Moment(timezone=True), nullable=nullable)


def amount(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def upgrade() -> None:
    for name, (columns, where) in INDEXES.items():
        op.create_index(name, "entry", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.create_index("ix_take_ended", "take", ["asked", "state", "kind", "engine", "took_ms", "size"])
    op.create_table(
        "act", *texts("id", "account", "founder"), sa.Column("kind", sa.String(), nullable=False),
        *texts("about", "reason"), amount("micros"), *texts("came"), moment("at"), sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("ix_act_account", "act", ["account"])
    op.create_index("ix_act_at", "act", ["at"])
    op.create_table(
        "alarm", *texts("id", "account"), sa.Column("kind", sa.String(), nullable=False), *texts("about", "said"),
        amount("micros"), moment("since"), moment("seen", nullable=True), moment("cleared", nullable=True),
        sa.Column("open", TEXT(), nullable=True), sa.PrimaryKeyConstraint("id"), sa.UniqueConstraint("open"),
    )  # fmt: skip
    op.create_index("ix_alarm_account", "alarm", ["account"])
    op.create_table(
        "courtesy", *texts("account", "tier"), moment("until", nullable=True), moment("at"),
        sa.ForeignKeyConstraint(["account"], ["account.id"]), sa.PrimaryKeyConstraint("account"),
    )  # fmt: skip
    op.create_table(
        "vendorbill", *texts("vendor", "request", "model"), amount("micros"), moment("at"), *texts("report"),
        sa.PrimaryKeyConstraint("vendor", "request"),
    )  # fmt: skip
    op.create_index("ix_vendorbill_at", "vendorbill", ["vendor", "at"])
    op.create_table(
        "marketing", *texts("month"), amount("micros"), *texts("note"), moment("at"), sa.PrimaryKeyConstraint("month")
    )
    op.create_table(
        "pulse", moment("at"), sa.Column("well", sa.Boolean(), nullable=False), *texts("why"),
        sa.PrimaryKeyConstraint("at"),
    )  # fmt: skip
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    for name in ("pulse", "marketing", "vendorbill", "courtesy", "alarm", "act"):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION act_is_final()")
    op.drop_index("ix_take_ended", "take")
    for name in INDEXES:
        op.drop_index(name, "entry")
