"""Sets on disk: what one process of the crew has built, the others see, and none has it in memory between two shots.

A set takes a tenth of a second to build and twenty megabytes to keep. Every process needs all sets of a film, again and
again, and none has room for them. What is seen on disk cannot be drawn on.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import resvg_py

from services.media.kept import used
from services.media.whole import sweep, whole
from services.offline.theatre.layer import Layer, Set
from services.offline.theatre.memory import lend
from services.offline.theatre.parts import PAPER
from services.offline.theatre.pose import Light
from services.offline.theatre.sprite import Pixels
from studio.errors import RenderFailed
from studio.story.places import Setting
from studio.takes.frame import Frame

MOST = 12  # sets on disk: a quarter of a gigabyte at 720p; those used last stay
_ROOM = 50  # one is kept where so many more would go on the disk
_HEAD = 1 << 16  # bytes of a file's first line at the most
_PLAIN = ("front", "margin", "floor", "horizon", "figure", "spots", "seated", "driver")
_folder: Path | None = None


def keep_sets_in(folder: Path) -> None:
    """Say where this process finds sets and keeps them."""
    global _folder
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)
    stamp()  # of the code that runs: an update puts other code there later
    _folder = folder


def kept_set(setting: Setting, frame: Frame, seed: int, build: Callable[[], Set]) -> Set:
    """The set as any process built it; as `build` builds it where there is none, or none that is whole."""
    if _folder is None:
        return build()
    asked = [stamp(), setting.model_dump_json(), frame.model_dump_json(), seed]
    file = _folder / f"{hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:40]}.set"
    if found := _read(file):
        return found
    built = build()
    with suppress(OSError, RenderFailed):  # where nothing can be kept it is built each time
        _write(file, built)
        _make_room(_folder)
    return _read(file) or built


@cache
def stamp() -> str:
    """Changes with the drawings, the code that lays them out and the libraries; read once, before processes fork."""
    total = hashlib.sha256(f"{cv2.__version__} {np.__version__} {resvg_py.__version__}".encode())
    files = [*Path(__file__).parent.glob("*.py"), *(path for path in PAPER.rglob("*") if path.is_file())]
    for path in sorted(files):
        total.update(path.read_bytes())
    return total.hexdigest()


def _write(file: Path, built: Set) -> None:
    """A line with a checksum and what is no picture, and the layers' pixels one after the other."""
    pixels = [np.ascontiguousarray(layer.pixels) for layer in built.layers]
    if shutil.disk_usage(file.parent).free < _ROOM * sum(one.nbytes for one in pixels):
        return
    head = {name: getattr(built, name) for name in _PLAIN} | {"light": asdict(built.light), "stars": built.stars}
    head |= {"layers": [(layer.depth, layer.hem) for layer in built.layers], "shape": pixels[0].shape}
    told = json.dumps(head).encode()
    seal = hashlib.sha256(told)
    for one in pixels:
        seal.update(one.data)
    with whole(file) as fresh, fresh.open("wb") as out:
        out.write(b"%s %s\n" % (seal.hexdigest().encode(), told))
        for one in pixels:
            out.write(one.data)


def _read(file: Path) -> Set | None:
    """The set in a file; None where there is none, or not as it was written."""
    try:
        with file.open("rb") as opened:
            seal, _, told = opened.readline(_HEAD).rstrip(b"\n").partition(b" ")
            start = opened.tell()
            pages = mmap(opened.fileno(), 0, access=ACCESS_READ)
        pixels = np.frombuffer(pages, np.uint8, offset=start)
        found = hashlib.sha256(told)
        found.update(pixels.data)
        if found.hexdigest().encode() != seal:
            raise ValueError("not as it was written")
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        with suppress(OSError):
            file.unlink()
        return None
    used(file)
    lend(pages)
    return _set(json.loads(told), pixels)


def _set(head: dict[str, Any], pixels: Pixels) -> Set:
    plain = {name: head[name] for name in _PLAIN} | {"spots": tuple(head["spots"])}
    each = pixels.reshape(len(head["layers"]), *head["shape"])
    layers = tuple(Layer(one, depth, hem) for one, (depth, hem) in zip(each, head["layers"], strict=True))
    stars = tuple((x, y) for x, y in head["stars"])
    return Set(layers=layers, light=Light(**head["light"]), stars=stars, **plain)


def _make_room(folder: Path) -> None:
    """Remove what was not used for longest; a process that sees it goes on seeing it."""
    kept = sorted(folder.glob("*.set"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[MOST:]:
        path.unlink(missing_ok=True)
