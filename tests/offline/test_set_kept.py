"""Sets on disk: one process builds, the others see the same; a damaged or missing file costs only time."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from services.offline.theatre import set_kept
from services.offline.theatre.kits import kit_plan
from services.offline.theatre.layer import Set
from services.offline.theatre.memory import trim
from services.offline.theatre.set_kept import keep_sets_in, kept_set
from services.offline.theatre.sets import build_set
from services.offline.theatre.stage import Stage
from services.offline.theatre.wings import paper_wings
from studio.story.breakdown import Framing, Move
from studio.story.places import Kit, Mood, Place, Setting, Time, Weather
from studio.takes.frame import Frame
from tests.offline.shots import SMALL, board, clip, figures

TINY = Frame(width=160, height=90, fps=24)


def setting(kit: Kit, mood: Mood = Mood.NOIR) -> Setting:
    place = Place(id="p1", name="Somewhere", interior=kit_plan(kit).room is not None, kit=kit, props=())
    return Setting(place=place, time=Time.NIGHT, weather=Weather.CLEAR, mood=mood)


class Asked:
    """Asks for sets and counts how many had to be built."""

    def __init__(self) -> None:
        self.built = 0

    def __call__(self, kit: Kit, seed: int = 0, frame: Frame = TINY) -> Set:
        def build() -> Set:
            self.built += 1
            return build_set(setting(kit), frame, seed=seed)

        return kept_set(setting(kit), frame, seed, build)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "sets"
    keep_sets_in(place)
    yield place
    shutil.rmtree(place, ignore_errors=True)


def same(one: Set, other: Set) -> bool:
    plain = (field.name for field in fields(Set) if field.name != "layers")
    return all(getattr(one, name) == getattr(other, name) for name in plain) and all(
        (a.depth, a.hem) == (b.depth, b.hem) and np.array_equal(a.pixels, b.pixels)
        for a, b in zip(one.layers, other.layers, strict=True)
    )


@pytest.mark.parametrize("kit", [Kit.STREET, Kit.CAR, Kit.KITCHEN, Kit.SPACE])
def test_a_set_comes_back_as_it_was_built(folder: Path, kit: Kit) -> None:
    asked, built = Asked(), build_set(setting(kit), TINY, seed=0)
    assert same(asked(kit), built)
    assert same(asked(kit), built)
    assert asked.built == 1
    assert len(list(folder.iterdir())) == 1


def test_another_seed_and_another_frame_are_other_sets(folder: Path) -> None:
    asked = Asked()
    asked(Kit.STREET)
    asked(Kit.STREET, seed=1)
    asked(Kit.STREET, frame=Frame(width=90, height=160, fps=24))
    assert asked.built == 3


def test_what_others_see_cannot_be_drawn_on(folder: Path) -> None:
    with pytest.raises(ValueError, match="read-only"):
        Asked()(Kit.STREET).layers[0].pixels[:] = 7


def test_a_set_is_in_memory_only_while_it_is_looked_at(folder: Path) -> None:
    asked = Asked()
    found = asked(Kit.STREET, frame=Frame(width=1280, height=720, fps=24))
    size = sum(layer.pixels.nbytes for layer in found.layers)
    assert size > 10_000_000
    assert resident(folder) == pytest.approx(size, rel=0.05)  # its checksum was added up
    trim()
    assert resident(folder) < size / 20
    assert int(found.layers[0].pixels[:, :, 3].min()) == 255  # it comes back by itself


@pytest.mark.parametrize("move", [Move.HOLD, Move.PUSH_IN])
def test_a_shot_on_a_set_of_another_process_is_the_same_picture(folder: Path, move: Move) -> None:
    brief = clip(board(Framing.MEDIUM, figures("ann", "ben"), size=SMALL, move=move), 12)
    first, other = (Stage(brief, 1, paper_wings()) for _ in range(2))
    assert first.place.layers[0].pixels.flags.writeable is False  # even who built it looks at it on disk
    assert len(list(folder.iterdir())) == 1
    shutil.rmtree(folder)
    alone = Stage(brief, 1, paper_wings())
    assert alone.place.layers[0].pixels.flags.writeable
    for index in (0, 5, 11):
        assert np.array_equal(first.picture(index), alone.picture(index))
        assert np.array_equal(other.picture(index), alone.picture(index))


def resident(folder: Path) -> int:
    """Bytes of the sets in a folder that are mapped into this process's memory."""
    found, ours = 0, False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if "-" in line.split(" ")[0] and ":" not in line.split(" ")[0]:
            ours = str(folder) in line
        elif ours and line.startswith("Rss:"):
            found += int(line.split()[1]) << 10
    return found


@pytest.mark.parametrize("cut", [1, 60_000])
def test_a_file_cut_short_is_built_anew(folder: Path, cut: int) -> None:
    asked = Asked()
    asked(Kit.STREET)
    (file,) = folder.iterdir()
    file.write_bytes(file.read_bytes()[:-cut])
    assert same(asked(Kit.STREET), build_set(setting(Kit.STREET), TINY, seed=0))
    assert asked.built == 2


@pytest.mark.parametrize("what", ["seal", "floor", "end of the head", "picture"])
def test_a_damaged_file_is_built_anew(folder: Path, what: str) -> None:
    asked = Asked()
    asked(Kit.STREET)
    (file,) = folder.iterdir()
    data = bytearray(file.read_bytes())
    head = data.index(b"\n")
    at = {"seal": 2, "floor": data.index(b'"floor": ') + 9, "end of the head": head, "picture": len(data) - 500}[what]
    data[at] ^= 1  # a digit becomes another digit
    file.write_bytes(data)
    assert same(asked(Kit.STREET), build_set(setting(Kit.STREET), TINY, seed=0))


def test_those_used_last_stay(folder: Path) -> None:
    asked = Asked()
    for seed in range(set_kept.MOST):
        asked(Kit.STREET, seed=seed)
    for age, file in enumerate(sorted(folder.iterdir())):
        os.utime(file, (age, age))
    asked(Kit.STREET)  # which makes it the newest
    asked(Kit.STREET, seed=99)
    assert len(list(folder.iterdir())) == set_kept.MOST
    before = asked.built
    asked(Kit.STREET)
    assert asked.built == before


def test_without_its_folder_sets_are_built_all_the_same(folder: Path) -> None:
    asked = Asked()
    shutil.rmtree(folder)
    assert same(asked(Kit.STREET), asked(Kit.STREET))
    assert asked.built == 2
