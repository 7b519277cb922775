"""A picture that came as the studio would write it is kept as it came, without what else its file tells."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from services.painters.picture import kept, read, write
from services.painters.received import plain_png

SIZE = (64, 36)


@pytest.fixture
def picture() -> Image.Image:
    """A picture in which no two neighbours are alike."""
    dice = np.random.default_rng(7)
    return Image.fromarray(dice.integers(0, 255, (*SIZE[::-1], 3), np.uint8))


def sent(picture: Image.Image, file: Path, secret: str = "") -> Path:
    """A picture as a painter sends it, perhaps with what it was told written into the file."""
    told = PngImagePlugin.PngInfo()
    if secret:
        told.add_text("prompt", secret)
    picture.save(file, "PNG", pnginfo=told)
    return file


def test_a_picture_of_the_right_size_is_kept_as_it_came(picture: Image.Image, tmp_path: Path) -> None:
    source = sent(picture, tmp_path / "came")
    product = kept(source, SIZE, tmp_path / "board.png", vendor="fal", request="r")
    assert product.file.read_bytes() == source.read_bytes()
    assert product.small
    assert product.small.read_bytes().startswith(b"\xff\xd8")


def test_what_a_painter_wrote_into_the_file_is_left_out(picture: Image.Image, tmp_path: Path) -> None:
    source = sent(picture, tmp_path / "came", secret="Mara in a yellow coat")
    assert b"yellow coat" in source.read_bytes()
    product = kept(source, SIZE, tmp_path / "board.png", vendor="comfyui", request="r")
    assert b"yellow coat" not in product.file.read_bytes()
    assert np.array_equal(read(product.file), read(source))


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "L", "RGBA", "P", "larger", "adam7", "cut", "damaged", "none"])
def test_any_other_picture_is_written_anew(picture: Image.Image, tmp_path: Path, form: str) -> None:
    source = sent(picture, tmp_path / "came")
    assert plain_png(source, SIZE)
    whole = source.read_bytes()
    match form:
        case "JPEG" | "WEBP":
            picture.save(source, form)
        case "L" | "RGBA" | "P":
            picture.convert(form).save(source, "PNG")
        case "larger":
            picture.resize((128, 72)).save(source, "PNG")
        case "adam7":
            head = whole[12:28] + b"\x01"
            source.write_bytes(whole[:12] + head + struct.pack(">I", zlib.crc32(head)) + whole[33:])
        case "cut":
            source.write_bytes(whole[:-20])
        case "damaged":
            source.write_bytes(whole[:60] + bytes([whole[60] ^ 1]) + whole[61:])
        case "none":
            source.write_bytes(b"")
    assert plain_png(source, SIZE) == b""


def test_a_larger_one_is_cut_to_the_size_that_was_asked_for(picture: Image.Image, tmp_path: Path) -> None:
    data = BytesIO()
    picture.resize((128, 72)).save(data, "PNG")
    (source := tmp_path / "came").write_bytes(data.getvalue())
    product = kept(source, SIZE, tmp_path / "board.png", vendor="fal", request="r")
    assert read(product.file).shape == (*SIZE[::-1], 3)
    assert product.file.read_bytes() == write(read(product.file), tmp_path / "again.png").read_bytes()
