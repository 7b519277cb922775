"""Parts of a page that are drawn by themselves: quicker than the page, and never of what is no longer so."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from studio.desk.desk import Desk
from studio.people.account import OWNER
from studio.production.house import House
from tests.web.rows import house_at
from tests.web.server import studio
from tools.bench.filmed import filmed
from tools.bench.visitor import Visitor


def test_a_click_on_a_shot_draws_the_storyboard_unless_another_tab_changed_the_episode(home: Path) -> None:
    house = house_at(home)
    episode = filmed(house, "The Key")
    with studio("web", os.environ | {"STUDIO_HOME": str(home)}, home / "log") as port:
        assert asyncio.run(_drawn(port, house, episode)) == [True, False, False, True, False]
    house.db.close()


async def _drawn(port: int, house: House, episode: str) -> list[bool]:
    """Whether the page was drawn as a whole: when it is opened, at two clicks, after a change elsewhere, and then."""
    desk, whole = Desk(house, OWNER), []
    async with Visitor(port) as visitor:
        await visitor.open("scenes", episode=episode)
        shots = [one for one in visitor.named("shot-") if not one.endswith("-back")]
        whole.append(visitor.whole)
        for at, shot in enumerate(shots[:4]):
            if at == 2:
                desk.design(episode, "mara", {"cloth": "#3566a8"}, base=1)
            await visitor.press(shot)
            assert visitor.param("shot") == shot.rpartition("-")[2]
            whole.append(visitor.whole)
    return whole
