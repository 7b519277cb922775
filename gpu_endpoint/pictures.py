"""Brings a job's pictures in: decoded, upright, RGB, and none so large that it would hurt."""

from __future__ import annotations

import base64
import binascii
import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageOps

from gpu_endpoint.asked import Asked
from gpu_endpoint.cropping import cropped
from gpu_endpoint.errors import FetchFailed, InvalidInput
from gpu_endpoint.fetching import Fetcher
from gpu_endpoint.settings import VOLUME
from gpu_endpoint.wire import JobInput, Picture

_FORMATS = ("PNG", "JPEG", "WEBP")
_MOST_PIXELS = 50_000_000
_REFERENCE_SIDE, _REFERENCE_SHAPE = 64, 8  # the least side, and the most one side may be of the other


@dataclass
class Pictures:
    """Where pictures come from. `volume` stands for /runpod-volume; `most` is bytes of one picture."""

    volume: Path = VOLUME
    most: int = 20_000_000
    fetcher: Fetcher = field(default_factory=Fetcher)

    def of(self, job: JobInput, wanted: Asked, check: Callable[[], None]) -> Asked:
        """What was asked for with its pictures, the first and the last one cropped to the shape of the film."""
        shape = wanted.width, wanted.height

        def film(given: Picture | None, name: str) -> Image.Image | None:
            return cropped(self._brought(given, name, check), *shape) if given else None

        references = [
            _fitting(self._brought(one, f"references.{at}", check), at) for at, one in enumerate(job.references)
        ]
        return wanted.shown(film(job.image, "image"), film(job.last_image, "last_image"), tuple(references))

    def sent(self, given: Picture, name: str, check: Callable[[], None], most: int = 0) -> bytes:
        """The bytes of a file that is in a job or at an address, at most as many as said here or as of a picture."""
        check()
        if given.url is not None:
            return self.fetcher.fetch(given.url, most or self.most)
        return _written(given.base64 or "", name, most or self.most)

    def _brought(self, given: Picture, name: str, check: Callable[[], None]) -> Image.Image:
        check()
        return opened(self._lying(given.path, name) if given.path is not None else self.sent(given, name, check), name)

    def _lying(self, path: str, name: str) -> bytes:
        """A file of the volume; a path that leads out of it, also by a link, is as if it were not there."""
        there = (self.volume / Path(path).relative_to(VOLUME)).resolve()
        if not there.is_relative_to(self.volume.resolve()) or not there.is_file():
            raise FetchFailed(f"{name}: there is no such file on the volume")
        try:
            with there.open("rb") as file:
                data = file.read(self.most + 1)
        except OSError as error:
            raise FetchFailed(f"{name}: the file cannot be read") from error
        if len(data) > self.most:
            raise InvalidInput(f"{name}: a picture has at most {self.most} bytes")
        return data


def opened(data: bytes, name: str) -> Image.Image:
    """The picture in some bytes, upright and RGB; InvalidInput when there is none, or one of too many pixels."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as found:
                if found.width * found.height > _MOST_PIXELS:
                    raise InvalidInput(f"{name}: a picture has at most {_MOST_PIXELS} pixels")
                found.load()
                return ImageOps.exif_transpose(found).convert("RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InvalidInput(f"{name}: a picture has at most {_MOST_PIXELS} pixels") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise InvalidInput(f"{name}: a picture is PNG, JPEG or WebP; this cannot be read") from error


def _written(text: str, name: str, most: int) -> bytes:
    if len(text) > most * 4 // 3 + 4:
        raise InvalidInput(f"{name}: a file has at most {most} bytes")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput(f"{name}: not base64") from error


def _fitting(picture: Image.Image, at: int) -> Image.Image:
    least, most = sorted(picture.size)
    if least < _REFERENCE_SIDE or most > least * _REFERENCE_SHAPE:
        detail = (
            f"references.{at}: at least {_REFERENCE_SIDE} pixels a side, and no side {_REFERENCE_SHAPE} times the other"
        )
        raise InvalidInput(detail)
    return picture
