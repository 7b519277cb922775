"""Many sessions at the pages of an episode: how soon an interaction is answered, beside a page with nothing on it."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from services.building import build_house
from services.settings import Settings
from tools.bench.figures import Figure, Rounds
from tools.bench.filmed import filmed, under_way
from tools.bench.meter import ROOT, Sample, python, studio_home
from tools.bench.visitor import Trouble, Visitor

# Pages in turn, each session from another one on; + presses a button.
_WAY = ("scenes", "+shot", "+shot", "characters", "backgrounds", "voices", "episode", "script_lab", "costs", "")
_WATCHING = 5  # one session of so many is at an episode that is being made, and its pages look again by themselves
_EVERY = 7.5  # seconds between a session's interactions
_SECONDS, _QUICK = 30.0, 10.0  # measured
_OPENING = 20  # sessions opened at once
_EMPTY = "import streamlit as st\nst.write('Nothing.')\n"
_PATIENCE = 240.0  # seconds a server may take to start
_EPISODES = 6  # on the shelf


@dataclass
class Seen:
    """One load: seconds of each answer, and of each look a page took by itself; errors; CPU seconds and MB of memory.

    The CPU is the server's, its memory that at rest and at the end.
    """

    answers: list[float] = field(default_factory=list)
    looks: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    cpu: float = 0.0
    rest: float = 0.0
    full: float = 0.0

    def at(self, share: float) -> float:
        """The answer time that so many were not above."""
        return _ranked(self.answers, share)

    @property
    def sample(self) -> Sample:
        """An interaction: its wall at the 95th percentile, its CPU seconds with all looks, the server's memory."""
        return Sample(self.at(0.95), self.cpu / len(self.answers), self.full)


class Load:
    """The bench of `load`."""

    name = "load"

    def __init__(self, work: Path, *, quick: bool) -> None:
        self.work, self.seconds = work / self.name, _QUICK if quick else _SECONDS
        self.sessions = (10, 40) if quick else (100, 400)
        self.rounds, self.seen = Rounds(), dict[int, list[Seen]]()

    def round(self, number: int) -> None:
        """Start the web process over finished episodes and one that is being made; visit an empty page as often."""
        shutil.rmtree(self.work, ignore_errors=True)
        home, empty = self.work / "home", self.work / "empty.py"
        home.mkdir(parents=True)
        empty.write_text(_EMPTY, "utf-8")
        house = build_house(Settings(studio_home=home))
        episodes = [filmed(house, f"The Key {n}") for n in range(_EPISODES - 1)][-1], under_way(house, "The Door")
        house.db.close()
        for sessions in self.sessions:
            with server(python("-m", "studio", "web"), studio_home(home)) as (port, process):
                found = asyncio.run(_visit(port, process, sessions, self.seconds, _WAY, episodes, number))
            self.seen.setdefault(sessions, []).append(found)
            self.rounds.add(f"load_{sessions}", found.sample)
            flags = ["--server.fileWatcherType", "none", "--runner.postScriptGC", "false", "--server.headless", "true"]
            with server(python("-m", "streamlit", "run", str(empty), *flags), dict(os.environ)) as (port, process):
                bare = asyncio.run(_visit(port, process, sessions, self.seconds, ("",), ("", ""), number))
            self.rounds.add(f"bare_{sessions}", bare.sample)
        shutil.rmtree(self.work)

    def figures(self) -> Iterator[Figure]:
        """What came of the rounds."""
        for sessions, seen in self.seen.items():
            mine, bare = self.rounds.of[f"load_{sessions}"], self.rounds.of[f"bare_{sessions}"]
            reach = 200 if sessions == self.sessions[0] else None
            answers, said = [one.at(0.95) * 1000 for one in seen], _told(seen[-1])
            yield Figure(f"load_{sessions}", reach, "ms (p95)", answers, mine, bare, "an empty page", said)
            work = [sample.cpu * 1000 for sample in mine]
            yield Figure(f"load_{sessions}_cpu", None, "ms of CPU", work)
            each = [(one.full - one.rest) * 1000 / sessions for one in seen]
            yield Figure(f"load_{sessions}_memory", None, "KB a session", each)
            wrong = [float(len(one.errors)) for one in seen]
            yield Figure(f"load_{sessions}_errors", 0, "errors", wrong, note="; ".join(seen[-1].errors[:2]))


def _ranked(times: Sequence[float], share: float) -> float:
    """The time that so many were not above; 0 of none."""
    ranked = sorted(times)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))] if ranked else 0.0


def _told(seen: Seen) -> str:
    load = os.getloadavg()[0]
    return (
        f"{len(seen.answers)} interactions, p50 {seen.at(0.5) * 1000:.0f} ms, p95 {seen.at(0.95) * 1000:.0f} ms, p99 "
        f"{seen.at(0.99) * 1000:.0f} ms; {len(seen.looks)} looks, p95 {_ranked(seen.looks, 0.95) * 1000:.0f} ms; "
        f"{seen.rest:.0f} MB at rest, {seen.full:.0f} MB at the end; load {load:.1f}"
    )


async def _visit(
    port: int,
    process: psutil.Process,
    sessions: int,
    seconds: float,
    way: Sequence[str],
    episodes: tuple[str, str],
    seed: int,
) -> Seen:
    """Open so many sessions, then have each interact at its times until the seconds are over.

    `episodes` are the one most sessions are at, and the one that is being made.
    """
    seen = Seen()
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(Visitor(port))
        for step in (*way, way[0]):
            await _step(first, step, episodes[0])
        seen.rest = _memory(process)  # everything is loaded and remembered, one session is there
        starts = [at for at, step in enumerate(way) if not step.startswith("+")]
        turns = [_Turns(first, way, 1, episodes[0])]
        for begun in range(1, sessions, _OPENING):
            some = [
                _Turns(
                    await stack.enter_async_context(Visitor(port)),
                    way,
                    starts[n % len(starts)],
                    episodes[n % _WATCHING == _WATCHING - 1],
                )
                for n in range(begun, min(begun + _OPENING, sessions))
            ]
            await asyncio.gather(*(one.step() for one in some))
            turns += some
        before, began, dice = _cpu(process), time.monotonic(), random.Random(seed)
        due = [began + dice.uniform(0, _EVERY) for _ in turns]
        await asyncio.gather(*(one.go(at, began + seconds, seen) for one, at in zip(turns, due, strict=True)))
        seen.cpu, seen.full = _cpu(process) - before, _memory(process)
    return seen


@dataclass
class _Turns:
    """A session on its way, which is at the step `at` of it next."""

    visitor: Visitor
    way: Sequence[str]
    at: int
    episode: str

    async def step(self) -> None:
        """Take the next step."""
        self.at += 1
        await _step(self.visitor, self.way[(self.at - 1) % len(self.way)], self.episode)

    async def go(self, due: float, until: float, seen: Seen) -> None:
        """Interact at a fixed rate; whoever had to wait for the last answer is counted from when they meant to."""
        while due < until:
            here = self.way[self.at % len(self.way)]
            try:
                await self._wait(due, seen)
                await self.step()
                seen.answers.append(time.monotonic() - due)
            except (Trouble, TimeoutError) as error:
                seen.errors.append(f"{here}: {error or 'no answer'}")
            due += _EVERY

    async def _wait(self, due: float, seen: Seen) -> None:
        """Wait until then; what looks again by itself does so as often as in a browser."""
        looks: dict[str, float] = {}
        while (now := time.monotonic()) < due:
            looks = {part: looks.get(part, now + every) for part, every in self.visitor.looks.items()}
            part = min(looks, key=lambda one: looks[one], default="")
            await asyncio.sleep(max(0.0, min(looks.get(part, due), due) - now))
            if part and looks[part] < due:
                await self.visitor.look(part)
                seen.looks.append(time.monotonic() - looks[part])
                looks[part] += self.visitor.looks.get(part, _EVERY)


async def _step(visitor: Visitor, step: str, episode: str) -> None:
    """Turn to a page, or press the next button of a kind on the page that is shown."""
    if not step.startswith("+"):
        query = {"episode": episode} if step else {}
        await visitor.open(step, **query)
        return
    buttons = visitor.named(f"{step[1:]}-")
    if not buttons:
        raise Trouble(f"there is no {step[1:]} to press")
    here = [at for at, one in enumerate(buttons) if one.endswith(f"-{visitor.param(step[1:])}")]
    await visitor.press(buttons[(here[-1] + 1) % len(buttons) if here else 0])


@contextmanager
def server(
    command: Sequence[str], environment: Mapping[str, str], port: int = 0
) -> Iterator[tuple[int, psutil.Process]]:
    """A server on this or a free port until the block ends; gives the port and the process that serves."""
    port = port or free()
    told = {"STUDIO_PORT": str(port), "STREAMLIT_SERVER_PORT": str(port), "STREAMLIT_SERVER_ADDRESS": "127.0.0.1"}
    quiet = subprocess.DEVNULL
    child = subprocess.Popen(command, cwd=ROOT, env={**environment, **told}, stdin=quiet, stdout=quiet, stderr=quiet)
    try:
        _await(port)
        family = [psutil.Process(child.pid), *psutil.Process(child.pid).children(recursive=True)]
        yield port, max(family, key=lambda one: one.memory_info().rss)
    finally:
        child.terminate()
        child.wait(30)


def free() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(port: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise TimeoutError(f"nothing answered on port {port}")


def _cpu(process: psutil.Process) -> float:
    used = process.cpu_times()
    return float(used.user + used.system)


def _memory(process: psutil.Process) -> float:
    return float(process.memory_full_info().pss) / 1e6
