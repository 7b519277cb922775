"""The operator's page says how a composition is backed up and restored: its lines are run as they stand there, with a
stand-in for the container engine that leads what is asked of the database to a server of this machine.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml

from studio.db import Database
from studio.people.account import Account
from tests.hosting import image
from tests.postgres import Server, program, serving

_ENGINE = """#!{python}
import json, os, sys
with open({told!r}, "a") as told:
    told.write(json.dumps(sys.argv[1:]) + "\\n")
if sys.argv[1:5] == ["compose", "exec", "-T", "database"]:
    os.execvp(sys.argv[5], sys.argv[5:])
"""


class Operator:
    """Types a block of the page's section, beside a composition whose database is this server's."""

    def __init__(self, server: Server, folder: Path) -> None:
        self._told, engine = folder / "told", folder / "docker"
        engine.write_text(_ENGINE.format(python=sys.executable, told=str(self._told)))
        engine.chmod(0o755)
        path = os.pathsep.join([str(folder), str(Path(str(program("postgres"))).parent), os.environ["PATH"]])
        reached = {"PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PATH": path, "BACKUP": str(folder)}
        self._environment = os.environ | reached

    def types(self, *blocks: str) -> None:
        """Type these blocks in one shell."""
        subprocess.run(["sh", "-ec", "\n".join(blocks)], env=self._environment, check=True, timeout=120)

    @property
    def told(self) -> list[list[str]]:
        """What the engine was asked for, word by word."""
        return [json.loads(line) for line in self._told.read_text().splitlines()]


def blocks() -> tuple[str, str, str]:
    """The blocks of the page's section: how to back up, how to restore; and the shell's word that both use."""
    page = (image.ROOT / "docs" / "HOSTING.md").read_text()
    section = page.partition("### With Compose\n")[2].partition("\n## ")[0]
    backup, restore = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    word = re.search(r"^inside\(\) \{\n.*?^\}\n", backup, re.DOTALL | re.MULTILINE)
    assert word
    return backup, restore, word[0]


def composition() -> dict[str, Any]:
    """compose.yaml as it stands."""
    found: dict[str, Any] = yaml.safe_load((image.ROOT / "compose.yaml").read_text())
    return found


def test_what_a_composition_s_database_held_is_there_again(tmp_path: Path) -> None:
    backup, restore, word = blocks()
    told = composition()["services"]["database"]["environment"]
    keeper, name = told["POSTGRES_USER"], told["POSTGRES_DB"]
    with serving() as server:
        server.mould()
        server.tell(f"CREATE ROLE {keeper} SUPERUSER LOGIN")
        server.tell(f"ALTER DATABASE {server.fresh().rpartition('/')[2]} RENAME TO {name}")
        operator, db = Operator(server, tmp_path), Database(server.url(name))
        with db.write() as session:
            session.add(Account(id="mara", name="Mara"))
        operator.types(backup)
        db.close()
        server.drop(db.url)
        server.tell(f"CREATE DATABASE {name}")
        operator.types(word, restore)
        again = Database(server.url(name))
        with again.read() as session:
            assert session.get_one(Account, "mara").name == "Mara"
        again.close()
        names_are_the_compositions(operator.told)


def names_are_the_compositions(told: list[list[str]]) -> None:
    """Hold every service, profile, network and address in what the engine was asked for against compose.yaml."""
    whole = composition()
    services = whole["services"]
    asked = [one for one in told if one[0] == "compose"]
    assert {word for one in asked for word in one if word in services} == {"database", "store", "bucket"}
    assert all(one[3] in services for one in asked if one[1] == "exec")
    assert asked[-1] == ["compose", "--profile", "tls", "up", "-d"]
    assert "tls" in services["proxy"]["profiles"]
    there = urlsplit(whole["x-studio"]["environment"]["STUDIO_VAULT_URL"])
    kept = f"s3://{there.netloc}{there.path}"
    synced = [one for one in told if one[0] == "run"]
    for one in synced:
        (network,) = whole["networks"]
        assert one[one.index("--network") + 1] == f"{whole['name']}_{network}"
        assert one[one.index("--env-file") + 1] in services["bucket"]["env_file"]
        assert [one[one.index("--endpoint-url") + 1]] == parse_qs(there.query)["endpoint"]
    assert [one[-2:] for one in synced] == [[kept, "/backup/vault"], ["/backup/vault", kept]]
