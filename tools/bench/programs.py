"""Fifty programs at the API while a film is rendered on the same cores: how soon each is answered."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from uuid import uuid4

import httpx
import psutil

from services.building import build_house
from services.settings import Settings
from studio.desk.desk import Desk
from studio.people.access import Scope
from studio.people.account import OWNER
from tools.bench.figures import Figure, Rounds
from tools.bench.filmed import filmed
from tools.bench.load import server
from tools.bench.meter import Sample, python, studio_home

_PROGRAMS, _QUICK = 50, 10
_EVERY = 1.0  # seconds between a program's requests: what docs/API.md says of following a run
_SECONDS, _QUICKLY = 40.0, 10.0  # measured
_READS, _CALLS = 300, 2000  # milliseconds
_PITCH = "A lighthouse keeper finds a letter from herself, dated next week."
# What a program asks in turn. Most of it follows a run; one in ten is a quote or a plan, which look a whole film over.
_WAY = (
    "GET /runs/{run}", "GET /projects/{project}", "GET /runs/{run}", "GET /projects?limit=20", "GET /runs/{run}",
    "GET /projects/{project}/files", "GET /runs/{run}", "GET /projects/{project}/script", "GET /runs/{run}",
    "GET /projects/{project}/takes?subject={board}", "GET /runs/{run}", "GET /projects/{project}/runs", "GET /usage",
    "GET /projects/{project}/files/{frame}/master.mp4", "GET /runs/{run}", "GET /projects/{project}/plan?limit=100",
    "POST /projects/{project}/quote", "GET /runs/{run}", "GET /token", "POST /projects",
)  # fmt: skip
_PLAIN = ("GET /openapi.json",)


@dataclass
class Heard:
    """Seconds of each answer, of reads and of all calls, what went wrong, and the web process's CPU seconds."""

    reads: list[float] = field(default_factory=list)
    calls: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    cpu: float = 0.0
    slowest: str = ""

    def note(self, step: str, took: float) -> None:
        """Write an answer down."""
        if took > max(self.calls, default=0.0):
            self.slowest = step
        self.calls.append(took)
        if step.startswith("GET"):
            self.reads.append(took)

    def sample(self, process: psutil.Process) -> Sample:
        """A read at the 95th percentile, the CPU seconds of a call, the process's memory."""
        return Sample(ranked(self.reads), self.cpu / len(self.calls), process.memory_info().rss / 1e6)


class Programs:
    """The bench of `api`."""

    name = "api"

    def __init__(self, work: Path, *, quick: bool) -> None:
        self.work, self.many = work / self.name, _QUICK if quick else _PROGRAMS
        self.seconds = _QUICKLY if quick else _SECONDS
        self.rounds, self.heard = Rounds(), list[Heard]()

    def round(self, number: int) -> None:
        """Start a whole studio over finished films, begin another, and have every program ask once a second."""
        shutil.rmtree(self.work, ignore_errors=True)
        home = self.work / "home"
        home.mkdir(parents=True)
        house = build_house(Settings(_env_file=None, studio_home=home))
        projects = [filmed(house, f"The Key {n}") for n in range(5)]
        token = Desk(house, OWNER).new_token("Bench", list(Scope)).token
        house.db.close()
        with server(python("-m", "studio", "up"), studio_home(home)) as (port, _):
            web = web_process(port)
            heard, plain = asyncio.run(_asked(port, web, token, projects, self.many, self.seconds, number))
            self.heard.append(heard)
            self.rounds.add("api", heard.sample(web))
            self.rounds.add("plain", plain.sample(web))
        shutil.rmtree(self.work)

    def figures(self) -> Iterator[Figure]:
        """What came of the rounds."""
        mine, plain = self.rounds.of["api"], self.rounds.of["plain"]
        last = self.heard[-1]
        said = (
            f"{len(last.calls)} calls of {self.many} programs, p50 {median(last.reads) * 1000:.0f} ms; slowest "
            f"{last.slowest}; load {os.getloadavg()[0]:.1f}"
        )
        reads = [ranked(one.reads) * 1000 for one in self.heard]
        yield Figure("api_reads", _READS, "ms (p95)", reads, mine, plain, "a document", said)
        yield Figure("api_calls", _CALLS, "ms (slowest)", [max(one.calls) * 1000 for one in self.heard])
        wrong = [float(len(one.wrong)) for one in self.heard]
        yield Figure("api_errors", 0, "errors", wrong, note="; ".join(last.wrong[:2]))


def ranked(times: Sequence[float], share: float = 0.95) -> float:
    """The time that so many were not above."""
    found = sorted(times)
    return found[min(len(found) - 1, int(share * len(found)))]


def web_process(port: int) -> psutil.Process:
    """The process of a studio that serves its pages."""
    family = psutil.Process().children(recursive=True)
    return next(one for one in family if {"streamlit", str(port)} <= set(one.cmdline()))


async def _asked(
    port: int, web: psutil.Process, token: str, projects: Sequence[str], many: int, seconds: float, seed: int
) -> tuple[Heard, Heard]:
    """Have so many programs ask for so long, then for a quarter of it what asks nothing of the desk."""
    limits = httpx.Limits(max_connections=many + 2, max_keepalive_connections=many + 2)
    base, shown = f"http://127.0.0.1:{port}/api", {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=base, headers=shown, timeout=60, limits=limits, trust_env=False) as http:
        render = await begin(http, seed)
        names = {"run": render, "frame": "1280x720p24"}
        given = [{**names, "project": one, "board": await _board(http, one)} for one in projects]
        for step in _WAY:
            await _ask(http, step, given[0])  # the first one loads what the others find
        keep = asyncio.create_task(keep_rendering(http, render, seed))
        heard = await _load(http, web, _WAY, given, many, seconds, seed)
        plain = await _load(http, web, _PLAIN, given, many, seconds / 4, seed)
        keep.cancel()
    return heard, plain


async def _load(
    http: httpx.AsyncClient, web: psutil.Process, way: Sequence[str], given: Sequence[dict[str, str]], many: int,
    seconds: float, seed: int,
) -> Heard:  # fmt: skip
    heard, dice, began = Heard(), random.Random(seed), time.monotonic()
    before = sum(web.cpu_times()[:2])

    async def program(number: int) -> None:
        """Ask at a fixed rate; whoever had to wait for the last answer is counted from when they meant to ask."""
        due, at = began + dice.uniform(0, _EVERY), number
        while due < began + seconds:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            step = way[at % len(way)]
            status = await _ask(http, step, given[number % len(given)])
            heard.note(step, time.monotonic() - due)
            if status >= 400:
                heard.wrong.append(f"{step}: {status}")
            due, at = due + _EVERY, at + 1

    await asyncio.gather(*(program(number) for number in range(many)))
    heard.cpu = sum(web.cpu_times()[:2]) - before
    return heard


async def _ask(http: httpx.AsyncClient, step: str, names: dict[str, str]) -> int:
    way, _, path = step.partition(" ")
    body = None if way == "GET" else {"pitch": f"{_PITCH} {uuid4().hex}"} if path == "/projects" else {}
    return (await http.request(way, path.format(**names), json=body)).status_code


async def begin(http: httpx.AsyncClient, seed: int) -> str:
    """Have a film rendered; gives its run."""
    opened = await http.post("/projects", json={"pitch": _PITCH, "seconds": 120, "seed": seed})
    begun = await http.post(f"/projects/{opened.json()['id']}/generate-video", json={})
    return str(begun.json()["runs"][0]["id"])


async def keep_rendering(http: httpx.AsyncClient, run: str, seed: int) -> None:
    """Begin another film whenever one is done, so that the cores are never idle."""
    while True:
        await asyncio.sleep(2)
        if (await http.get(f"/runs/{run}")).json()["ended"]:
            seed += 1000
            run = await begin(http, seed)


async def _board(http: httpx.AsyncClient, project: str) -> str:
    """A board of a project."""
    items = (await http.get(f"/projects/{project}/plan?limit=200")).json()["items"]
    return str(next(one["subject"] for one in items if one["kind"] == "board"))
