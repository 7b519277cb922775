"""Who serves and works reads and writes rows, and changes no table, trigger or right: tried on PostgreSQL itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url, text

from studio.db import Database
from studio.errors import BadRequest, StorageError
from studio.money.checking import check
from studio.people.account import owner
from studio.production.dispatch import migrate_queues
from studio.rights import lend
from tests.postgres import Server
from tests.production.test_production import Studio

pytestmark = pytest.mark.xdist_group("workflows")
TENANT, PASSWORD = "tenant", 'it\'s 100%_"quoted"'


@pytest.fixture
def bare(postgres: Server) -> Iterator[str]:
    """The URL of an empty database, its owner's; the role it is lent to is gone with it."""
    url = postgres.bare()
    yield url
    postgres.drop(url)
    postgres.tell(f"DROP ROLE IF EXISTS {TENANT}")


def tenants(url: str) -> str:
    """The same database as who is lent its rows comes to it."""
    return make_url(url).set(username=TENANT, password=PASSWORD).render_as_string(hide_password=False)


@pytest.fixture
def lent(bare: str) -> Iterator[Database]:
    """The database of who is lent its rows; lent twice, for every upgrade lends them again."""
    with closing(Database(bare)) as made:
        made.migrate()
        migrate_queues(made)
        assert [lend(made, tenants(bare)) for _ in range(2)] == [TENANT] * 2
    with closing(Database(tenants(bare))) as found:
        yield found


def test_a_film_is_made_by_who_is_lent_the_rows_alone(lent: Database, home: Path) -> None:
    lent.migrate()  # there is nothing to do
    with lent.write() as session:
        owner(session)
    studio = Studio(lent, home)
    studio.worker.start()
    try:
        studio.film()
        assert studio.view().file("master.mp4")
    finally:
        studio.worker.stop()
    with lent.read() as session:
        check(session)


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE mine (id int)", "CREATE TABLE dbos.mine (id int)", "DROP TABLE signin",
     "ALTER TABLE entry DISABLE TRIGGER ALL", "DROP TRIGGER entry_no_change ON entry", "TRUNCATE entry",
     "UPDATE entry SET micros = 0", "DELETE FROM entry", "UPDATE act SET reason = ''", "DELETE FROM act",
     "UPDATE alembic_version SET version_num = '0001'", "SET session_replication_role = replica",
     "COPY account TO PROGRAM 'cat'", "CREATE ROLE another SUPERUSER", "ALTER ROLE tenant SUPERUSER",
     "SELECT pg_read_file('/etc/passwd')", "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'"],
)  # fmt: skip
def test_who_is_lent_the_rows_may_do_nothing_else(lent: Database, statement: str) -> None:
    with pytest.raises(StorageError, match=r"permission denied|must be"), lent.write() as session:
        session.execute(text(statement))


@pytest.fixture
def host(postgres: Server) -> Iterator[str]:
    """A role as managed databases give one: it makes roles and is no superuser."""
    postgres.tell("CREATE ROLE host LOGIN CREATEROLE")
    yield "host"
    postgres.tell("DROP ROLE host")


def test_an_owner_that_is_no_superuser_lends_rows(postgres: Server, host: str, bare: str) -> None:
    postgres.tell(f"ALTER DATABASE {make_url(bare).database} OWNER TO {host}")
    with closing(Database(make_url(bare).set(username=host).render_as_string(hide_password=False))) as made:
        made.migrate()
        migrate_queues(made)
        assert lend(made, tenants(bare)) == TENANT


def test_rows_are_not_lent_to_who_may_do_more(postgres: Server, bare: str) -> None:
    postgres.tell(f"CREATE ROLE {TENANT} CREATEROLE")
    with closing(Database(bare)) as made:
        made.migrate()
        migrate_queues(made)
        with pytest.raises(StorageError, match="the role tenant may do more than read and write rows"):
            lend(made, tenants(bare))


@pytest.mark.parametrize(
    "wrong", [{"username": "studio"}, {"password": None}, {"username": None, "password": None}, {"database": "other"}]
)
def test_an_address_that_names_no_other_role_of_the_same_database_is_refused(
    bare: str, wrong: dict[str, str | None]
) -> None:
    address = make_url(tenants(bare))
    parts = {name: getattr(address, name) for name in ("username", "password", "database")} | wrong
    asked = URL.create("postgresql", host=address.host, port=address.port, **parts)
    with closing(Database(bare)) as made, pytest.raises(BadRequest):
        lend(made, asked.render_as_string(hide_password=False))
