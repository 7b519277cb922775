"""Dissolves and fades as segments: what is seen in them, and that everything beside them is copied byte for byte."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.media import mp4
from services.media.conform import conform
from services.media.encoding import Raw, encode
from services.media.fade import fade
from services.media.ffmpeg import Ffmpeg
from services.media.master import Film, master
from studio.errors import RenderFailed, Unreadable
from studio.takes.briefs import FadeBrief, ShotBrief
from studio.takes.frame import Frame

LONG = 24
OUT, INTO = 72, 80  # frames of the shots


@pytest.fixture
def shots(ffmpeg: Ffmpeg, tiny: Frame, source: Any, tmp_path: Path) -> tuple[Path, Path]:
    """Two shots that differ in every picture; the second can be begun where its fade ends."""
    made = tmp_path / "out.mp4", tmp_path / "into.mp4"
    conform(ffmpeg, source(4.0, hue=0), ShotBrief(frame=tiny, frames=OUT), made[0])
    conform(ffmpeg, source(4.0, hue=140), ShotBrief(frame=tiny, frames=INTO, key=LONG), made[1])
    return made


def faded(ffmpeg: Ffmpeg, frame: Frame, pair: tuple[Path | None, Path | None], made: Path) -> Path:
    fade(ffmpeg, FadeBrief(frame=frame, frames=LONG), *pair, made)
    return made


def packets(path: Path, first: int = 0, last: int | None = None) -> list[bytes]:
    return list(mp4.read(path).packets())[first:last]


def test_every_picture_of_a_dissolve_is_a_blend_of_both(
    ffmpeg: Ffmpeg, tiny: Frame, shots: Any, tmp_path: Path, pictures: Any
) -> None:
    before, after = (pictures(path).astype(float) for path in shots)
    seen = pictures(faded(ffmpeg, tiny, shots, tmp_path / "fade.mp4")).astype(float)
    assert len(seen) == LONG
    assert np.abs(before[-LONG:] - after[:LONG]).mean() > 10
    for at, picture in enumerate(seen):
        share = (at + 1) / (LONG + 1)
        wanted = (1 - share) * before[at - LONG] + share * after[at]
        assert np.abs(picture - wanted).mean() < 4
    middle = seen[LONG // 2]
    assert np.abs(middle - before[LONG // 2 - LONG]).mean() > 5
    assert np.abs(middle - after[LONG // 2]).mean() > 5


def test_a_fade_out_ends_black_and_a_fade_in_begins_black(
    ffmpeg: Ffmpeg, tiny: Frame, shots: Any, tmp_path: Path, pictures: Any
) -> None:
    before, after = (pictures(path).astype(float) for path in shots)
    gone = pictures(faded(ffmpeg, tiny, (shots[0], None), tmp_path / "gone.mp4")).astype(float)
    come = pictures(faded(ffmpeg, tiny, (None, shots[1]), tmp_path / "come.mp4")).astype(float)
    dark = np.zeros_like(before[0])
    assert len(gone) == len(come) == LONG
    assert gone[-1].max() <= 2
    assert come[0].max() <= 2
    for at in (6, 12, 18):
        assert np.abs(gone[at] - ((at + 1) / LONG * dark + (1 - (at + 1) / LONG) * before[at - LONG])).mean() < 4
        assert np.abs(come[at] - at / LONG * after[at]).mean() < 4
    assert all(a.mean() >= b.mean() - 1 for a, b in itertools.pairwise(gone))


def test_the_master_copies_everything_beside_the_fade(
    ffmpeg: Ffmpeg, tiny: Frame, shots: Any, tmp_path: Path, pictures: Any
) -> None:
    made, film = faded(ffmpeg, tiny, shots, tmp_path / "fade.mp4"), tmp_path / "master.mp4"
    joined = Film(
        "Tide",
        24,
        [("a", shots[0]), ("f", made), ("b", shots[1])],
        spans={"a": (0, OUT - LONG), "b": (LONG, INTO)},
    )
    assert master(ffmpeg, joined, film, tmp_path) == OUT + INTO - LONG
    assert packets(film) == packets(shots[0], 0, OUT - LONG) + packets(made) + packets(shots[1], LONG)
    seen = pictures(film)
    assert (seen[: OUT - LONG] == pictures(shots[0])[: OUT - LONG]).all()
    assert (seen[OUT:] == pictures(shots[1])[LONG:]).all()
    assert (seen[OUT - LONG : OUT] == pictures(made)).all()
    assert mp4.read(film).ticks == 512


def test_a_film_of_many_dissolves_does_not_drift(ffmpeg: Ffmpeg, tiny: Frame, shots: Any, tmp_path: Path) -> None:
    back, there = (
        faded(ffmpeg, tiny, pair, tmp_path / name)
        for pair, name in (((shots[1], shots[1]), "back.mp4"), (shots, "there.mp4"))
    )
    pieces = [("a", shots[0]), ("there", there)]
    spans = {"a": (0, OUT - LONG)}
    for turn in range(50):
        pieces += [(f"b{turn}", shots[1]), (f"back{turn}", back)]
        spans[f"b{turn}"] = (LONG, INTO - LONG)
    pieces.append(("end", shots[1]))
    spans["end"] = (LONG, INTO)
    film = tmp_path / "master.mp4"
    frames = OUT + 51 * (INTO - LONG)
    assert master(ffmpeg, Film("T", 24, pieces, spans=spans), film, tmp_path) == frames
    track = mp4.read(film)
    assert (track.frames, track.ticks) == (frames, 512)


def test_the_same_fade_has_the_same_bytes(ffmpeg: Ffmpeg, tiny: Frame, shots: Any, tmp_path: Path) -> None:
    made = [faded(ffmpeg, tiny, shots, tmp_path / name).read_bytes() for name in ("a.mp4", "b.mp4")]
    assert made[0] == made[1]


def test_a_shot_can_be_begun_at_its_key_only(ffmpeg: Ffmpeg, shots: Any, tmp_path: Path) -> None:
    assert LONG in mp4.read(shots[1]).keys
    for span in ((LONG - 1, INTO), (LONG, INTO + 1), (LONG, LONG)):
        with pytest.raises(Unreadable, match="cannot be joined from frame"):
            master(ffmpeg, Film("T", 24, [("b", shots[1])], spans={"b": span}), tmp_path / "master.mp4", tmp_path)


def test_a_clip_without_the_key_is_encoded_again_and_one_with_it_is_not(
    ffmpeg: Ffmpeg, tiny: Frame, shots: Any, tmp_path: Path
) -> None:
    brief = ShotBrief(frame=tiny, frames=OUT, key=LONG)
    assert not conform(ffmpeg, shots[0], brief, tmp_path / "keyed.mp4")
    assert conform(ffmpeg, tmp_path / "keyed.mp4", brief, tmp_path / "again.mp4")
    assert mp4.read(tmp_path / "keyed.mp4").look == mp4.read(shots[0]).look


def test_a_shot_too_short_or_broken_is_named(ffmpeg: Ffmpeg, tiny: Frame, shots: Any, tmp_path: Path) -> None:
    short, grey = tmp_path / "short.mp4", bytes([90]) * (160 * 90 * 3 // 2)
    encode(ffmpeg, Raw([grey] * (LONG - 1)), tiny, short, what="a short shot")
    for pair in ((short, shots[1]), (shots[0], short)):
        with pytest.raises(Unreadable, match=r"short\.mp4"):
            faded(ffmpeg, tiny, pair, tmp_path / "fade.mp4")
    shots[0].write_bytes(shots[0].read_bytes()[:-2000])
    with pytest.raises((Unreadable, RenderFailed), match=r"out\.mp4"):
        faded(ffmpeg, tiny, shots, tmp_path / "fade.mp4")
    assert not (tmp_path / "fade.mp4").exists()
