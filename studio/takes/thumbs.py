"""Thumbnails of pictures in the vault: what a storyboard prints and a page lists. They may be deleted at any time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile

from studio.errors import RenderFailed, Unreadable

_SIDE = 640  # the longer side, in pixels
_QUALITY = 82


class Thumbs:
    """A folder of JPEG thumbnails, named by the content they show."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, content: str, picture: Callable[[], Path]) -> Path:
        """The thumbnail of a content, made from its picture when it is not there yet.

        Raises Unreadable when the picture cannot be read, RenderFailed when there is no room.
        """
        found = self._folder / f"{content}.jpg"
        if not found.exists():
            self._draw(picture(), found)
        return found

    def _draw(self, picture: Path, target: Path) -> None:
        from PIL import Image, UnidentifiedImageError  # which the web process never needs

        try:
            with Image.open(picture) as opened:
                small = opened.convert("RGB")
        except (UnidentifiedImageError, OSError) as error:
            raise Unreadable(f"{picture.name} cannot be read as a picture", cause=error) from error
        small.thumbnail((_SIDE, _SIDE))
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self._folder, suffix=".part", delete=False) as draft:
                small.save(draft, "JPEG", quality=_QUALITY)
            Path(draft.name).replace(target)
        except OSError as error:
            raise RenderFailed(f"no thumbnail can be written: {error.strerror or error}", cause=error) from error
