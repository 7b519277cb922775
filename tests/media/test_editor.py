from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.media.editor import CutEditor
from studio.crew import Editor, Order
from studio.errors import AssetMissing
from studio.story.places import Mood
from studio.takes.briefs import CardBrief, CardKind, Cue, FadeBrief, MasterBrief, MixBrief, ShotBrief
from studio.takes.frame import Frame
from studio.takes.recipe import Recipe, TakeKind


@pytest.fixture
def editor(tmp_path: Path) -> CutEditor:
    return CutEditor(tmp_path / "cache")


def order(kind: TakeKind, brief: Any, folder: Path, **inputs: Path) -> Order:
    folder.mkdir()
    hashes = {role: f"{i:064x}" for i, role in enumerate(inputs)}
    recipe = Recipe(kind=kind, brief=brief.model_dump(mode="json"), inputs=hashes, engine="editor", engine_version="1")
    return Order(recipe, inputs, folder)


def test_the_whole_way_from_clip_to_master(
    editor: CutEditor, tiny: Frame, source: Any, wav: Any, tmp_path: Path, pictures: Any, heard: Any
) -> None:
    crew: Editor = editor
    title = CardBrief(kind=CardKind.TITLE, title="Tide", mood=Mood.NOIR, frame=tiny, frames=12)
    first = crew.card(order(TakeKind.CARD, title, tmp_path / "1"))
    shot = crew.conform(order(TakeKind.SHOT, ShotBrief(frame=tiny, frames=30), tmp_path / "2", clip=source(1.0)))
    speech = wav("line.wav", 0.2 * np.sin(np.arange(24_000) / 20))
    bed = wav("bed.wav", 0.1 * np.sin(np.arange(84_000 * 2).reshape(-1, 2) / 9))
    brief = MixBrief(samples=84_000, speech=(Cue(role="said", start=26_000),), music=(Cue(role="bed", start=0),))
    mix = crew.mix(order(TakeKind.MIX, brief, tmp_path / "3", said=speech, bed=bed))
    film = MasterBrief(title="Tide", frame=tiny, shots=("a", "b"), frames=42)
    master = crew.master(order(TakeKind.MASTER, film, tmp_path / "4", a=first.file, b=shot.file, mix=mix.file))
    assert first.measure == {"frames": 12, "width": 160, "height": 90, "fps": 24}
    assert shot.measure["frames"] == 30
    assert mix.measure["samples"] == 84_000
    assert abs(mix.measure["lufs"] + 16) <= 1
    assert master.measure == {"frames": 42, "seconds": 1.75, "bytes": master.file.stat().st_size}
    assert len(pictures(master.file)) == 42
    assert len(heard(master.file)) == 84_000
    assert all(product.file.parent == tmp_path / str(i) for i, product in enumerate((first, shot, mix, master), 1))


def test_a_film_with_a_dissolve_and_a_fade_is_exact(
    editor: CutEditor, tiny: Frame, source: Any, tmp_path: Path, pictures: Any
) -> None:
    crew: Editor = editor
    briefs = ShotBrief(frame=tiny, frames=72), ShotBrief(frame=tiny, frames=80, key=24)
    one, two = (
        crew.conform(order(TakeKind.SHOT, brief, tmp_path / str(number), clip=source(4.0, hue=140 * number))).file
        for number, brief in enumerate(briefs)
    )
    over = FadeBrief(frame=tiny, frames=24)
    dissolve = crew.fade(order(TakeKind.FADE, over, tmp_path / "2", out=one, into=two))
    black = crew.fade(order(TakeKind.FADE, over, tmp_path / "3", out=two))
    roles = {"shot:a": one, "fade:a-b": dissolve.file, "shot:b": two, "fade:b-black": black.file}
    spans = {"shot:a": (0, 48), "shot:b": (24, 56)}
    brief = MasterBrief(title="Tide", frame=tiny, shots=tuple(roles), spans=spans, frames=128)
    film = crew.master(order(TakeKind.MASTER, brief, tmp_path / "4", **roles))
    assert dissolve.measure == black.measure == {"frames": 24, "width": 160, "height": 90, "fps": 24}
    assert film.measure["frames"] == 128
    seen = pictures(film.file)
    assert len(seen) == 128
    assert (seen[72:104] == pictures(two)[24:56]).all()
    assert seen[-1].max() <= 2


def test_an_input_that_is_missing_is_named(editor: CutEditor, tiny: Frame, tmp_path: Path) -> None:
    with pytest.raises(AssetMissing, match="clip"):
        editor.conform(order(TakeKind.SHOT, ShotBrief(frame=tiny, frames=3), tmp_path / "1"))


def test_the_version_names_settings_and_program(editor: CutEditor) -> None:
    assert editor.name == "editor"
    assert "ffmpeg" in editor.version
    assert editor.version == CutEditor(Path("elsewhere")).version


@pytest.mark.parametrize("asked", [2, 9])
def test_music_lasts_as_long_as_its_cue_says(
    editor: CutEditor, wav: Any, heard: Any, tmp_path: Path, asked: int
) -> None:
    """A bed of four seconds is cut off after two, and heard again and again until nine."""
    bed = wav("bed.wav", 0.1 * np.sin(np.arange(4 * 48_000 * 2).reshape(-1, 2) / 9))
    brief = MixBrief(samples=11 * 48_000, speech=(), music=(Cue(role="bed", start=0, samples=asked * 48_000),))
    film = heard(editor.mix(order(TakeKind.MIX, brief, tmp_path / "1", bed=bed)).file)
    loud = np.abs(film).reshape(-1, 4_800 * 2).max(axis=1)  # tenths of a second
    assert loud[5 : asked * 10 - 6].min() > 0.02
    assert loud[asked * 10 + 2 :].max() < 0.001
