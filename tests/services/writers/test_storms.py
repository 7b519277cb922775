"""A third of all answers faulty: every screenplay is written all the same, and the bills agree to the micro-dollar."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from services.guard import Line, vendors
from services.writers.engine import RemoteWriter
from services.writers.groq import groq_writer
from studio.crew import Order
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
    manners = vendors()["groq"].model_copy(update={"seconds": 1e6})
    with serving(double.app) as url:
        own = Line(manners, Clock(share=0.01).patience)
        writer = groq_writer("groq-gpt-oss-120b", MODEL, KEY, url, own=own)
        errands = [KeptErrand(key=f"{at:064x}") for at in range(len(PITCHES))]
        with ThreadPoolExecutor(len(PITCHES)) as pool:
            jobs = [pool.submit(_script, writer, tmp_path / str(at), errands[at], PITCHES[at]) for at in range(3)]
            texts = [job.result() for job in jobs]
        writer.close()
    assert not [one for text in texts for one in check(text) if one.error]
    assert sum(map(billed, errands)) == double.books.total
    assert double.books.asked["chat"] > 4 * len(PITCHES)


def _script(writer: RemoteWriter, folder: Path, errand: KeptErrand, pitch: str) -> str:
    folder.mkdir()
    brief = ScriptBrief(text=pitch, seconds=30, seed=1).model_dump(mode="json")
    recipe = Recipe(kind=TakeKind.SCRIPT, brief=brief, engine=writer.name, engine_version=writer.version)
    return writer.make(Order(recipe, {}, folder), errand).file.read_text()
