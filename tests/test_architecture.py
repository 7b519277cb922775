"""The house rules a machine can check: who imports whom, where names and settings may be read."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Collection, Iterable
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import inspect

from pages.parts.tabs import STRANGERS
from studio import errors
from studio.db import HEAD, Database
from studio.production.names import SHAPE, VERSION
from studio.takes.roster import Roster
from tests.replay import shape

ROOT = Path(__file__).parents[1]
SOURCES = [
    *sorted((ROOT / "studio").rglob("*.py")),
    *sorted((ROOT / "services").rglob("*.py")),
    *sorted((ROOT / "pages").rglob("*.py")),
    ROOT / "Home.py",
    ROOT / "asgi.py",
]
WORKER = sorted(file for file in (ROOT / "gpu_endpoint").rglob("*.py") if ".venv" not in file.parts)
FOR_PAGES = {
    "services.wiring",  # the desk of whoever is here
    "services.notices",  # the sentence of an error
    "services.qr",  # a picture for a telephone
    "services.logbook",  # the number under which an error is found again
    "services.web.local",  # whether who asks sits at this machine
    *(f"services.web.{one}" for one in ("cookies", "hosted", "onward", "visitors")),  # whose session it is
    # What the health page shows is of the house and of no episode: vendors, machines, books, the plan's own figures.
    *(f"services.{one}" for one in ("books", "health", "overview", "pinging", "targets")),
}
NOBODYS = {
    "account": "is who owns",
    "alembic_version": "is about the tables",
    "attempt": "is a digest of an address somebody came from or typed",
    "executor": "is a process, which works for everybody",
    "holdpart": "is a row of a hold, which has it",
    "leftover": "is a content of somebody who left",
    "linestate": "is about a vendor",
    "marketing": "is what the house spent on being found",
    "paymentnotice": "is the payment service's word, before it is known whom it is about",
    "paymentturn": "is about an object of the payment service",
    "pulse": "is a minute of the house",
    "rental": "is a machine, which works for everybody",
    "rentalturn": "is about a machine",
    "sighting": "is about a machine",
    "vendorbill": "is a vendor's word, before it is known whose take it is of",
    "visit": "counts the pages of a day, and says nothing of who opened them",
}  # tables without an account, and why
BANNED = {"utils", "helpers", "common", "manager", "base", "misc"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree(root: type[errors.StudioError]) -> list[type[errors.StudioError]]:
    return [root, *(found for child in root.__subclasses__() for found in tree(child))]


@cache
def read(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def calls(path: Path) -> set[str]:
    return {ast.unparse(node) for node in ast.walk(read(path)) if isinstance(node, ast.Attribute)}


@cache
def imported(path: Path) -> frozenset[str]:
    """The modules a file imports; of `from a import b` both a and a.b, for b may be a module."""
    found = set()
    for node in ast.walk(read(path)):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return frozenset(found)


def broken(paths: Iterable[Path], wrong: Callable[[Path], Collection[str]]) -> dict[str, list[str]]:
    """The files that break a rule, and with what."""
    paths = list(paths)
    assert paths
    return {name(path): sorted(found) for path in paths if (found := wrong(path))}


def test_files_are_named_after_a_noun_or_a_verb() -> None:
    parts = {path: set(path.relative_to(ROOT).with_suffix("").parts) for path in [*SOURCES, *WORKER]}
    assert broken(parts, lambda path: BANNED & parts[path]) == {}


def test_the_environment_is_read_only_in_settings() -> None:
    settings = {ROOT / "services" / "settings.py", ROOT / "gpu_endpoint" / "settings.py"}
    elsewhere = {*SOURCES, *WORKER} - settings
    assert broken(sorted(elsewhere), lambda path: {"os.environ", "os.getenv"} & calls(path)) == {}


def test_streamlit_stays_in_the_pages() -> None:
    outside = [one for one in SOURCES if name(one) not in ("Home.py", "asgi.py") and not name(one).startswith("pages/")]
    asked = re.compile(r"^\s*(?:import|from) streamlit", re.MULTILINE)
    assert broken(outside, lambda path: asked.findall(path.read_text())) == {}


@pytest.mark.parametrize("path", sorted((ROOT / "pages").glob("[!_]*.py")), ids=name)
def test_a_page_guards_itself_in_its_first_statement(path: Path) -> None:
    body = [
        node
        for node in read(path).body
        if not isinstance(node, (ast.Import, ast.ImportFrom))
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    ]
    first = ast.unparse(body[0])
    assert first.startswith(("desk = frame.enter(", "frame.welcome(", "reception = frame.welcome("))
    shown = {tab.path for tab in STRANGERS.pages}
    assert ("frame.welcome(" in first) == (path.stem in shown)


def test_a_page_knows_of_the_services_only_what_it_shows() -> None:
    packages = {"services", "services.web"}

    def wrong(path: Path) -> set[str]:
        known = {one for one in imported(path) if one.partition(".")[0] == "services"} - packages
        return {one for one in known if one not in FOR_PAGES and one.rpartition(".")[0] not in FOR_PAGES}

    assert broken([*(ROOT / "pages").rglob("*.py"), ROOT / "Home.py"], wrong) == {}


def test_the_app_and_the_gpu_worker_know_nothing_of_each_other() -> None:
    def wrong(path: Path) -> set[str]:
        others = {"studio", "services", "pages"} if path in WORKER else {"gpu_endpoint"}
        return {one for one in imported(path) if one.partition(".")[0] in others}

    assert broken([*SOURCES, *WORKER], wrong) == {}


def test_every_error_has_a_code_a_retry_answer_and_a_sentence() -> None:
    table = tomllib.loads((ROOT / "data" / "notices.toml").read_text())["sentences"]
    found = tree(errors.StudioError)
    assert {one.__name__ for one in found} == set(table)
    assert len({one.code for one in found}) == len(found)
    assert all(isinstance(one.retry, errors.Retry) for one in found)


def test_who_imports_whom_holds() -> None:
    linted = subprocess.run([Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True)
    assert linted.returncode == 0, linted.stdout


def test_the_newest_migration_is_the_one_the_code_expects() -> None:
    heads = [re.search(r'^revision = "(\w+)"', file.read_text(), re.MULTILINE) for file in
             (ROOT / "studio" / "migrations" / "versions").glob("*.py")]  # fmt: skip
    assert max(found.group(1) for found in heads if found) == HEAD


def test_every_table_of_what_somebody_owns_carries_the_account(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'ours.db'}")  # without the tables of the durable workflows
    db.migrate()
    with db.read() as session:
        found = inspect(session.connection())
        tables = {one: {column["name"]: column for column in found.get_columns(one)} for one in found.get_table_names()}
    db.close()
    assert set(tables) >= {"series", "episode", "revision", "take", "choice", "delivery", "run", "job"} | set(NOBODYS)
    for table, columns in tables.items():
        assert ("account" in columns) != (table in NOBODYS), table
        assert table in NOBODYS or not columns["account"]["nullable"], table


def test_the_roster_says_of_every_engine_what_the_engine_says_of_itself(tmp_path: Path) -> None:
    from services.offline.crew import OfflineCrew
    from services.offline.writer.engine import TemplateWriter

    crew = OfflineCrew(tmp_path)
    engines = [TemplateWriter(), crew.painter, crew.animator, crew.mover, crew.voice, crew.composer, crew.editor]
    roster = Roster.load(ROOT / "data" / "crew.toml")
    assert [(card.name, card.version) for card in roster.engine if not card.vendor] == [
        (one.name, one.version) for one in engines
    ]


def test_the_version_is_of_the_workflows_as_they_are() -> None:
    folder = ROOT / "studio" / "production"
    found = f"{VERSION}:{shape((folder / 'workflows.py').read_text(), (folder / 'flow.py').read_text())}"
    assert found == SHAPE, (
        "the workflows changed. If their steps did (which, in what order, given what), raise VERSION in "
        "studio/production/names.py, so that runs under way begin again; then write down what this test finds as SHAPE"
    )


_WORKFLOWS = """
FEW = 4
OFTEN = 0.1

@DBOS.step(name="make")
def _make(subject: str) -> str:
    return craft(subject)

@DBOS.workflow(name="produce")
def produce(run: str) -> None:
    for subject in listed(run, FEW):
        handle = DBOS.enqueue_workflow("takes", make_take, subject)
    handle.get_result(rarest=OFTEN)

@DBOS.workflow(name="make_take")
def make_take(subject: str) -> str:
    return _make(subject)

def craft(subject: str) -> str:
    return subject.upper()
"""


@pytest.mark.parametrize(
    ("before", "after", "other"),
    [
        ("subject.upper()", "subject.lower()", False),
        ("craft(subject)", "  craft(subject)  # by hand", False),
        ("def produce(run: str) -> None:", "def produce(run: str) -> None:\n    'Make all of it.'", False),
        ("0.1", "0.2", False),
        ("    handle.get", "    warm(run)\n    Thread(target=warm).start()\n    handle.get", False),
        ("    handle.get", "    listed.clear()\n    handle.get", True),
        ("    handle.get", "    _make(run)\n    handle.get", True),
        ("rarest=OFTEN", "rarest=0.5", False),
        ("FEW = 4", "FEW = 5", True),
        ('step(name="make")', 'step(name="craft")', True),
        ("_make(subject: str)", "_make(subject: str, given: str)", True),
        ("return _make(subject)", "return _make(subject) + _make(subject)", True),
        ('"takes"', '"runs"', True),
        ("listed(run, FEW)", "reversed(listed(run, FEW))", True),
    ],
)
def test_only_what_decides_the_steps_is_the_shape_of_workflows(before: str, after: str, other: bool) -> None:
    assert before in _WORKFLOWS
    assert (shape(_WORKFLOWS.replace(before, after)) != shape(_WORKFLOWS)) is other
