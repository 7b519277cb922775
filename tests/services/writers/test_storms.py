"""A third of all answers faulty: every screenplay is written all the same, and the bills agree to the micro-dollar."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.guard import Line, vendors
from services.writers.engine import RemoteWriter
from services.writers.groq import groq_writer
from studio.crew import Order
from studio.errors import Busy, Down
from studio.production.waiting import Waits
from studio.story.checking import check
from studio.takes.briefs import ScriptBrief
from studio.takes.recipe import Recipe, TakeKind
from tests.doubles.errands import KeptErrand
from tests.doubles.groq import GroqDouble
from tests.doubles.server import Fault, Schedule, serving
from tests.services.clock import Clock
from tests.services.writers.conftest import KEY, MODEL, billed

PITCHES = ("A lighthouse keeper finds a letter.", "Two bakers share an oven.", "A robot learns to whistle.")
AMONG = (Fault.BUSY, Fault.DOWN, Fault.LOST_AFTER, Fault.TRUNCATED, Fault.GARBLED, Fault.FAILED)


@pytest.mark.parametrize("seed", range(4))
def test_a_storm_slows_writers_down_and_fails_none(tmp_path: Path, seed: int) -> None:
    double = GroqDouble(Schedule(share=0.3, seed=seed, among=AMONG))
    manners, clock = vendors()["groq"], Clock(share=0.01)
    with serving(double.app) as url:
        writer = groq_writer("groq-gpt-oss-120b", MODEL, KEY, url, own=Line(manners, clock.patience))
        author = Author(writer, Waits({"groq": manners.waits}), clock)
        errands = [KeptErrand(key=f"{at:064x}") for at in range(len(PITCHES))]
        with ThreadPoolExecutor(len(PITCHES)) as pool:
            jobs = [pool.submit(author.script, tmp_path / str(at), errands[at], PITCHES[at]) for at in range(3)]
            texts = [job.result() for job in jobs]
        writer.close()
    assert not [one for text in texts for one in check(text) if one.error]
    assert sum(map(billed, errands)) == double.books.total
    assert double.books.asked["chat"] > 4 * len(PITCHES)


@dataclass
class Author:
    """Has a writer write as a run does: who is turned away too often is asked again after a pause."""

    writer: RemoteWriter
    waits: Waits
    clock: Clock

    def script(self, folder: Path, errand: KeptErrand, pitch: str) -> str:
        """The screenplay of a pitch."""
        folder.mkdir()
        brief = ScriptBrief(text=pitch, seconds=30, seed=1).model_dump(mode="json")
        writer, waited = self.writer, 0.0
        recipe = Recipe(kind=TakeKind.SCRIPT, brief=brief, engine=writer.name, engine_version=writer.version)
        while True:
            try:
                return writer.make(Order(recipe, {}, folder), errand).file.read_text()
            except (Busy, Down) as error:
                waited += (pause := self.waits.pause(error, "groq", waited))
                if not pause:
                    raise
                self.clock.sleep(pause)
