"""What the pages load, and what they look at by themselves: a real web process is visited by its websocket."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pages.parts.tabs import COSTS, HEALTH, TABS
from tests.web.rows import house_at
from tests.web.server import studio
from tools.bench.filmed import filmed, under_way
from tools.bench.visitor import Visitor

HOT = [tab.path for tab in (*TABS, HEALTH) if tab is not COSTS]
CHART = "plotly.offline"  # the rest of plotly Streamlit loads itself, for its templates
DRAWS = {"altair", "pandas", "pyarrow", "matplotlib", CHART}


def loaded(log: Path) -> set[str]:
    """The modules and packages a process said it has imported, told by Python to write that down."""
    lines = (line for line in log.read_text(errors="replace").splitlines() if line.startswith("import time:"))
    names = {line.rpartition("|")[2].strip() for line in lines}
    return names | {name.partition(".")[0] for name in names}


async def _visit(port: int, episode: str, paths: list[str]) -> None:
    async with Visitor(port) as visitor:
        for path in paths:
            await visitor.open(path, **({"episode": episode} if path else {}))


def test_only_costs_loads_what_draws_charts(home: Path, environment: dict[str, str], tmp_path: Path) -> None:
    house = house_at(home)
    episode, log = filmed(house, "The Key"), tmp_path / "log"
    house.db.close()
    with studio("web", environment | {"PYTHONPROFILEIMPORTTIME": "1"}, log) as port:
        asyncio.run(_visit(port, episode, ["", *HOT, ""]))
        assert {"streamlit", "studio"} <= loaded(log)
        assert loaded(log) & DRAWS == set()
        asyncio.run(_visit(port, episode, [COSTS.path]))
        assert CHART in loaded(log)
        assert "altair" not in loaded(log)


async def _looks(port: int, episode: str, path: str) -> tuple[int, bool, bool]:
    """How many parts of a page look again by themselves, whether one look drew the page, and what a look leaves."""
    async with Visitor(port) as visitor:
        await visitor.open(path, episode=episode)
        looks, buttons = dict(visitor.looks), sorted(visitor.buttons)
        for part in looks:
            await visitor.look(part)
        return len(looks), visitor.whole, sorted(visitor.buttons) == buttons and visitor.looks == looks


def test_pages_look_again_by_themselves_only_while_something_is_made(
    home: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    house = house_at(home)
    still, busy = filmed(house, "The Key"), under_way(house, "The Door")
    house.db.close()
    with studio("web", environment, tmp_path / "log") as port:
        for path, parts in {"scenes": 2, "characters": 1, "voices": 1, "episode": 1}.items():
            assert asyncio.run(_looks(port, still, path)) == (0, True, True), path
            assert asyncio.run(_looks(port, busy, path)) == (parts, False, True), path
