"""A tester opens a shared link while a film is rendered on the same cores: how long until its film can begin."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from uuid import uuid4

import httpx
import psutil
from sqlmodel import select

from services.building import build_house
from services.settings import Settings
from studio.desk.desk import Desk
from studio.people.access import Scope
from studio.people.account import OWNER
from studio.production.house import House
from studio.takes.take import Delivery
from tools.bench.figures import Figure, Rounds
from tools.bench.filmed import filmed
from tools.bench.load import server
from tools.bench.meter import Sample, python, studio_home
from tools.bench.programs import begin, keep_rendering, ranked, web_process

_TESTERS, _QUICK = 40, 5  # an address lets sixty new ones in within a quarter of an hour
_REACH = 1000  # milliseconds
_BYTES = 40_000_000  # of the film
_FIRST = 256 << 10  # bytes with which a player begins


class Shared:
    """The bench of `shared`."""

    name = "shared"

    def __init__(self, work: Path, *, quick: bool) -> None:
        self.work, self.many = work / self.name, _QUICK if quick else _TESTERS
        self.rounds, self.times = Rounds(), dict[str, list[list[float]]]()

    def round(self, number: int) -> None:
        """Start a whole studio over a finished film, begin another, and open the link as one tester after the other."""
        shutil.rmtree(self.work, ignore_errors=True)
        home = self.work / "home"
        home.mkdir(parents=True)
        house = build_house(Settings(_env_file=None, studio_home=home))
        desk, episode = Desk(house, OWNER), filmed(house, "The Key")
        _lengthen(house, episode)
        link, token = desk.screen(episode).token, desk.new_token("Bench", list(Scope)).token
        house.db.close()
        with server(python("-m", "studio", "up"), studio_home(home)) as (port, _):
            asyncio.run(self._measure(f"http://127.0.0.1:{port}", web_process(port), link, token, number))
        shutil.rmtree(self.work)

    def figures(self) -> Iterator[Figure]:
        """What came of the rounds."""
        mine, plain = self.rounds.of["opened"], self.rounds.of["plain"]
        parts = ", ".join(f"{part} {median(told[-1]) * 1000:.0f}" for part, told in self.times.items())
        said = f"{self.many} testers, one after the other; of the last round p50 {parts} ms"
        values = [one.wall * 1000 for one in mine]
        yield Figure("shared_link", _REACH, "ms (p95)", values, mine, plain, "a file of the page", said)

    async def _measure(self, url: str, web: psutil.Process, link: str, token: str, seed: int) -> None:
        shown = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=f"{url}/api", headers=shown, timeout=60, trust_env=False) as api:
            render = await begin(api, seed)
            await _open(url, link)  # the first one loads what the others find
            rendering = asyncio.create_task(keep_rendering(api, render, seed))
            before = sum(web.cpu_times()[:2])
            told = [await _open(url, link) for _ in range(self.many)]
            used = (sum(web.cpu_times()[:2]) - before) / self.many
            plain = [await _plain(url) for _ in range(self.many)]
            rendering.cancel()
        wall, peak = ranked([sum(one.values()) for one in told]), web.memory_info().rss / 1e6
        sample = self.rounds.add("opened", Sample(wall, used, peak))
        self.rounds.add("plain", replace(sample, wall=ranked(plain), cpu=0.0))
        for part in told[0]:
            self.times.setdefault(part, []).append([one[part] for one in told])


async def _open(url: str, link: str) -> dict[str, float]:
    """What a new browser asks of the studio until a film can begin, one after the other: seconds of each."""
    steps = {
        "page": ("GET", "", {}),
        "visit": ("POST", "/visit", {"Origin": url}),
        "poster": ("GET", "/poster.jpg", {}),
        "film": ("GET", "/film.mp4", {"Range": f"bytes=0-{_FIRST - 1}"}),
    }
    took = {}
    async with httpx.AsyncClient(timeout=60, trust_env=False) as browser:
        for part, (method, path, headers) in steps.items():
            began = time.monotonic()
            answer = await browser.request(method, f"{url}/s/{link}{path}", headers=headers)
            took[part] = time.monotonic() - began
            assert answer.status_code in (200, 206), (part, answer.status_code, answer.text[:200])
    await asyncio.sleep(0.5)  # who is paced by address is one house's testers
    return took


async def _plain(url: str) -> float:
    """The seconds a file takes that nobody is asked about."""
    async with httpx.AsyncClient(timeout=60, trust_env=False) as browser:
        began = time.monotonic()
        (await browser.get(f"{url}/s/-/screen.js")).raise_for_status()
        return time.monotonic() - began


def _lengthen(house: House, episode: str) -> None:
    """Deliver a film of many bytes; its link is asked for bytes and not for pictures."""
    file = house.scratch / uuid4().hex
    file.write_bytes(bytes(range(256)) * (_BYTES // 256))
    content = house.vault.put(file, move=True)
    with house.db.write() as session:
        row = session.exec(select(Delivery).where(Delivery.episode == episode, Delivery.name == "master.mp4")).one()
        row.content, row.size = content, _BYTES
        session.add(row)
