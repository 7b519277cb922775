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

from services.settings import Settings
from services.wiring import build_house
from tools.bench.figures import Figure, Rounds
from tools.bench.filmed import filmed
from tools.bench.meter import ROOT, Sample, python, studio_home
from tools.bench.visitor import Trouble, Visitor

_WAY = ("scenes", "+shot", "+shot", "characters", "episode", "script_lab", "")  # pages in turn; + presses a button
_EVERY = 7.5  # seconds between a session's interactions
_SECONDS, _QUICK = 30.0, 10.0  # measured
_OPENING = 20  # sessions opened at once
_EMPTY = "import streamlit as st\nst.write('Nothing.')\n"
_PATIENCE = 60.0  # seconds a server may take to start
_EPISODES = 6  # on the shelf


@dataclass
class Seen:
    """Answers of one load: seconds each, errors, CPU seconds of the server, its memory at rest and at the end in MB."""

    answers: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    cpu: float = 0.0
    rest: float = 0.0
    full: float = 0.0

    def at(self, share: float) -> float:
        """The answer time that so many were not above."""
        ranked = sorted(self.answers)
        return ranked[min(len(ranked) - 1, int(share * len(ranked)))]

    @property
    def sample(self) -> Sample:
        """An interaction: its wall at the 95th percentile, its CPU seconds, and the server's memory."""
        return Sample(self.at(0.95), self.cpu / len(self.answers), self.full)


class Load:
    """The bench of `load`."""

    name = "load"

    def __init__(self, work: Path, *, quick: bool) -> None:
        self.work, self.seconds = work / self.name, _QUICK if quick else _SECONDS
        self.sessions = (10, 40) if quick else (100, 400)
        self.rounds, self.seen = Rounds(), dict[int, list[Seen]]()

    def round(self, number: int) -> None:
        """Start the web process over a finished episode and visit it; visit an empty page as often."""
        shutil.rmtree(self.work, ignore_errors=True)
        home, empty = self.work / "home", self.work / "empty.py"
        home.mkdir(parents=True)
        empty.write_text(_EMPTY, "utf-8")
        house = build_house(Settings(studio_home=home))
        episode = [filmed(house, f"The Key {n}") for n in range(_EPISODES)][-1]
        house.db.close()
        for sessions in self.sessions:
            with _server(python("-m", "studio", "web"), studio_home(home)) as (port, process):
                found = asyncio.run(_visit(port, process, sessions, self.seconds, _WAY, episode, number))
            self.seen.setdefault(sessions, []).append(found)
            self.rounds.add(f"load_{sessions}", found.sample)
            flags = ["--server.fileWatcherType", "none", "--runner.postScriptGC", "false", "--server.headless", "true"]
            with _server(python("-m", "streamlit", "run", str(empty), *flags), dict(os.environ)) as (port, process):
                bare = asyncio.run(_visit(port, process, sessions, self.seconds, ("",), "", number))
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


def _told(seen: Seen) -> str:
    load = os.getloadavg()[0]
    return (
        f"{len(seen.answers)} interactions, p50 {seen.at(0.5) * 1000:.0f} ms, p95 {seen.at(0.95) * 1000:.0f} ms, p99 "
        f"{seen.at(0.99) * 1000:.0f} ms; {seen.rest:.0f} MB at rest, {seen.full:.0f} MB at the end; load {load:.1f}"
    )


async def _visit(
    port: int, process: psutil.Process, sessions: int, seconds: float, way: Sequence[str], episode: str, seed: int
) -> Seen:
    """Open so many sessions, then have each interact at its times until the seconds are over."""
    seen = Seen()
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(Visitor(port))
        for step in (*way, way[0]):
            await _step(first, step, episode)
        seen.rest = _memory(process)  # everything is loaded and remembered, one session is there
        visitors = [first]
        for at in range(1, sessions, _OPENING):
            some = [Visitor(port) for _ in range(min(_OPENING, sessions - at))]
            visitors += await asyncio.gather(*map(stack.enter_async_context, some))
            await asyncio.gather(*(_step(one, way[0], episode) for one in some))
        before, began, dice = _cpu(process), time.monotonic(), random.Random(seed)
        starts = [began + dice.uniform(0, _EVERY) for _ in visitors]
        until = began + seconds
        turns = (_turns(one, start, until, way, episode, seen) for one, start in zip(visitors, starts, strict=True))
        await asyncio.gather(*turns)
        seen.cpu, seen.full = _cpu(process) - before, _memory(process)
    return seen


async def _turns(visitor: Visitor, due: float, until: float, way: Sequence[str], episode: str, seen: Seen) -> None:
    """Interact at a fixed rate; whoever had to wait for the last answer is counted from when they meant to."""
    at = 1
    while due < until:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        try:
            await _step(visitor, way[at % len(way)], episode)
            seen.answers.append(time.monotonic() - due)
        except (Trouble, TimeoutError) as error:
            seen.errors.append(f"{way[at % len(way)]}: {error or 'no answer'}")
        at, due = at + 1, due + _EVERY


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
def _server(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[tuple[int, psutil.Process]]:
    """A server on a free port until the block ends; gives the port and the process that serves."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
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
