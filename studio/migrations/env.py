"""Alembic's entry: runs on the connection studio.db hands over."""

from __future__ import annotations

from alembic import context

connection = context.config.attributes["connection"]
metadata = context.config.attributes.get("metadata")


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leave the durable workflows' own tables alone: they share the SQLite file."""
    return kind != "table" or (metadata is not None and name in metadata.tables)


context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, include_name=ours)
with context.begin_transaction():
    context.run_migrations()
