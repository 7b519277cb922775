"""What docs/HOSTING.md says of backups is done as it stands there: all is found again, nothing is made anew."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from studio.db import Database
from studio.people.account import owner
from studio.production.film import Choices
from studio.takes.recipe import TakeKind
from studio.takes.vault import digest
from tests.mould import moulded
from tests.postgres import Server, program, serving
from tests.production.crew import SCRIPT
from tests.production.test_production import Studio

pytestmark = pytest.mark.xdist_group("workflows")
PAGE = Path(__file__).parents[2] / "docs" / "HOSTING.md"
CHANGED = SCRIPT.replace("I never used it.", "Once.")


def lines(*words: str) -> str:
    """The shell lines of the page's section on backups that begin with one of these words."""
    section = PAGE.read_text().partition("## Backup and restore\n")[2].partition("\n## ")[0]
    told = [line for block in re.findall(r"```sh\n(.*?)```", section, re.DOTALL) for line in block.splitlines()]
    found = [line for line in told if line.startswith(words)]
    assert found, words
    return "\n".join(found)


class Operator:
    """Does what the page says, with the settings of one machine."""

    def __init__(self, url: str, home: Path, backup: Path) -> None:
        where = str(Path(str(program("postgres"))).parent) if program("postgres") else ""
        bare = url.replace("postgresql+psycopg", "postgresql")
        path = os.pathsep.join([str(Path(sys.executable).parent), where, os.environ["PATH"]])
        told = {"STUDIO_DATABASE_URL": bare, "STUDIO_HOME": str(home), "BACKUP": str(backup), "PATH": path}
        self._environment = os.environ | told

    def types(self, *words: str) -> None:
        """Type the lines of the page that begin with these words."""
        subprocess.run(["sh", "-ec", lines(*words)], env=self._environment, check=True, timeout=120)


@contextmanager
def at_work(url: str, home: Path) -> Iterator[Studio]:
    """A studio with a worker in it, gone at the end of the block."""
    db = Database(url)
    db.migrate()
    with db.write() as session:
        owner(session)
    studio = Studio(db, home)
    studio.worker.start()
    try:
        yield studio
    finally:
        studio.worker.stop()
        db.close()


def backed_up(operator: Operator, url: str, home: Path, rows: tuple[str, ...], bytes_: tuple[str, ...]) -> str:
    """Film, and back up while more is made: first the rows, then the bytes. Gives the digest of the master."""
    with at_work(url, home) as studio:
        studio.film()
        master = studio.view().file("master.mp4")
        assert master
        operator.types(*rows)
        studio.film(CHANGED)
        operator.types(*bytes_)
        return digest(studio.vault.open(master.content))


def found_again(url: str, home: Path, master: str) -> None:
    """Check that nothing is to be made of what was there at the backup, and that making goes on from there."""
    with at_work(url, home) as studio:
        episode = studio.open()
        plan = studio.desk.plan(episode, Choices())
        subjects = [item.subject for item in plan.items]
        assert plan.to_make == ()
        assert all(studio.desk.takes(episode, subjects).values())
        assert len(studio.desk.costs(studio.desk.story(episode)).entries) == len(subjects)
        assert studio.film() is None
        kept = studio.view().file("master.mp4")
        assert kept
        assert digest(studio.vault.open(kept.content)) == master
        assert not studio.crew.asked
        studio.film(CHANGED)
        assert studio.crew.kinds[TakeKind.SPEECH] == 1
        assert studio.crew.kinds[TakeKind.LOOK] == 0


def test_a_studio_on_postgresql_comes_back_on_another_server(postgres: Server, home: Path, tmp_path: Path) -> None:
    url, backup, fresh = postgres.fresh(), tmp_path / "backup", tmp_path / "fresh"
    backup.mkdir()
    operator = Operator(url, home, backup)
    master = backed_up(operator, url, home, ("pg_dump",), ('cp -Rpu "$STUDIO_HOME/vault"',))
    postgres.drop(url)
    shutil.rmtree(home)
    with serving() as other:
        fresh.mkdir()
        operator = Operator(other.bare(), fresh, backup)
        operator.types('cp -Rpu "$BACKUP/vault"', "pg_restore", "psql")
        found_again(other.url("t1"), fresh, master)


def test_a_studio_on_sqlite_comes_back_in_another_folder(home: Path, tmp_path: Path) -> None:
    backup, fresh = tmp_path / "backup", tmp_path / "fresh"
    backup.mkdir()
    url = f"sqlite:///{moulded(home)}"
    master = backed_up(Operator(url, home, backup), url, home, ("python",), ('cp -Rpu "$STUDIO_HOME/vault"',))
    shutil.rmtree(home)
    fresh.mkdir()
    Operator(url, fresh, backup).types('cp -Rpu "$BACKUP/vault"', 'cp "$BACKUP/studio.db"')
    found_again(f"sqlite:///{fresh / 'studio.db'}", fresh, master)
