"""Runs that make a part of a film, and what a revision changed"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ACTIVE = sa.text("state IN ('queued', 'running', 'cancelling')")


def upgrade() -> None:
    _index(["account", "episode", "frame", "part"], add="part")
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("what", sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.drop_column("what")
    _index(["account", "episode", "frame"], drop="part")


def _index(columns: list[str], *, add: str = "", drop: str = "") -> None:
    """Rebuild the index that allows one active run."""
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.drop_index("run_one_active", sqlite_where=_ACTIVE, postgresql_where=_ACTIVE)
        if add:
            batch_op.add_column(sa.Column(add, sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=""))
        if drop:
            batch_op.drop_column(drop)
        batch_op.create_index("run_one_active", columns, unique=True, sqlite_where=_ACTIVE, postgresql_where=_ACTIVE)
