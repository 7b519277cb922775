"""A clip becomes a shot master: the film's size, rate, colour and settings, exactly as long as the shot."""

from __future__ import annotations

import shutil
import tempfile
from functools import lru_cache
from pathlib import Path

from services.media import mp4
from services.media.burn import filter_for
from services.media.encoding import Raw, encode, encoder, keyed, stamp, tagged
from services.media.ffmpeg import Ffmpeg, Progress
from services.media.inspecting import MOST_PIXELS
from services.media.kept import kept
from services.media.probe import Probe, probe
from services.media.whole import whole
from studio.errors import RenderFailed, Unreadable
from studio.takes.briefs import ShotBrief
from studio.takes.frame import Frame
from studio.takes.recipe import fingerprint

# Asked of each picture, for a phone's may lie on its side; no camera's pixel is eight times as wide as high, and what a
# file says of it must not make pictures larger than memory.
_SQUARE = "scale='trunc(iw*clip(sar,1/8,8)/2)*2':ih:flags=bicubic"
# High dynamic range as a plain screen shows it: white (203 nits) stays white, and there is room for what is brighter.
_DIMMED = (
    "zscale=transfer=linear:npl=203",
    "format=gbrpf32le",
    "zscale=primaries=bt709",
    "tonemap=mobius:desat=0",
    "zscale=transfer=bt709:matrix=bt709:range=tv",
)


def conform(
    ffmpeg: Ffmpeg,
    clip: Path,
    brief: ShotBrief,
    out: Path,
    *,
    seen: Probe | None = None,
    progress: Progress | None = None,
    cache: Path | None = None,
) -> bool:
    """Make the shot master; True when the clip's bytes were passed on unchanged.

    `seen` saves looking at the clip, `cache` the trial that tells what the encoder writes.
    Raises Unreadable naming a clip that cannot be decoded, RenderFailed when encoding stops.
    """
    if not brief.captions and conforms(ffmpeg, clip, brief.frame, brief.frames, brief.key, cache):
        with whole(out) as fresh:
            shutil.copyfile(clip, fresh)
        return True
    seen = seen or probe(clip)
    if _cut_short(clip):
        raise Unreadable(f"{clip.name} is cut short: not all of its pictures are in the file")
    with tempfile.TemporaryDirectory(prefix="conform-") as folder, whole(out) as fresh:
        graph = _graph(seen, brief, Path(folder))
        # Its first picture was looked at; a later one may say that it is of any size, and would be decoded as such.
        bounded = ["-max_pixels", str(MOST_PIXELS), "-protocol_whitelist", "file"]
        arguments = [
            *bounded,
            "-i",
            str(clip),
            "-map",
            "0:v:0",
            "-an",
            "-sn",
            "-dn",
            "-map_metadata",
            "-1",
            "-vf",
            graph,
        ]
        arguments += ["-frames:v", str(brief.frames), *encoder(brief.frame.fps), *keyed(brief.key), str(fresh)]
        try:
            ffmpeg.run(["-filter_threads", "1", "-threads", "1", *arguments], what=out.name, progress=progress)
            made = mp4.read(fresh).frames
        except (RenderFailed, Unreadable) as error:
            _blame(clip, error)
            raise
        if made != brief.frames:
            raise Unreadable(f"{clip.name} gave {made} pictures where {brief.frames} were needed")
    return False


def conforms(ffmpeg: Ffmpeg, clip: Path, frame: Frame, frames: int, key: int = 0, cache: Path | None = None) -> bool:
    """Whether a clip may stand in the film as it is: equal look and length, frames in order, a key frame at `key`."""
    try:
        track = mp4.read(clip)
    except Unreadable:
        return False
    return (
        track.frames == frames
        and track.look == look(ffmpeg, frame, cache)
        and key in track.keys
        and not track.reordered
        and track.complete
        and track.ticks * frame.fps == track.look.timescale
    )


@lru_cache(maxsize=32)
def look(ffmpeg: Ffmpeg, frame: Frame, cache: Path | None = None) -> mp4.Look:
    """What the studio's encoder writes for this frame, learnt from two grey pictures; `cache` keeps them."""
    with tempfile.TemporaryDirectory(prefix="look-") as folder:
        out = Path(folder) / "grey.mp4"

        def tried() -> bytes:
            encode(ffmpeg, Raw([bytes([128]) * (frame.width * frame.height * 3 // 2)] * 2), frame, out, what="a trial")
            return out.read_bytes()

        if cache:
            name = fingerprint(["grey", stamp(ffmpeg), frame.model_dump(mode="json")])[:40]
            out.write_bytes(kept(cache / f"{name}.mp4", tried))
        else:
            tried()
        return mp4.read(out).look


def _graph(seen: Probe, brief: ShotBrief, folder: Path) -> str:
    """Fill the frame, keep the rate, hold the last picture as long as needed, then the captions."""
    frame = brief.frame
    size = f"{frame.width}:{frame.height}"
    colours = "" if seen.bright else f":in_color_matrix={seen.guessed_matrix}:out_color_matrix=bt709:out_range=tv"
    steps = [
        "setpts=PTS-STARTPTS",
        f"fps={frame.fps}",
        *([] if seen.pixel == 1 else [_SQUARE]),
        f"scale={size}:force_original_aspect_ratio=increase:flags=bicubic{colours}",
        f"crop={size}",
        *(_DIMMED if seen.bright else []),
        "setsar=0",  # square by default; a written 1:1 would be another parameter set
        "tpad=stop_mode=clone:stop=-1",
        f"trim=end_frame={brief.frames}",
    ]
    if brief.captions:
        steps.append(filter_for(brief, folder))
    return ",".join([*steps, tagged()])


def _cut_short(clip: Path) -> bool:
    """ffmpeg would hold the last picture of a broken download without a word."""
    try:
        return not mp4.read(clip).complete
    except Unreadable:
        return False  # not an MP4: nothing says how long it should be


def _blame(clip: Path, error: Exception) -> None:
    """Tell a clip that cannot be decoded from an encode that failed."""
    said = str(error)
    marks = ("Invalid data found", "matches no streams", "Decode error", "received no packets", "no pictures", "moov")
    if any(mark in said for mark in marks) and "disk is full" not in said:
        last = said.strip().splitlines()[-1]
        raise Unreadable(f"{clip.name} cannot be decoded: {last}", cause=error) from error
