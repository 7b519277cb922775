"""Pictures cut to the shape a model works in; it never stretches, as the models' own preparation would."""

from __future__ import annotations

from PIL import Image

_HALF = (0.5, 0.5)


def cropped(picture: Image.Image, width: int, height: int, *, middle: tuple[float, float] = _HALF) -> Image.Image:
    """Return an RGB picture of exactly width x height pixels: the largest part of that shape, then resized.

    `middle` says which part, in shares of the picture's width and height; the part stays inside the picture.
    """
    if width < 1 or height < 1:
        raise ValueError(f"a picture of {width} x {height} pixels")
    scale = min(picture.width / width, picture.height / height)
    wide, high = width * scale, height * scale
    left = min(max(middle[0] * picture.width - wide / 2, 0.0), picture.width - wide)
    top = min(max(middle[1] * picture.height - high / 2, 0.0), picture.height - high)
    box = (left, top, left + wide, top + high)
    return picture.convert("RGB").resize((width, height), Image.Resampling.LANCZOS, box=box)
