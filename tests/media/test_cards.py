from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from services.media.cards import card
from services.media.conform import conforms
from services.media.ffmpeg import Ffmpeg
from services.media.lettering import Hand, balanced, lines
from services.media.poster import poster
from studio.errors import Unreadable
from studio.story.places import Mood
from studio.takes.briefs import CardBrief, CardKind
from studio.takes.frame import Frame

HAND = Hand(60, 400, "#ffffff", display=True)


def brief(frame: Frame, title: str = "Salt", mood: Mood = Mood.DUSK, frames: int = 30) -> CardBrief:
    return CardBrief(kind=CardKind.TITLE, title=title, lines=("Episode one",), mood=mood, frame=frame, frames=frames)


def test_a_card_conforms_and_comes_out_of_black_and_goes_into_it(
    ffmpeg: Ffmpeg, tiny: Frame, tmp_path: Path, pictures: Any
) -> None:
    out = tmp_path / "card.mp4"
    card(ffmpeg, brief(tiny), None, out)
    assert conforms(ffmpeg, out, tiny, 30)
    light = pictures(out).mean(axis=(1, 2))
    assert light[15] > 2 * light[0]
    assert light[15] > 2 * light[-1]


def test_the_same_card_has_the_same_bytes(ffmpeg: Ffmpeg, tiny: Frame, tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        card(ffmpeg, brief(tiny, frames=12), None, tmp_path / name)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


@pytest.mark.parametrize("mood", list(Mood))
def test_every_mood_has_a_backdrop_on_which_the_title_reads(
    ffmpeg: Ffmpeg, tiny: Frame, tmp_path: Path, pictures: Any, mood: Mood
) -> None:
    out = tmp_path / "card.mp4"
    card(ffmpeg, brief(tiny, mood=mood, frames=40), None, out)
    assert np.ptp(pictures(out)[28]) > 90


def test_a_plate_is_seen_through_the_title_card(ffmpeg: Ffmpeg, tiny: Frame, tmp_path: Path, pictures: Any) -> None:
    plate = tmp_path / "plate.png"
    half = np.zeros((180, 320, 3), np.uint8)
    half[:, 160:] = 255
    Image.fromarray(half).save(plate)
    out = tmp_path / "card.mp4"
    card(ffmpeg, brief(tiny), plate, out)
    seen = pictures(out)[15]
    assert seen[5:15, 140:].mean() > seen[5:15, :20].mean() + 60


def test_a_plate_that_is_no_picture_is_named(ffmpeg: Ffmpeg, tiny: Frame, tmp_path: Path) -> None:
    bad = tmp_path / "plate.png"
    bad.write_bytes(b"nothing")
    with pytest.raises(Unreadable, match=r"plate\.png"):
        card(ffmpeg, brief(tiny), bad, tmp_path / "card.mp4")


@pytest.mark.parametrize("title", ["Salt", "رسالة من البحر", "शहर की रात", "灯塔", "Ελένη", "Пристань"])
def test_letters_of_every_script_are_drawn_and_fit(title: str) -> None:
    (drawn,) = lines([title], HAND)
    assert drawn[..., 3].max() > 200
    assert 40 < drawn.shape[1] <= 440


def test_a_right_to_left_line_ends_at_its_left() -> None:
    hand = Hand(60, 900, "#ffffff", shadow=False)
    mark, line = (drawn[..., 3] > 0 for text in ("!", "שלום!") for drawn in lines([text], hand))
    assert line[:, : mark.shape[1]].sum() == pytest.approx(mark.sum(), rel=0.05)


@pytest.mark.parametrize("title", ["海 لا", "ক্ষ لا", "क्षत्रिय e\u0301", "25 ক্ষ fi", "لا नहीं 海"])
def test_scripts_meet_in_a_title(title: str) -> None:
    (drawn,) = lines([title], HAND)
    assert drawn.shape[1] > 60


@pytest.mark.parametrize("text", ["W" * 24, "i" * 24, "灯" * 24])
def test_broad_letters_are_drawn_whole(text: str) -> None:
    (drawn,) = lines([text], Hand(40, 2000, "#ffffff", shadow=False))
    (one,) = lines([text[0]], Hand(40, 2000, "#ffffff", shadow=False))
    assert drawn.shape[1] > 22 * one.shape[1]


@pytest.mark.parametrize("sign", ["♪", "★", "→", "😀", "안"])
def test_a_sign_the_display_face_lacks_is_set_in_a_font_that_has_it(sign: str) -> None:
    [shown] = lines([sign], Hand(40, 400, "#000000", display=True))
    [plain] = lines([sign], Hand(40, 400, "#000000"))
    assert np.array_equal(shown, plain)


def test_lines_of_a_title_are_set_at_one_size() -> None:
    short, long = lines(["Tide", "Tides that come and go again"], HAND)
    assert long.shape[1] <= 440
    assert abs(short.shape[0] - long.shape[0]) < 0.4 * long.shape[0]


def test_long_titles_are_broken_into_balanced_lines() -> None:
    assert balanced("The Lighthouse Keeper’s Last Promise", 20) == ["The Lighthouse", "Keeper’s Last Promise"]
    assert balanced("Salt", 20) == ["Salt"]
    words = "one two three four five six seven eight nine ten"
    assert " ".join(balanced(words, 12)) == words


@pytest.mark.parametrize("kind", list(CardKind))
def test_every_kind_of_card_can_be_drawn(kind: CardKind, ffmpeg: Ffmpeg, tiny: Frame, tmp_path: Path) -> None:
    text = "Mara puts the key on the table and looks at it for a long time, as if it might say something first."
    made = brief(tiny, title="Shot 12B", frames=6).model_copy(update={"kind": kind, "lines": (text,)})
    card(ffmpeg, made, None, tmp_path / "card.mp4")
    assert conforms(ffmpeg, tmp_path / "card.mp4", tiny, 6)


def test_a_title_taller_than_the_card_is_cut_off_below(ffmpeg: Ffmpeg, tiny: Frame, tmp_path: Path) -> None:
    out = tmp_path / "card.mp4"
    card(ffmpeg, brief(tiny, title="Every word of this title stands " * 9, frames=12), None, out)
    assert conforms(ffmpeg, out, tiny, 12)


def test_the_poster_is_a_picture_with_its_title(tmp_path: Path) -> None:
    board, out = tmp_path / "board.png", tmp_path / "poster.jpg"
    Image.new("RGB", (320, 180), "#406080").save(board)
    poster(board, "The Tide", out)
    with Image.open(out) as made:
        assert made.size == (320, 180)
        assert np.asarray(made.convert("L"))[110:].max() > 200
