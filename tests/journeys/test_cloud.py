"""A whole episode by a crew at vendors whose answers are often faulty: all of it is booked, nothing is paid twice."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from studio.takes.vault import FolderVault
from tests.doubles.cloud import Cloud, cloud
from tests.doubles.server import Fault, Schedule
from tests.journeys.booked import (
    SPOILED,
    computed_twice,
    costs_show_what_was_billed,
    only_what_came_spoiled_is_billed_twice,
    rows,
    the_books_agree,
    twice,
    unfinished,
)
from tests.journeys.studio import ROOT, answer, command, die_with_the_tests, run, started, until
from tests.ports import free_port
from tools.bench.visitor import Visitor

CREW = "painter=flux-schnell,animator=svd-xt,voice=eleven"
WRITTEN = f"writer=groq,{CREW}"
PITCH = "A lighthouse keeper finds a letter in a bottle from herself, dated next week."
ON_THE_LINE = (Fault.BUSY, Fault.DOWN, Fault.LOST_BEFORE, Fault.LOST_AFTER, Fault.TRUNCATED, Fault.LATE)
ONCE = dict.fromkeys(SPOILED, ("submit", "speak", "chat"))
PEOPLE = ("MARA", "TOM")
SCENES = (
    ("INT. KITCHEN - NIGHT", "MARA, 70, in a yellow coat, puts a key on the table."),
    ("EXT. HARBOUR - DAY", "TOM, 30, a thin baker, runs along the pier."),
)
SAID = ("You kept {}.", "Never.", "Then whose is {}?", "Ask the sea.", "I did ask.")


def twelve_shots(thing: str = "it") -> str:
    """A script of two scenes with six shots each."""
    parts = ["Title: Twelve\n"]
    for number, (heading, action) in enumerate(SCENES):
        parts += [f"{heading}\n", f"{action}\n"]
        for at, said in enumerate(SAID):
            parts.append(f"{PEOPLE[at % 2]}\n{said.format(thing if number else 'the key')}\n")
    return "\n".join(parts)


# Of each line that was billed once for nothing: what the customer paid, what the last asking cost, what we owe.
_SPOKEN_TWICE = """
SELECT part.paid, take.cost_micros, SUM(bill.micros)
FROM entry bill JOIN take ON take.fingerprint = bill.fingerprint AND take.state = 'made'
JOIN holdpart part ON part.fingerprint = bill.fingerprint
WHERE bill.verb = 'bill' AND bill.purse LIKE 'cost:%' AND bill.kind = 'speech'
GROUP BY bill.fingerprint HAVING COUNT(*) > 1"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The script as a file."""
    file = tmp_path / "twelve.fountain"
    file.write_text(twelve_shots())
    return file


@pytest.fixture
def asking(environment: dict[str, str]) -> Iterator[Any]:
    """Serve vendors with a schedule of faults; gives a function from it to the vendors and the environment."""
    served: list[Any] = []

    def serve(schedule: Schedule) -> tuple[Cloud, dict[str, str]]:
        vendors = cloud(schedule)
        served.append(vendors)
        made = vendors.__enter__()
        return made, {**environment, **made.settings}

    yield serve
    for vendors in served:
        vendors.__exit__(None, None, None)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_third_of_all_answers_faulty_and_the_books_agree(asking: Any, tmp_path: Path, home: Path) -> None:
    once = {"chat": [Fault.LOST_AFTER], "job": [*SPOILED], "speak": [Fault.GARBLED] * 3}
    dice = Schedule(script=once, share=0.5, seed=1, among=(*ON_THE_LINE, *SPOILED), cap=1, only=ONCE)
    vendors, environment = asking(dice)
    wanted = ("draft", PITCH, "--length", "60", "--json", "--out")
    done = run(environment, *wanted, str(tmp_path / "out"), "--crew", WRITTEN)
    assert done.returncode in (0, 3), done.stderr[-2000:]
    told = answer(done)
    assert Path(told["master"]).is_file()
    assert len(dice.brought) >= 0.3 * dice.asked  # a fault is never followed by another of the same request
    assert unfinished(home) == []
    the_books_agree(vendors, home)
    only_what_came_spoiled_is_billed_twice(dice, vendors, home)
    assert 0 < round(told["cost_usd"] * 1_000_000) < vendors.total
    costs_show_what_was_billed(vendors, home, told["episode"])
    assert rows(home, "SELECT 1 FROM entry WHERE verb = 'bill' AND request LIKE 'unheard-%'")
    said_again = rows(home, _SPOKEN_TWICE)
    assert said_again
    assert all(paid == last < owed for paid, last, owed in said_again)  # what failed is our cost alone
    assert len(rows(home, "SELECT 1 FROM take WHERE kind = 'clip' AND engine = 'svd-xt' AND state = 'made'")) >= 12
    before, lost = bills_of_made(home), damaged(home, "clip", "speech", "master")
    again = run(environment, *wanted, str(tmp_path / "elsewhere"))
    assert again.returncode in (0, 3), again.stderr[-2000:]
    assert before
    assert before.items() <= bills_of_made(home).items()  # with what was fetched once more, for nothing
    assert lost.items() <= dict(rows(home, "SELECT fingerprint, content FROM take WHERE state = 'made'")).items()
    assert all(FolderVault(home / "vault").intact(content) for content in lost.values())
    the_books_agree(vendors, home)


def damaged(home: Path, *kinds: str) -> dict[str, str]:
    """Scratch the file of a circled take of each kind, of one a vendor made if there is one; fingerprint -> content."""
    found: dict[str, str] = {}
    for kind in kinds:
        query = (
            "SELECT fingerprint, content FROM take JOIN choice USING (fingerprint) WHERE circled AND state = 'made'"
            f" AND kind = '{kind}' ORDER BY ticket = '', fingerprint LIMIT 1"
        )
        ((fingerprint, content),) = rows(home, query)
        FolderVault(home / "vault").place(content).write_bytes(b"scratched")
        found[fingerprint] = content
    return found


def bills_of_made(home: Path) -> dict[str, int]:
    """How many bills every made take has, by fingerprint."""
    return dict(
        rows(
            home,
            "SELECT take.fingerprint, COUNT(*) FROM take JOIN entry ON entry.fingerprint = take.fingerprint"
            " AND entry.verb = 'bill' AND entry.purse LIKE 'cost:%'"
            " WHERE take.state = 'made' GROUP BY take.fingerprint",
        )
    )


def killed(child: subprocess.Popen[bytes], vendors: Cloud, seconds: float) -> bool:
    """Kill a child so many seconds after it asked its first vendor; False when it ended before."""

    def asked() -> int:
        return sum(books.asked.total() for books in vendors.books.values())

    before = asked()
    until(lambda: child.poll() is not None or asked() > before)  # while it loads there is nothing to lose
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        return True
    return False


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("most", [25, pytest.param(100, marks=[pytest.mark.soak, pytest.mark.timeout(7200)])])
def test_killed_at_any_moment_nothing_is_paid_twice(asking: Any, source: Path, home: Path, most: int) -> None:
    vendors, environment = asking(Schedule(share=0.3, seed=5, among=ON_THE_LINE, cap=1))
    dice, kills, thing = random.Random(11), 0, 0
    wanted = [*command("draft", str(source), "--out", str(source.parent / "out"), "--crew", CREW)]
    with (source.parent / "said.log").open("ab") as said:
        while kills < most:
            child = subprocess.Popen(
                wanted, cwd=ROOT, env=environment, stdout=said, stderr=said, preexec_fn=die_with_the_tests
            )
            if killed(child, vendors, dice.uniform(0.0, 3.5)):
                kills += 1
            else:
                thing += 1
                source.write_text(twelve_shots(f"thing {thing}"))
    done = run(environment, "draft", str(source), "--out", str(source.parent / "out"), "--json")
    assert done.returncode in (0, 3), done.stderr[-2000:]
    assert unfinished(home) == []
    the_books_agree(vendors, home)
    assert twice(home) == []
    assert computed_twice(vendors) == []


def test_an_episode_that_would_cost_too_much_begins_nothing(asking: Any, source: Path, home: Path) -> None:
    vendors, environment = asking(Schedule())
    dear = {**environment, "STUDIO_EPISODE_STOP": "0.01"}
    done = run(dear, "draft", str(source), "--out", str(source.parent / "out"), "--crew", CREW, "--json")
    assert done.returncode == 2, done.stderr[-2000:]  # refused before anything was begun
    told = answer(done)
    assert "this episode may cost $0.01" in told["error"]
    assert (told["master"], told["takes_made"], told["cost_usd"]) == (None, 0, 0)
    assert vendors.total == 0
    assert rows(home, "SELECT 1 FROM entry") == []


class Listener(Visitor):
    """A visitor who keeps every byte it is sent."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.kept = bytearray()

    def _read(self, data: bytes | str) -> bool:
        self.kept += data if isinstance(data, bytes) else data.encode()
        return super()._read(data)


async def shown(port: int, episode: str) -> bytes:
    """Everything a browser is sent of the pages that tell of vendors, and of the health a program reads."""
    async with Listener(port) as visitor:
        for page in ("costs", "episode", "voices", "health"):
            await visitor.open(page, episode=episode)
    health = await asyncio.to_thread(httpx.get, f"http://127.0.0.1:{port}/healthz", timeout=30)
    assert health.status_code == 503  # no worker is alive, and it says so
    return bytes(visitor.kept) + health.content


def test_no_key_is_left_anywhere(asking: Any, tmp_path: Path, home: Path) -> None:
    vendors, environment = asking(Schedule(script={"speak": [Fault.DENIED], "chat": [Fault.BUSY]}))
    out = str(tmp_path / "out")
    done = run(environment, "draft", PITCH, "--length", "20", "--out", out, "--crew", WRITTEN, "--json")
    keys = [value for name, value in vendors.settings.items() if name.endswith("_KEY")]
    told = done.stdout + done.stderr
    assert done.returncode == 3, done.stderr[-2000:]
    assert [one["why"] for one in answer(done)["failed"] if one["why"].startswith("Denied")]  # the key was refused
    port = free_port()
    log = tmp_path / "web.log"
    with started(environment | {"STUDIO_PORT": str(port)}, "web", log=log):
        until(lambda: _answers(port))
        kept = [asyncio.run(shown(port, answer(done)["episode"])), log.read_bytes()]
    kept += [file.read_bytes() for file in home.rglob("*") if file.is_file()]
    assert vendors.groq.books.billed
    assert b"elevenlabs" in kept[0]  # the pages were heard
    assert len(keys) == 5
    for key in keys:
        assert key not in told
        assert not any(key.encode() in one for one in kept)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5):
            return True
    except OSError:
        return False
