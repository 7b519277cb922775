"""`schema`: the owner of the tables brings them to the newest schema, and lends their rows to who serves and works."""

from __future__ import annotations

from services.settings import Settings
from studio.db import Database
from studio.production.dispatch import migrate_queues
from studio.rights import lend


def schema() -> str:
    """Migrate with STUDIO_DATABASE_OWNER_URL and lend the rows to the role of STUDIO_DATABASE_URL; gives a sentence.

    Without the first, whoever serves owns the tables, and is left with them. StorageError and BadRequest say why not.
    """
    settings = Settings()
    owners = settings.studio_database_owner_url.get_secret_value()
    owner = Database(owners or settings.database_url)
    try:
        owner.migrate()
        migrate_queues(owner)
        if not owners:
            return "The database has its newest schema."
        return f"The database has its newest schema, and {lend(owner, settings.database_url)} may use its rows."
    finally:
        owner.close()
