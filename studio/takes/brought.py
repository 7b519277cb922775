"""A picture a person brings: whether it can be used, and its bytes as engines read them. Keeps nothing."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING

from studio.errors import BadRequest
from studio.takes.frame import LONGEST, too_long
from studio.takes.recipe import Recipe, TakeKind
from studio.takes.take import OWN

if TYPE_CHECKING:
    from PIL import Image

LEAST = 240  # pixels of the shorter side
_MOST = 60_000_000  # pixels; more would hold up whoever asks for a page
_SCANS = 100  # of a JPEG: cameras write up to a dozen, and each is a walk over all of its pixels
_START_OF_SCAN = b"\xff\xda"
_one = Lock()  # picture at a time: a large one takes a fifth of a gigabyte while it is looked at
_SUFFIX = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp"}
_UPRIGHT = (None, 1)  # EXIF orientations
_MODES = ("RGB", "RGBA", "L", "LA", "P")
_QUALITY = 95


@dataclass(frozen=True)
class Brought:
    """What a file holds: its bytes, the suffix of its kind, and what was measured of it."""

    data: bytes
    suffix: str
    measure: dict[str, float]


def recipe(kind: TakeKind, subject: str, content: str) -> Recipe:
    """The recipe of a brought take: these bytes (SHA-256) for this subject."""
    return Recipe(kind=kind, brief={"subject": subject, "file": content}, engine=OWN, engine_version="1")


def read_picture(name: str, data: bytes) -> Brought:
    """Check a PNG, JPEG or WebP; a photo that lies on its side is put upright.

    Raises BadRequest naming the file when it is no picture, damaged, too small or too large.
    """
    from PIL import Image, UnidentifiedImageError  # which the web process loads only for this

    if data.startswith(b"\xff\xd8") and data.count(_START_OF_SCAN) > _SCANS:
        raise BadRequest(f"{name} is drawn over {data.count(_START_OF_SCAN)} times; save it anew and bring that")
    try:
        with _one, Image.open(BytesIO(data), formats=tuple(_SUFFIX)) as opened:
            _check_size(name, *opened.size)
            if getattr(opened, "is_animated", False):
                raise BadRequest(f"{name} moves; bring it as a clip")
            return _upright(opened, data)
    except UnidentifiedImageError as error:
        raise BadRequest(f"{name} is no picture; PNG, JPEG and WebP can be read", cause=error) from error
    except Image.DecompressionBombError as error:
        raise BadRequest(f"{name} has more pixels than can be used", cause=error) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise BadRequest(f"{name} is damaged: {error}", cause=error) from error


def check_least(name: str, width: int, height: int) -> None:
    """Refuse what is too small to be shown (BadRequest)."""
    if min(width, height) < LEAST:
        raise BadRequest(f"{name} is {width} × {height} pixels; at least {LEAST} are needed on the shorter side")


def _check_size(name: str, width: int, height: int) -> None:
    check_least(name, width, height)
    if too_long(width, height):
        raise BadRequest(f"{name} is {width} × {height} pixels; the longer side may be {LONGEST} times the shorter")
    if width * height > _MOST:
        raise BadRequest(f"{name} is {width} × {height} pixels; {_MOST // 1_000_000} million are the most")


def _upright(opened: Image.Image, data: bytes) -> Brought:
    from PIL import ImageOps

    opened.load()  # a file cut short shows itself only now
    if opened.getexif().get(0x0112) in _UPRIGHT and opened.mode in _MODES:
        width, height = opened.size
        return Brought(data, _SUFFIX[str(opened.format)], {"width": width, "height": height})
    turned = ImageOps.exif_transpose(opened).convert("RGB")
    out = BytesIO()
    turned.save(out, "JPEG", quality=_QUALITY)
    return Brought(out.getvalue(), ".jpg", {"width": turned.width, "height": turned.height})
