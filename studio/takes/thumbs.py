"""Thumbnails of pictures in the vault: what a storyboard prints and a page lists. They may be deleted at any time."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from studio.errors import RenderFailed, Unreadable

if TYPE_CHECKING:
    from PIL import Image

_SIDE = 640  # the longer side, in pixels
_QUALITY = 82


class Thumbs:
    """A folder of JPEG thumbnails, named by the content they show."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, content: str, picture: Callable[[], Path], drawn: Path | None = None) -> Path:
        """The thumbnail of a content, made from its picture when it is not there yet and was not `drawn` by its maker.

        Raises Unreadable when the picture cannot be read, RenderFailed when there is no room.
        """
        found = self._folder / f"{content}.jpg"
        if not found.exists():
            self._draw(picture(), found) if drawn is None else self._place(drawn.read_bytes(), found)
        return found

    def forget(self, content: str) -> None:
        """Remove the thumbnail of a content; nothing happens if there is none."""
        (self._folder / f"{content}.jpg").unlink(missing_ok=True)

    def _draw(self, picture: Path, target: Path) -> None:
        from PIL import Image, UnidentifiedImageError  # which the web process never needs

        try:
            with Image.open(picture) as opened:
                data = jpeg(opened)
        except (UnidentifiedImageError, OSError) as error:
            raise Unreadable(f"{picture.name} cannot be read as a picture", cause=error) from error
        self._place(data, target)

    def _place(self, data: bytes, target: Path) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self._folder, suffix=".part", delete=False) as draft:
                draft.write(data)
            Path(draft.name).replace(target)
        except OSError as error:
            raise RenderFailed(f"no thumbnail can be written: {error.strerror or error}", cause=error) from error


def jpeg(picture: Image.Image) -> bytes:
    """A picture's thumbnail; an RGB one is used up. Whoever has its pixels at hand spares everybody to decode them."""
    small = picture if picture.mode == "RGB" else picture.convert("RGB")
    # Whole pixels are put together first, in a fifth of the time: at half the size nothing else is to be done.
    small.thumbnail((_SIDE, _SIDE), reducing_gap=1.0)
    data = BytesIO()
    small.save(data, "JPEG", quality=_QUALITY)
    return data.getvalue()
