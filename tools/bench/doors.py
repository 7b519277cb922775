"""Signing in over HTTP at a hosted web process on PostgreSQL: alone and fifty at once, beside hashing a password."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from secrets import token_urlsafe

import httpx
import psutil

from services.building import build_house
from services.passwords import Bcrypt
from services.settings import Settings
from studio.desk.appointing import appoint
from tests.postgres import serving
from tools.bench.figures import Figure, Rounds
from tools.bench.load import free, server
from tools.bench.meter import Sample, python, studio_home

_PASSWORD = "eleven green lanterns"
_ALONE, _AT_ONCE, _QUICK = 20, 50, 8  # sign-ins
_HASHES = 9


class SigningIn:
    """The bench of `doors`."""

    name = "doors"

    def __init__(self, work: Path, *, quick: bool) -> None:
        self.work, self.people = work / self.name, _QUICK if quick else _AT_ONCE
        self.alone = _QUICK if quick else _ALONE
        self.rounds = Rounds()

    def round(self, number: int) -> None:
        """Start a hosted web process, sign one person in again and again, then everybody; hash as a baseline."""
        del number
        shutil.rmtree(self.work, ignore_errors=True)
        port = free()
        url = f"http://127.0.0.1:{port}"
        with serving() as postgres:
            postgres.mould()
            told = _hosted(self.work / "home", postgres.fresh(), url)
            _settle(told, self.people)
            with server(python("-m", "studio", "web"), {**os.environ, **told}, port) as (_, process):
                _sign_in(url, 0)  # the first one loads what the others find
                self.rounds.add("hash", _hashing())
                self.rounds.add("alone", _timed(url, [0] * self.alone, 1, process))
                self.rounds.add("at_once", _timed(url, range(self.people), self.people, process))
        shutil.rmtree(self.work)

    def figures(self) -> Iterator[Figure]:
        """What came of the rounds."""
        hashes = self.rounds.of["hash"]
        cores = len(os.sched_getaffinity(0))
        queue = [replace(one, wall=one.wall * self.people / cores) for one in hashes]
        for name, base, against in (("alone", hashes, "one hash"), ("at_once", queue, f"{self.people} hashes")):
            mine = self.rounds.of[name]
            ratios = [a.wall / b.wall for a, b in zip(mine, base, strict=True)]
            said = f"p95 {mine[-1].wall * 1000:.0f} ms; a hash takes {hashes[-1].wall * 1000:.0f} ms; {cores} cores"
            yield Figure(f"sign_in_{name}", 2.0, f"of {against} (p95)", ratios, mine, hashes, "one hash", said)


def _hosted(home: Path, database: str, url: str) -> dict[str, str]:
    """The settings of a hosted studio on this machine; nothing is mailed or kept in its bucket here."""
    home.mkdir(parents=True)
    return studio_home(home) | {
        "APP_ENV": "test",
        "STUDIO_MODE": "hosted",
        "STUDIO_PUBLIC_URL": url,
        "STUDIO_PROXY": "127.0.0.1",
        "STUDIO_SECRET": token_urlsafe(48),
        "STUDIO_DATABASE_URL": database,
        "STUDIO_VAULT_URL": "s3://bench?endpoint=http://127.0.0.1:9",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "STUDIO_MAIL_URL": "smtp://127.0.0.1:9",
        "STUDIO_MAIL_FROM": "studio@example.com",
    }


def _settle(told: dict[str, str], people: int) -> None:
    """Accounts of so many people; only their hashes are what they would be."""
    settings = Settings(
        _env_file=None, studio_home=Path(told["STUDIO_HOME"]), studio_database_url=told["STUDIO_DATABASE_URL"]
    )
    built = build_house(settings)
    hashed = Bcrypt().hash(_PASSWORD)
    house = replace(built, doors=replace(built.doors, passwords=_Hashed(hashed)))
    for number in range(people):
        appoint(house, _address(number), "Visitor", _PASSWORD)
    built.db.close()


class _Hashed:
    """A hasher that has done its work."""

    def __init__(self, hashed: str) -> None:
        self._hashed = hashed

    def hash(self, password: str) -> str:
        """What is kept of the password of everybody."""
        del password
        return self._hashed

    def matches(self, password: str, hashed: str) -> bool:
        """Nobody signs in with it."""
        del password, hashed
        return False

    def stale(self, hashed: str) -> bool:
        """It was hashed just now."""
        del hashed
        return False


def _address(number: int) -> str:
    return f"visitor{number}@example.com"


def _sign_in(url: str, number: int) -> float:
    """Seconds until somebody is signed in, from an address of their own."""
    began = time.monotonic()
    answer = httpx.post(
        f"{url}/auth/sign-in",
        data={"email": _address(number), "password": _PASSWORD},
        headers={"Origin": url, "X-Forwarded-For": f"198.51.100.{number + 1}"},
        timeout=120,
    )
    took = time.monotonic() - began
    assert answer.status_code == httpx.codes.SEE_OTHER, answer.text
    assert answer.cookies.get("sid")
    return took


def _timed(url: str, people: range | list[int], at_once: int, process: psutil.Process) -> Sample:
    """Sign-ins: the 95th percentile's wall, and the server's CPU seconds of each."""
    before = sum(process.cpu_times()[:2])
    with ThreadPoolExecutor(at_once) as pool:
        times = sorted(pool.map(lambda number: _sign_in(url, number), people))
    used = sum(process.cpu_times()[:2]) - before
    return Sample(times[int(0.95 * (len(times) - 1))], used / len(times), process.memory_info().rss / 1e6)


def _hashing() -> Sample:
    """One password compared, the median of some."""
    hasher = Bcrypt()
    kept, walls, cpus = hasher.hash(_PASSWORD), [], []
    for _ in range(_HASHES):
        wall, cpu = time.monotonic(), time.process_time()
        assert hasher.matches(_PASSWORD, kept)
        walls.append(time.monotonic() - wall)
        cpus.append(time.process_time() - cpu)
    return Sample(sorted(walls)[_HASHES // 2], sorted(cpus)[_HASHES // 2], 0.0)
