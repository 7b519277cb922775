"""How the studio's pictures are encoded (data/encoding.toml) in ffmpeg's words, and what such a file looks like."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from services.media.ffmpeg import Ffmpeg
from services.media.processor import instructions
from services.media.whole import whole
from studio.takes.frame import Frame
from studio.takes.recipe import fingerprint

FILE = Path(__file__).parents[2] / "data" / "encoding.toml"


@cache
def settings() -> dict[str, Any]:
    """Read data/encoding.toml once."""
    return tomllib.loads(FILE.read_text("utf-8"))


def encoder(fps: int) -> list[str]:
    """ffmpeg's arguments for the delivery encode at this frame rate."""
    words = {"fps": fps, "gop": fps * settings()["picture"]["gop_seconds"], "timescale": timescale(fps)}
    return [*(argument.format(**words) for argument in settings()["ffmpeg"]["arguments"]), *_processor()]


def _processor() -> list[str]:
    return [word for name, value in instructions().items() for word in (f"-{name}", value)]


def keyed(frame: int) -> list[str]:
    """ffmpeg's arguments for a key frame at this frame too; none for 0, where there always is one."""
    return ["-force_key_frames", f"expr:eq(n,{frame})"] if frame else []


def tagged() -> str:
    """The filter every encode ends with: ffmpeg takes the colour tags from the pictures, not from the options."""
    colour = settings()["colour"]
    return (
        f"format={settings()['picture']['pixel_format']},setparams=range={colour['range']}"
        f":color_primaries={colour['primaries']}:color_trc={colour['transfer']}:colorspace={colour['matrix']}"
    )


def timescale(fps: int) -> int:
    """Ticks a second of every picture track: fps * 512."""
    return fps * int(settings()["picture"]["timescale_per_fps"])


def stamp(ffmpeg: Ffmpeg) -> str:
    """Change whenever the settings or the program do: part of the editor's version and of cache keys."""
    return f"{fingerprint(settings())[:10]}+ffmpeg{ffmpeg.version}"


@dataclass(frozen=True)
class Raw:
    """Pictures for the encoder: yuv420p or rgb24 bytes, one block a frame."""

    blocks: Iterable[bytes]
    layout: str = "yuv420p"


def encode(ffmpeg: Ffmpeg, raw: Raw, frame: Frame, out: Path, *, what: str, key: int = 0) -> None:
    """Encode raw pictures to an MP4 that conforms; it can be begun at frame `key` too."""
    convert = "" if raw.layout == "yuv420p" else "scale=out_color_matrix=bt709:out_range=tv,"
    source = ["-f", "rawvideo", "-pix_fmt", raw.layout, "-s", f"{frame.width}x{frame.height}", "-r", str(frame.fps)]
    with whole(out) as fresh:
        ffmpeg.feed(
            [*source, "-i", "pipe:0", "-vf", convert + tagged(), *encoder(frame.fps), *keyed(key), str(fresh)],
            raw.blocks,
            what=what,
        )
