from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from studio.errors import RenderFailed, Unreadable
from studio.takes.thumbs import Thumbs


def nothing() -> Path:
    raise AssertionError("the picture was asked for")


def test_a_thumbnail_is_small_and_keeps_the_shape(tmp_path: Path) -> None:
    picture = tmp_path / "board.png"
    Image.effect_noise((720, 1280), 60).convert("RGBA").save(picture)
    with Image.open(Thumbs(tmp_path / "thumbs").of("ab12", lambda: picture)) as small:
        assert (small.format, small.size) == ("JPEG", (360, 640))


def test_the_second_asking_does_not_open_the_picture(tmp_path: Path) -> None:
    picture = tmp_path / "board.png"
    Image.new("RGB", (1280, 720), "teal").save(picture)
    thumbs = Thumbs(tmp_path / "thumbs")
    assert thumbs.of("ab12", lambda: picture) == thumbs.of("ab12", nothing)


def test_what_is_no_picture_is_named(tmp_path: Path) -> None:
    bad = tmp_path / "broken.png"
    bad.write_bytes(b"no picture")
    with pytest.raises(Unreadable, match=r"broken\.png"):
        Thumbs(tmp_path / "thumbs").of("ab12", lambda: bad)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    picture = tmp_path / "board.png"
    Image.new("RGB", (64, 64)).save(picture)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RenderFailed, match="thumbnail"):
        Thumbs(tmp_path / "file").of("ab12", lambda: picture)
