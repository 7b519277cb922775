"""The database by TLS: the studio checks whom it talks to, and shows a certificate instead of a password that stays."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from services.hosting import lacks
from services.settings import Settings
from studio.db import Database
from studio.errors import StorageError
from studio.people.account import owner
from studio.production.dispatch import Dispatch, migrate_queues
from studio.rights import lend
from tests.postgres import Server, serving
from tests.services.test_hosting import WHOLE
from tests.until import until

TENANT = "tenant"
_RULES = "host all studio 127.0.0.1/32 trust\nhostssl all tenant 127.0.0.1/32 cert\n"


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate of a name, which vouches for itself, and its key."""
    chain, key = folder / f"{name}.pem", folder / f"{name}.key"
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    told = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", str(key), "-out", str(chain)]
    subprocess.run(["openssl", "req", *kind, *told], check=True, capture_output=True)
    return chain, key


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    """A server that lets the tenant in by a certificate alone, with a migrated database."""
    client, _key = certificate(folder, TENANT)
    with serving() as made:
        with psycopg.connect(f"postgresql://studio@127.0.0.1:{made.port}/postgres") as line:
            told = line.execute("SELECT current_setting('data_directory'), current_setting('hba_file')").fetchone()
        assert told
        data, rules = map(Path, told)
        for file in (*certificate(folder, "localhost"), client):
            shutil.copy(file, data / file.name)
            shutil.chown(data / file.name, data.owner())
            (data / file.name).chmod(0o600)
        files = {"ssl_cert_file": "localhost.pem", "ssl_key_file": "localhost.key", "ssl_ca_file": client.name}
        for name, value in {**files, "ssl": "on"}.items():
            made.tell(f"ALTER SYSTEM SET {name} = '{value}'")
        rules.write_text(_RULES)
        made.tell("SELECT pg_reload_conf()")
        until(lambda: _by_tls(made, folder))
        yield made


def _by_tls(server: Server, folder: Path) -> bool:
    told = (
        f"postgresql://studio@localhost:{server.port}/postgres?sslmode=verify-full&sslrootcert={folder}/localhost.pem"
    )
    try:
        psycopg.connect(told).close()
    except psycopg.OperationalError:
        return False
    return True


def address(server: Server, folder: Path, name: str, *, root: str = "localhost", key: bool = True) -> str:
    """Where the tenant finds a database, whom it trusts, and what it shows."""
    shown = f"&sslcert={folder}/{TENANT}.pem&sslkey={folder}/{TENANT}.key" if key else "&sslcert=none"
    where = f"postgresql://{TENANT}@localhost:{server.port}/{name}"
    return f"{where}?sslmode=verify-full&sslrootcert={folder}/{root}.pem{shown}"


@pytest.fixture
def lent(server: Server, folder: Path) -> Iterator[str]:
    """The address of a database whose rows are lent to who shows a certificate."""
    server.tell("CREATE DATABASE studio_by_tls")
    name = "studio_by_tls"
    with closing(Database(server.url(name))) as made:
        made.migrate()
        migrate_queues(made)
        assert lend(made, address(server, folder, name)) == TENANT
    yield name
    server.tell(f"DROP DATABASE {name} WITH (FORCE)")
    server.tell(f"DROP ROLE {TENANT}")


def test_who_shows_its_certificate_works_without_a_password(server: Server, folder: Path, lent: str) -> None:
    url = address(server, folder, lent)
    told = Settings(_env_file=None, **WHOLE | {"studio_database_url": url}, studio_inner_tls=True)
    assert "STUDIO_DATABASE_URL" not in {one.setting for one in lacks(told)}
    with closing(Database(url)) as db:
        with db.write() as session:
            owner(session)
        Dispatch(db).close()


@pytest.mark.parametrize("wrong", [{"key": False}, {"root": TENANT}])
def test_who_shows_none_and_who_trusts_another_is_not_connected(
    server: Server, folder: Path, lent: str, wrong: dict[str, object]
) -> None:
    url = address(server, folder, lent, **wrong)  # type: ignore[arg-type]
    with closing(Database(url)) as db, pytest.raises(StorageError), db.read() as session:
        owner(session)
