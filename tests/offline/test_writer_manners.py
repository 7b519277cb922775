"""Characters who talk differently, and stories of different shapes: measured over twenty pitches."""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from services.offline.writer.compose import Story
from services.offline.writer.engine import composed
from services.offline.writer.lexicon import listed, table
from services.offline.writer.reading import read
from studio.crew import Pitch
from studio.story.cast import Manner

_READ: dict[str, Any] = tomllib.loads((Path(__file__).parent / "pitches.toml").read_text("utf-8"))
PITCHES, OTHERS = _READ["pitch"], _READ["others"]
SEEDS = range(3)


@cache
def story(spot: int, seed: int) -> Story:
    pitch = Pitch(PITCHES[spot]["text"], PITCHES[spot]["seconds"], seed)
    return composed(pitch, read(pitch.text))


@cache
def said() -> dict[str, list[str]]:
    """Every line by the manner of whoever says it."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for spot in range(len(PITCHES)):
        for seed in SEEDS:
            told = story(spot, seed)
            manners = {player.cue: str(player.manner) for player in told.stage.cast.values()}
            for part in told.draft.parts:
                for line in part.lines:
                    if line.cue in manners:
                        found[manners[line.cue]].append(line.text)
    return dict(found)


def marked(manner: str) -> dict[str, float]:
    """How many of the lines said in each manner open as this one's do, as shares."""
    tags = [tag.replace("{}", r"[\w .]+?") for tag in listed(table("accents.toml")["openers"][manner])]
    opens = re.compile("|".join(rf"^{tag}" for tag in tags))
    return {other: fmean(bool(opens.match(line)) for line in lines) for other, lines in said().items()}


def a_line(manner: str) -> float:
    """Words of a line, on average."""
    return fmean(len(line.split()) for line in said()[manner])


def test_every_manner_has_its_say() -> None:
    assert set(said()) == set(Manner)
    assert min(map(len, said().values())) > 100


@pytest.mark.parametrize("manner", ["anxious", "florid", "warm", "dry"])
def test_a_manner_is_told_from_every_other_by_how_its_lines_open(manner: str) -> None:
    shares = marked(manner)
    mine = shares.pop(manner)
    assert mine > 0.04
    assert mine > 2 * max(shares.values())


def test_the_florid_say_the_most_and_by_far_more_than_the_terse() -> None:
    assert a_line("florid") > 1.1 * max(a_line(manner) for manner in said() if manner != "florid")
    assert a_line("florid") > 1.25 * a_line("terse")


def test_the_terse_say_less_and_say_i_less() -> None:
    others = [manner for manner in said() if manner != "terse"]
    assert a_line("terse") < 0.95 * min(map(a_line, others))
    selves = {manner: fmean("I" in line.split() for line in lines) for manner, lines in said().items()}
    assert selves["terse"] < 0.85 * min(selves[manner] for manner in others)


@pytest.mark.parametrize("seed", SEEDS)
def test_twenty_pitches_are_told_in_twenty_shapes(seed: int) -> None:
    assert len({story(spot, seed).shape.name for spot in range(len(PITCHES))}) >= 18


@pytest.mark.parametrize("seed", SEEDS)
def test_pitches_nobody_had_in_mind_are_not_all_told_in_one_shape(seed: int) -> None:
    shapes = Counter(composed(Pitch(text, 90, seed), read(text)).shape.name for text in OTHERS)
    assert len(OTHERS) == 20
    assert len(shapes) >= 10
    assert max(shapes.values()) <= 5
