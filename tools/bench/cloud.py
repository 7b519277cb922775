"""An episode of fifty shots made at vendors: how much longer than their own work it takes, and what waiting costs.

The vendors are the doubles of tests/doubles, in this process and with the latencies of real ones; all that is measured
is the studio's own process and what it starts.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.doubles.cloud import PICTURE, SPEECH, Cloud, cloud
from tests.doubles.runpod import REALISTIC
from tools.bench.answering import first_words
from tools.bench.figures import Figure, Rounds
from tools.bench.meter import Sample, measure, python, studio_home

CREW = "painter=keyframe-klein-4b,animator=svd-xt,voice=eleven-multilingual-v2"
PEOPLE = ("MARA", "TOM")
SAID = (  # each line is another one in every room, or it would be spoken only once
    "You kept the key of room {}, all these years.",
    "Never {}.",
    "No {}?",
    "Then tell me whose it is, number {}, and why it was in your coat.",
    "Ask the sea about it; I have no answer {} left for you.",
    "I did ask {}.",
)
_SCENES, _FEW = 10, 2
_PACE, _QUICK = 1.0, 0.1  # of the vendors' latencies
WORKERS, _LINES = 10, 4  # clips and pictures made at a time, lines spoken at a time (data/vendors.toml)
_STOP = "1000"  # dollars; what it would cost is not what is measured


@dataclass(frozen=True)
class Seen:
    """One round: what it took, the seconds it could take at best, and counts."""

    sample: Sample
    bound: float
    takes: int
    length: float
    shots: int
    films: int  # of the vendor's; a long shot has several
    words: tuple[float, ...] = field(default=())

    @property
    def overhead(self) -> float:
        """Milliseconds of CPU a take costs to ask for, to wait for and to keep: all of the process that does so.

        What is done to pictures and sound is done by others.
        """
        return self.sample.own / self.takes * 1000

    @property
    def whole(self) -> float:
        """The same of all processes."""
        return self.sample.cpu / self.takes * 1000


class Vendors:
    """The bench of `cloud`."""

    name = "cloud"

    def __init__(self, work: Path, *, quick: bool) -> None:
        self.work, self.scenes, self.pace = work / self.name, *((_FEW, _QUICK) if quick else (_SCENES, _PACE))
        self.rounds, self.seen = Rounds(), list[Seen]()

    def round(self, number: int) -> None:
        """Draft the episode in a fresh studio whose crew is at the doubles; then ask a writer for words."""
        del number  # every round is the same
        with fresh(self.work) as home, cloud(latencies=True, pace=self.pace, workers=WORKERS) as vendors:
            sample = self.rounds.add(self.name, drafted(home, fifty_shots(self.scenes), vendors))
            self.seen.append(self._seen(sample, vendors, home / "studio.db"))

    def _seen(self, sample: Sample, vendors: Cloud, database: Path) -> Seen:
        answer: dict[str, Any] = json.loads(sample.said.splitlines()[-1])
        shots = clips(database)
        return Seen(
            sample=sample,
            bound=bound(vendors, shots, self.pace),
            takes=int(answer["takes_made"]),
            length=float(answer["duration_s"]),
            shots=len(shots),
            films=sum(shots),
            words=tuple(first_words(self.pace, self.work / "words")),
        )

    def figures(self) -> Iterator[Figure]:
        """What came of the rounds."""
        seen, last = self.seen, self.seen[-1]
        made = f"{last.shots} clips of {last.films} films, {last.length:.0f} s of film, {last.takes} takes"
        film = f"{made}; at best {last.bound:.0f} s"
        walls = [one.sample.wall / one.bound for one in seen]
        reach = 1.15 if self.pace == _PACE else None  # at a tenth of the waits the machine is what is waited for
        yield Figure("cloud", reach, "of the vendors' own", walls, self.rounds.of["cloud"], note=film)
        yield Figure("cloud_wall", 600, "s", [one.sample.wall for one in seen])
        most = 100 if self.pace == _PACE else None  # of a short run most is starting
        yield Figure("cloud_overhead", most, "ms of CPU a take", [one.overhead for one in seen])
        yield Figure("cloud_all", None, "ms of CPU a take", [one.whole for one in seen])
        words = [max(one.words) for one in seen]
        yield Figure(
            "cloud_words", 0.3, "s", words, note=f"after the first byte, of {len(last.words)} answers the last"
        )


@contextmanager
def fresh(work: Path) -> Iterator[Path]:
    """An empty runtime folder, which goes with all that was worked beside it."""
    shutil.rmtree(work, ignore_errors=True)
    home = work / "home"
    home.mkdir(parents=True)
    yield home
    shutil.rmtree(work)


def drafted(home: Path, script: str, vendors: Cloud) -> Sample:
    """Draft a script with a crew at the doubles; the command's last line is its answer."""
    source = home.parent / "bench.fountain"
    source.write_text(script, "utf-8")
    told = {**studio_home(home), **vendors.settings, "STUDIO_EPISODE_STOP": _STOP}
    wanted = ("draft", str(source), "--out", str(home.parent / "out"), "--crew", CREW, "--json")
    return measure(python("-m", "studio", *wanted), environment=told)


def fifty_shots(scenes: int = _SCENES) -> str:
    """A script of five shots and six lines a scene; ten scenes are about three minutes."""
    parts = ["Title: Fifty\n"]
    for number in range(scenes):
        parts.append(f"INT. ROOM {number} - NIGHT\n")
        parts.append("MARA waits at the window.\n" if number else "MARA, 70, in a yellow coat, puts a key down.\n")
        parts += [f"{PEOPLE[at % 2]}\n{said.format(number)}\n" for at, said in enumerate(SAID)]
    return "\n".join(parts)


def bound(vendors: Cloud, shots: list[int], pace: float) -> float:
    """The larger of the longest chain of takes and each vendor's work over its workers, in seconds."""
    clip, picture = REALISTIC["svd-xt"] / 1000, PICTURE
    chain = 2 * picture + max(shots) * clip  # somebody's look, a board with them on it, the clip of the board
    jobs = [job.engine for job in vendors.runpod.queue.jobs.values()]
    work = sum(REALISTIC[engine] for engine in jobs) / 1000 / WORKERS
    spoken = vendors.elevenlabs.books.asked["speak"] * SPEECH / _LINES
    return max(chain, work, spoken) * pace


def clips(database: Path) -> list[int]:
    """How many of the vendor's films every clip was made of."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as rows:
        found = rows.execute("SELECT ticket FROM take WHERE kind = 'clip' AND state = 'made' AND ticket != ''")
        return [len(jobs.split()) for (jobs,) in found]
