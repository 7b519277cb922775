"""A model's film in a shot: exact pictures, smooth motion in between, a move of the camera where the film ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from services.media import mp4
from services.media.between import Between
from services.media.conform import conforms
from services.media.ffmpeg import Ffmpeg
from services.media.fitting import filled, fit
from services.media.flaws import film_flaw, picture_flaw
from services.media.footage import count, decoded
from services.media.lettering import Pixels
from studio.errors import Unreadable
from studio.takes.frame import Frame
from tests.doubles.worker.pictures import film

FRAME = Frame(width=160, height=90, fps=24)
FFMPEG = Ffmpeg()


def moving(at: float, width: int = 128, height: int = 72) -> Pixels:
    """A textured ground and a bright square that goes 40 pixels a second to the right."""
    coarse = np.random.default_rng(4).integers(30, 120, (9, 16, 3), np.uint8)
    picture = np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
    way = np.array([[1, 0, 10 + 40 * at], [0, 1, 25]], np.float32)
    square = np.full((24, 24, 3), 235, np.uint8)
    cv2.warpAffine(square, way, (width, height), dst=picture, borderMode=cv2.BORDER_TRANSPARENT)
    return picture


def kept(folder: Path, name: str, picture: Callable[[float], Pixels], frames: int, fps: int) -> Path:
    file = folder / name
    file.write_bytes(film((picture(n / fps) for n in range(frames)), fps))
    return file


def square(picture: Pixels) -> float:
    """Where the bright square's middle is, in pixels from the left of 128."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(float)
    bright = np.clip(grey - 150, 0, None)
    return float((bright.sum(axis=0) * np.arange(grey.shape[1])).sum() / bright.sum() * 128 / grey.shape[1])


def test_few_pictures_a_second_become_an_even_motion(tmp_path: Path) -> None:
    source = kept(tmp_path, "svd.mp4", moving, 15, 7)
    out = tmp_path / "clip.mp4"
    assert fit(FFMPEG, [source], FRAME, 48, out) == 2.0
    places = [square(picture) for picture in decoded(out)]
    assert len(places) == 48
    steps = np.diff(places)
    assert steps.min() > 0.8  # 1.67 pixels each; a repeated picture would give 0, and then 5.7
    assert steps.max() < 2.6
    assert abs(places[-1] - places[0] - 40 * 47 / 24) < 1.5


def test_a_fitted_clip_is_the_studios_own(tmp_path: Path) -> None:
    source = kept(tmp_path, "film.mp4", moving, 49, 24)
    fit(FFMPEG, [source], FRAME, 30, tmp_path / "clip.mp4", key=12)
    assert conforms(FFMPEG, tmp_path / "clip.mp4", FRAME, 30, 12)
    with av.open(str(tmp_path / "clip.mp4")) as file:
        assert not file.streams.audio


def test_the_same_films_give_the_same_bytes(tmp_path: Path) -> None:
    source = kept(tmp_path, "film.mp4", moving, 8, 7)
    for name in ("one.mp4", "two.mp4"):
        fit(FFMPEG, [source], FRAME, 20, tmp_path / name)
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


def test_films_in_a_chain_show_the_shared_picture_once(tmp_path: Path) -> None:
    first = kept(tmp_path, "1.mp4", moving, 25, 24)
    second = kept(tmp_path, "2.mp4", lambda at: moving(at + 1), 25, 24)
    fit(FFMPEG, [first, second], FRAME, 49, tmp_path / "clip.mp4")
    steps = np.diff([square(picture) for picture in decoded(tmp_path / "clip.mp4")])
    assert steps.min() > 1.2
    assert steps.max() < 2.2


def test_what_is_too_short_ends_in_a_move_and_never_stands_still(tmp_path: Path) -> None:
    source = kept(tmp_path, "svd.mp4", moving, 15, 7)
    out = tmp_path / "clip.mp4"
    assert fit(FFMPEG, [source], FRAME, 120, out) == 2.0
    assert film_flaw(out, size=(160, 90), frames=120, fps=24) == ""
    end = list(decoded(out))[60:]
    nearer = [square(picture) for picture in end]
    assert np.diff(nearer[::12]).min() > 0.1  # the push in drives the square outwards, on and on
    assert np.abs(end[-1].astype(int) - end[0]).mean() > 2


def test_a_little_is_made_up_by_going_slower(tmp_path: Path) -> None:
    source = kept(tmp_path, "svd.mp4", moving, 15, 7)
    assert fit(FFMPEG, [source], FRAME, 53, tmp_path / "clip.mp4", stretch=1.15) == pytest.approx(52 / 24)
    steps = np.diff([square(picture) for picture in decoded(tmp_path / "clip.mp4")])
    assert steps.min() > 0.7


def test_a_film_made_for_a_slower_pace_is_taken_picture_for_picture(tmp_path: Path) -> None:
    source = kept(tmp_path, "film.mp4", moving, 30, 27)
    fit(FFMPEG, [source], FRAME, 30, tmp_path / "clip.mp4", stretch=1.15)
    pairs = zip(decoded(source), decoded(tmp_path / "clip.mp4"), strict=True)
    assert max(abs(square(theirs) - square(ours)) for theirs, ours in pairs) < 0.4


@pytest.mark.parametrize(("width", "height"), [(160, 90), (90, 160), (100, 100), (64, 36)])
def test_another_aspect_is_cropped_and_never_stretched(width: int, height: int) -> None:
    ring = np.zeros((72, 128, 3), np.uint8)
    cv2.circle(ring, (64, 36), 20, (255, 255, 255), -1)
    seen = filled(ring, width, height)
    assert seen.shape == (height, width, 3)
    across, down = (seen[..., 0] > 127).any(axis=0).sum(), (seen[..., 0] > 127).any(axis=1).sum()
    assert abs(int(across) - int(down)) <= 2


def test_colours_stay_what_they_are(tmp_path: Path) -> None:
    bars = np.repeat(np.array([[[30, 40, 200], [40, 190, 60], [210, 60, 30], [180, 180, 180]]], np.uint8), 18, axis=1)
    ground = np.repeat(bars, 72, axis=0)
    source = tmp_path / "bars.mp4"
    FFMPEG.feed(
        ["-f", "rawvideo", "-pix_fmt", "bgr24", "-s", "72x72", "-r", "24", "-i", "pipe:0", "-vf",
         "scale=out_color_matrix=bt709:out_range=tv", "-colorspace", "bt709", "-pix_fmt", "yuv420p", str(source)],
        [ground.tobytes()] * 4, what="bars",
    )  # fmt: skip
    fit(FFMPEG, [source], Frame(width=72, height=72, fps=24), 4, tmp_path / "clip.mp4")
    *_, shown = decoded(tmp_path / "clip.mp4")
    for place in (9, 27, 45, 63):
        assert np.abs(shown[36, place].astype(int) - ground[36, place]).max() <= 9


def test_a_picture_in_between_beats_a_blend() -> None:
    first, second, middle = moving(0), moving(0.25), moving(0.125)
    error = np.abs(Between(first, second).at(0.5).astype(int) - middle).mean()
    blend = np.abs((first.astype(int) + second) // 2 - middle).mean()
    assert error < blend * 0.75


def test_a_broken_film_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"\0" * 400)
    with pytest.raises(Unreadable, match=r"broken\.mp4"):
        fit(FFMPEG, [broken], FRAME, 10, tmp_path / "clip.mp4")
    assert "cannot be decoded" in film_flaw(broken, size=(128, 72), frames=5, fps=24)
    assert count(kept(tmp_path, "whole.mp4", moving, 5, 24)) == 5


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        (moving, ""),
        (lambda at: moving(0), "does not move"),
        (lambda at: moving(min(at, 0.3)), "does not move"),
        (lambda at: moving(at) // 20, "is black"),
        (lambda at: np.full((72, 128, 3), 140, np.uint8), "is of one colour"),
        (lambda at: moving(at, 96, 54), "is 96x54"),
    ],
    ids=["moving", "frozen", "frozen half way", "black", "flat", "size"],
)
def test_flaws_are_seen(tmp_path: Path, picture: Callable[[float], Pixels], said: str) -> None:
    made = kept(tmp_path, "film.mp4", picture, 30, 24)
    found = film_flaw(made, size=(128, 72), frames=30, fps=24)
    assert found.startswith(said)
    assert bool(found) == bool(said)


def test_too_few_pictures_are_seen(tmp_path: Path) -> None:
    made = kept(tmp_path, "film.mp4", moving, 20, 24)
    assert "20 pictures at 24" in film_flaw(made, size=(128, 72), frames=30, fps=24)
    assert mp4.read(made).frames == 20


def test_flaws_of_a_picture(tmp_path: Path) -> None:
    for name, picture in (("good", moving(0)), ("black", moving(0) // 30)):
        cv2.imwrite(str(tmp_path / f"{name}.png"), picture)
    assert picture_flaw(tmp_path / "good.png", size=(128, 72)) == ""
    assert picture_flaw(tmp_path / "good.png", size=(128, 80)) == "is 128x72 where 128x80 was asked for"
    assert picture_flaw(tmp_path / "black.png", size=(128, 72)) == "is black"
    assert picture_flaw(tmp_path / "none.png", size=(128, 72)) == "cannot be decoded"
