"""Rights: on PostgreSQL whoever serves and works may read and write rows, and change no table, trigger or right.

One role owns the tables and brings them to the newest schema; another is lent the rows. What the ledger and the
founders' acts hold the second one may only add to: their triggers stand behind that, and it cannot switch them off.
"""

from __future__ import annotations

from sqlalchemy import make_url, text

from studio.db import Database, told
from studio.errors import BadRequest

_SETTING = "STUDIO_DATABASE_OWNER_URL"
_TELL = text("SELECT set_config('studio.role', :role, true), set_config('studio.password', :password, true)")
_LEND = text(r"""
DO $$
DECLARE
    role text := current_setting('studio.role');
    space text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
        EXECUTE format('CREATE ROLE %I', role);
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = role
               AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls)) THEN
        RAISE EXCEPTION 'the role % may do more than read and write rows; name one that may not', role;
    END IF;
    EXECUTE format('ALTER ROLE %I LOGIN PASSWORD %L', role, nullif(current_setting('studio.password'), ''));
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), role);
    FOREACH space IN ARRAY ARRAY['public', 'dbos'] LOOP
        EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC, %I', space, role);
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', space, role);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO %I', space, role);
        EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO %I', space, role);
        EXECUTE format('GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA %I TO %I', space, role);
    END LOOP;
    EXECUTE format('REVOKE UPDATE, DELETE ON entry, act FROM %I', role);
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON alembic_version, dbos.dbos_migrations FROM %I', role);
END $$
""")


def lend(owner: Database, url: str) -> str:
    """Lend the rows of an owner's database to the role of an address, made where it is missing; gives its name.

    That role comes in by the address' password, or without one by the certificate it shows (`sslcert`). BadRequest
    where the address names no other role with either, or another database.
    """
    ours, theirs = owner.engine.url, make_url(url)
    known = theirs.password or theirs.query.get("sslcert")
    if owner.local or not theirs.username or not known or theirs.username == ours.username:
        why = "it is another role's than that of STUDIO_DATABASE_URL, which has a password or a certificate"
        raise BadRequest(why, field=_SETTING)
    if theirs.database != ours.database:
        raise BadRequest(f"{theirs.database} is another database than {ours.database}", field=_SETTING)
    with told(), owner.engine.begin() as connection:
        connection.execute(_TELL, {"role": theirs.username, "password": theirs.password or ""})
        connection.execute(_LEND)
    return theirs.username
