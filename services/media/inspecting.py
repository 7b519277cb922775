"""A film that somebody brings, looked into by a child process: what breaks a decoder breaks nothing but the child.

Only containers that hold their own pictures are opened; a list of other files under a film's name would have the
decoder read those. Makes nothing.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from studio.crew import Footage
from studio.errors import Unreadable
from studio.takes import frame

LONGEST = 600.0  # seconds
MOST_PIXELS = 8192 * 4608
FASTEST = 240.0  # pictures a second
_ROOT = Path(__file__).parents[2]
_PATIENCE = 30.0  # seconds
_CPU, _MEMORY = 20, 3 << 30  # seconds and bytes a child may use
_MP4 = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot"})
_FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi"


def inspect(file: Path) -> Footage:
    """What a person's film holds, its first picture decoded; Unreadable says why it cannot be used."""
    if not _is_film(file):
        raise Unreadable(f"{file.name} is neither MP4, QuickTime, Matroska, WebM nor AVI")
    command = [sys.executable, "-m", "services.media.inspecting", str(file)]
    try:
        done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired as error:
        raise Unreadable(f"{file.name} takes too long to read", cause=error) from error
    if done.returncode:
        raise Unreadable(f"{file.name} cannot be decoded")
    told = json.loads(done.stdout.splitlines()[-1])
    if why := told.get("why"):
        raise Unreadable(why)
    return Footage(**told)


def look(file: Path) -> Footage:
    """What a film's head says, checked before anything is decoded, and after the first picture was; Unreadable."""
    import av

    try:
        with av.open(str(file), options={"format_whitelist": _FORMATS, "protocol_whitelist": "file"}) as film:
            stream = next(iter(film.streams.video), None)
            if stream is None:
                raise Unreadable(f"{file.name} has no picture in it")
            rate = float(stream.average_rate or stream.guessed_rate or 0)
            seen = Footage(stream.width, stream.height, rate, film.duration / av.time_base if film.duration else 0.0)
            check(file.name, seen, float(stream.sample_aspect_ratio or 1))
            first = next(film.decode(stream), None)
    except (av.FFmpegError, OSError, ValueError, MemoryError) as error:
        why = error.strerror if isinstance(error, OSError) else error  # which names no folder of ours
        raise Unreadable(f"{file.name} cannot be decoded: {why}", cause=error) from error
    if first is None:
        raise Unreadable(f"{file.name} has no picture that can be decoded")
    if (first.width, first.height) != (seen.width, seen.height):
        raise Unreadable(f"{file.name} says it is {seen.width} × {seen.height} and is {first.width} × {first.height}")
    return seen


def check(name: str, seen: Footage, pixel: float = 1.0) -> None:
    """Refuse what is larger, of another shape, faster or longer than anything that is used (Unreadable).

    A pixel is shown `pixel` times as wide as high.
    """
    if seen.width * seen.height > MOST_PIXELS:
        raise Unreadable(f"{name} has pictures of {seen.width} × {seen.height}, more than can be used")
    for width in (seen.width, round(seen.width * pixel)):
        if frame.too_long(width, seen.height):
            allowed = f"the longer side may be {frame.LONGEST} times the shorter"
            raise Unreadable(f"{name} has pictures shown as {width} × {seen.height}; {allowed}")
    if not 1 <= seen.fps <= FASTEST:
        raise Unreadable(f"{name} has {seen.fps:.0f} pictures a second; 1 to {FASTEST:.0f} can be used")
    if seen.seconds > LONGEST:
        raise Unreadable(f"{name} is {seen.seconds:.0f} s long; a clip may have {LONGEST:.0f}")


def _is_film(file: Path) -> bool:
    with file.open("rb") as opened:
        head = opened.read(12)
    matroska, avi = head.startswith(b"\x1a\x45\xdf\xa3"), head.startswith(b"RIFF") and head[8:] == b"AVI "
    return matroska or avi or head[4:8] in _MP4


def _main(file: Path) -> None:
    """Say in one line of JSON what a film holds, or why not."""
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU, _CPU))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        told: dict[str, object] = asdict(look(file))
    except Unreadable as error:
        told = {"why": str(error)}
    print(json.dumps(told))  # noqa: T201  the answer itself


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
