"""Pictures that say they are more than they are: refused before they are decoded, by their own name."""

from __future__ import annotations

import struct
import tracemalloc
import zlib
from io import BytesIO

import pytest
from PIL import Image

from studio.errors import BadRequest
from studio.takes.brought import read_picture
from tests.attack.pictures import chunk, png, scanned

LARGE = zlib.compress(b"\0" * (100 << 20))


def gif(frames: int) -> bytes:
    out = BytesIO()
    pages = [Image.new("P", (300, 300), one % 250) for one in range(frames)]
    pages[0].save(out, "GIF", save_all=True, append_images=pages[1:])
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (png(100_000, 100_000, pixels=b"x"), "more pixels than can be used"),
        (png(2**31 - 1, 300, pixels=b"x"), "more pixels than can be used"),
        (png(9_000, 9_000, pixels=b"x"), "9000 × 9000 pixels; 60 million are the most"),
        (png(2401, 300, pixels=b"x"), "2401 × 300 pixels; the longer side may be 8 times the shorter"),
        (png(240, 200_000, pixels=b"x"), "240 × 200000 pixels; the longer side may be 8 times the shorter"),
        (png(extra=chunk(b"acTL", struct.pack(">II", 100_000, 0))), "moves; bring it as a clip"),
        (gif(3), "is no picture; PNG, JPEG and WebP"),
        (png(extra=chunk(b"zTXt", b"a\0\0" + LARGE)), "is damaged"),
        (png(extra=chunk(b"iCCP", b"a\0\0" + LARGE)), "is damaged"),
        (png()[:-30], "is damaged"),
        (png()[:60], "is damaged"),
        (scanned(200), "is drawn over 2[0-9][0-9] times"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "is no picture"),
        (
            b"<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg>&x;</svg>",
            "is no picture",
        ),
        (b"%PDF-1.7\n1 0 obj", "is no picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "is no picture"),
        (b"PK\x03\x04" + b"\0" * 100, "is no picture"),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else None,
)
def test_it_is_refused_with_why_and_in_little_memory(data: bytes, why: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(BadRequest, match=f"mara.png .*{why}|mara.png {why}"):
            read_picture("mara.png", data)
        assert tracemalloc.get_traced_memory()[1] < 80 << 20
    finally:
        tracemalloc.stop()


def test_a_panorama_is_a_picture() -> None:
    assert read_picture("a.png", png(2400, 300)).measure == {"width": 2400, "height": 300}


def test_more_pixels_than_it_says_are_never_unpacked() -> None:
    """A picture of 300 by 300 with 100 MB of pixels behind it."""
    assert read_picture("a.png", png(pixels=LARGE)).measure == {"width": 300, "height": 300}


def test_a_camera_s_jpeg_in_many_scans_is_a_picture() -> None:
    assert read_picture("a.jpg", scanned(1)).suffix == ".jpg"


def test_a_picture_that_is_a_page_too_is_kept_as_a_picture() -> None:
    """What it is served as is its kind alone: tests/attack/test_paths.py."""
    both = png(after=b"<html><script>alert(document.cookie)</script></html>PK\x03\x04")
    assert read_picture("page.html", both).suffix == ".png"
