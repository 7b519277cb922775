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
from tools.bench.meter import Own, Sample, measure, python, studio_home
from tools.bench.refitting import Fitted, Shot, fitted_again

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
    """One round: seconds it took and at best could, CPU seconds of the process that orders, of its fits, and counts."""

    wall: float
    bound: float
    own: float
    takes: int
    length: float
    shots: int
    films: int  # of the vendor's; a long shot has several
    fits: Fitted
    words: tuple[float, ...] = field(default=())

    @property
    def overhead(self) -> float:
        """Milliseconds of CPU a take costs to ask for, to wait for and to keep, without the fitting of clips."""
        return max(0.0, self.own - self.fits.own * self.shots) / self.takes * 1000


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
            with Own() as own:
                sample = self.rounds.add(self.name, drafted(home, fifty_shots(self.scenes), vendors))
            self.seen.append(self._seen(sample, own.cpu, vendors, home / "studio.db"))

    def _seen(self, sample: Sample, own: float, vendors: Cloud, database: Path) -> Seen:
        answer: dict[str, Any] = json.loads(sample.said.splitlines()[-1])
        shots = clips(database)
        return Seen(
            wall=sample.wall,
            bound=bound(vendors, shots, self.pace),
            own=own,
            takes=int(answer["takes_made"]),
            length=float(answer["duration_s"]),
            shots=len(shots),
            films=sum(len(one.jobs) for one in shots),
            fits=fitted_again(vendors.runpod, shots, self.work / "fits"),
            words=tuple(first_words(self.pace, self.work / "words")),
        )

    def figures(self) -> Iterator[Figure]:
        """What came of the rounds."""
        seen, last = self.seen, self.seen[-1]
        made = f"{last.shots} clips of {last.films} films, {last.length:.0f} s of film, {last.takes} takes"
        film = f"{made}; at best {last.bound:.0f} s"
        walls = [one.wall / one.bound for one in seen]
        reach = 1.15 if self.pace == _PACE else None  # at a tenth of the waits the machine is what is waited for
        yield Figure("cloud", reach, "of the vendors' own", walls, self.rounds.of["cloud"], note=film)
        yield Figure("cloud_wall", 600, "s", [one.wall for one in seen])
        most = 100 if self.pace == _PACE else None  # of a short run most is starting
        yield Figure("cloud_overhead", most, "ms of CPU a take", [one.overhead for one in seen])
        whole = [sample.cpu / one.takes * 1000 for sample, one in zip(self.rounds.of["cloud"], seen, strict=True)]
        yield Figure("cloud_all", None, "ms of CPU a take", whole)
        yield Figure("cloud_clip", None, "s of CPU a clip", [one.fits.whole for one in seen], note=last.fits.told)
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


def bound(vendors: Cloud, shots: list[Shot], pace: float) -> float:
    """The larger of the longest chain of takes and each vendor's work over its workers, in seconds."""
    clip, picture = REALISTIC["svd-xt"] / 1000, PICTURE
    longest = max(len(one.jobs) for one in shots)
    chain = 2 * picture + longest * clip  # somebody's look, a board with them on it, the clip of the board
    jobs = [job.engine for job in vendors.runpod.queue.jobs.values()]
    work = sum(REALISTIC[engine] for engine in jobs) / 1000 / WORKERS
    spoken = vendors.elevenlabs.books.asked["speak"] * SPEECH / _LINES
    return max(chain, work, spoken) * pace


def clips(database: Path) -> list[Shot]:
    """Every clip that was made, with the vendor's jobs."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as rows:
        found = rows.execute(
            "SELECT ticket, measure, engine FROM take WHERE kind = 'clip' AND state = 'made' AND ticket != ''"
        )
        return [Shot(tuple(jobs.split()), json.loads(measured)["frames"], engine) for jobs, measured, engine in found]
