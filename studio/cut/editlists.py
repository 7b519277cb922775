"""Edit lists for other people's editing rooms: OTIO, CMX 3600 EDL and FCPXML, through OpenTimelineIO.

Shots are referred to whole, so a dissolve finds its handles in their files. OTIO has every fade as a transition, black
being a gap of no length. An EDL has them as D events that begin where the fade does. The FCPXML adapter knows no
transitions: there a dissolve is a cut in its middle and a shot that fades is seen to its end, at the same frames.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import opentimelineio as otio

from studio.cut.fades import Fade
from studio.cut.fcpxml import to_fcpxml
from studio.cut.timeline import Bed, Entry, Timeline
from studio.errors import RenderFailed
from studio.story.breakdown import Breakdown

FILES = ("timeline.otio", "timeline.edl", "timeline.fcpxml")
_DISSOLVES = re.compile(r"\d+ +\S+ +V +D ")
# What XML knows not at all, what ends a line of an EDL, and what turns the words after it round.
_NO_WORDS = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff]+")
_REEL = 8  # characters a CMX 3600 reel name may have


@dataclass(frozen=True)
class Media:
    """Where the takes lie: pictures by card or shot id, speech by line id, beds by scene id."""

    pictures: Mapping[str, Path]
    speech: Mapping[str, Path] = field(default_factory=dict)
    music: Mapping[str, Path] = field(default_factory=dict)


def build(timeline: Timeline, breakdown: Breakdown, media: Media, beds: Sequence[Bed] = ()) -> otio.schema.Timeline:
    """Build the timeline: a picture track with markers for scenes and lines, speech tracks, a music track."""
    made = otio.schema.Timeline(name=one_line(timeline.title) or "Untitled")
    made.global_start_time = _time(0, timeline.fps)
    made.tracks.append(_pictures(timeline, breakdown, media))
    made.tracks.extend(_speech(timeline, breakdown, media))
    if beds:
        made.tracks.append(_music(timeline, beds, media))
    return made


def write(made: otio.schema.Timeline, folder: Path) -> tuple[Path, ...]:
    """Write timeline.otio, .edl and .fcpxml into a folder; raises RenderFailed naming the one that failed."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = tuple(folder / name for name in FILES)
    for path in paths:
        try:
            if path.suffix == ".edl":
                path.write_text(_told_once(_written(_for_edl(made))), "utf-8")
            elif path.suffix == ".fcpxml":
                path.write_text(to_fcpxml(_hard_cuts(made)), "utf-8")
            else:
                otio.adapters.write_to_file(made, str(path))
        except (otio.exceptions.OTIOError, OSError) as error:
            raise RenderFailed(f"{path.name} could not be written: {error}", cause=error) from error
    return paths


def _written(made: otio.schema.Timeline) -> str:
    return str(otio.adapters.write_to_string(made, "cmx_3600", style="avid", reelname_len=_REEL))


def _told_once(edl: str) -> str:
    """The same without the markers of a shot that dissolves, which the adapter repeats in the event after it."""
    kept: list[str] = []
    echo = False
    for line in edl.splitlines(keepends=True):
        echo = bool(_DISSOLVES.match(line)) or (echo and not line.startswith("* TO CLIP NAME"))
        if not (echo and line.startswith("* LOC")):
            kept.append(line)
    return "".join(kept)


def _time(frames: int, fps: int) -> otio.opentime.RationalTime:
    return otio.opentime.RationalTime(frames, fps)


def _range(start: int, frames: int, fps: int) -> otio.opentime.TimeRange:
    return otio.opentime.TimeRange(_time(start, fps), _time(frames, fps))


def _clip(name: str, path: Path | None, frames: int, fps: int, *, trim: tuple[int, int] = (0, 0)) -> otio.schema.Clip:
    """A clip of a file of so many frames, without those trimmed at its ends."""
    name = one_line(name).replace("'", "’")  # the FCPXML adapter puts names between single quotes
    reference: otio.core.MediaReference = otio.schema.MissingReference()
    if path is not None:
        reference = otio.schema.ExternalReference(
            target_url=path.absolute().as_uri(), available_range=_range(0, frames, fps)
        )
        reference.name = name
    seen = _range(trim[0], frames - sum(trim), fps)
    return otio.schema.Clip(name=name, media_reference=reference, source_range=seen)


def _pictures(timeline: Timeline, breakdown: Breakdown, media: Media) -> otio.schema.Track:
    track = otio.schema.Track(name="Picture", kind=otio.schema.TrackKind.Video)
    numbers = {shot.id: shot.number for shot in breakdown.shots}
    headings = {scene.id: f"{scene.number} {scene.heading}".strip() for scene in breakdown.scenes}
    texts = {line.id: (breakdown.character(line.character).name, line.text) for line in breakdown.lines}
    seen: set[str] = set()
    heads, tails = {fade.into: fade for fade in timeline.fades}, {fade.out: fade for fade in timeline.fades}
    for entry in timeline.entries:
        head, tail = heads.get(entry.id), tails.get(entry.id)
        trim = (head.overlap // 2 if head else 0, tail.overlap // 2 if tail else 0)
        path = media.pictures.get(entry.id)
        clip = _clip(numbers.get(entry.id, entry.id), path, entry.frames, timeline.fps, trim=trim)
        clip.metadata["trashfire"] = {"shot": entry.id, "scene": entry.scene}
        if entry.scene and entry.scene not in seen:
            seen.add(entry.scene)
            clip.markers.append(_marker(headings[entry.scene], trim[0], timeline.fps, otio.schema.MarkerColor.GREEN))
        for said in entry.lines:
            name, text = texts[said.line]
            words = f"{name}: {' '.join(text.split())}"
            clip.markers.append(_marker(words, said.start, timeline.fps, otio.schema.MarkerColor.CYAN))
        if head and not head.out:
            _black(track, timeline.fps)
            track.append(_transition(head, timeline.fps))
        track.append(clip)
        if tail:
            track.append(_transition(tail, timeline.fps))
        if tail and not tail.into:
            _black(track, timeline.fps)
    return track


def _transition(fade: Fade, fps: int) -> otio.schema.Transition:
    """A dissolve about its middle; a fade within its shot."""
    half = fade.overlap // 2
    before = half or (fade.frames if fade.out else 0)
    return otio.schema.Transition(
        name="Dissolve" if half else "Fade",
        transition_type=otio.schema.TransitionTypes.SMPTE_Dissolve,
        in_offset=_time(before, fps),
        out_offset=_time(fade.frames - before, fps),
    )


def _black(track: otio.schema.Track, fps: int) -> None:
    """Black between two shots, where there is none yet: it takes no time of its own."""
    if not (track and isinstance(track[-1], otio.schema.Gap)):
        track.append(otio.schema.Gap(source_range=_range(0, 0, fps)))


def _marker(name: str, at: int, fps: int, colour: str) -> otio.schema.Marker:
    return otio.schema.Marker(name=one_line(name), marked_range=_range(at, 1, fps), color=colour)


def one_line(text: str) -> str:
    """A text as one line that every editing room can read."""
    return " ".join(_NO_WORDS.sub(" ", text).split())


def _speech(timeline: Timeline, breakdown: Breakdown, media: Media) -> list[otio.schema.Track]:
    """As many tracks as there are voices at a time; a line goes to the first track that is free."""
    names = {line.id: f"{breakdown.character(line.character).name} {line.id}" for line in breakdown.lines}
    tracks: list[otio.schema.Track] = []
    ends: list[int] = []
    for entry in timeline.entries:
        for line, start, frames in _heard(entry):
            free = next((i for i, end in enumerate(ends) if end <= start), len(tracks))
            if free == len(tracks):
                name = f"Speech {free + 1}"
                tracks.append(otio.schema.Track(name=name, kind=otio.schema.TrackKind.Audio))
                ends.append(0)
            _lay(tracks[free], ends[free], start, _clip(names[line], media.speech.get(line), frames, timeline.fps))
            ends[free] = start + frames
    return tracks


def _heard(entry: Entry) -> list[tuple[str, int, int]]:
    return [(said.line, entry.start + said.start, said.frames) for said in entry.lines]


def _music(timeline: Timeline, beds: Sequence[Bed], media: Media) -> otio.schema.Track:
    track = otio.schema.Track(name="Music", kind=otio.schema.TrackKind.Audio)
    at, per = 0, timeline.samples_a_frame
    for bed in beds:
        start, frames = bed.start // per, bed.samples // per
        name = f"Music {bed.scene}"
        _lay(track, at, start, _clip(name, media.music.get(bed.scene), frames, timeline.fps))
        at = start + frames
    return track


def _lay(track: otio.schema.Track, at: int, start: int, clip: otio.schema.Clip) -> None:
    if start > at:
        track.append(otio.schema.Gap(source_range=_range(0, start - at, int(clip.source_range.duration.rate))))
    track.append(clip)


def _hard_cuts(made: otio.schema.Timeline) -> otio.schema.Timeline:
    """The same without transitions and the black they need."""
    cuts = made.clone()
    for track in cuts.video_tracks():
        track[:] = [clip.clone() for clip in track if isinstance(clip, otio.schema.Clip)]
    return cuts


def _for_edl(made: otio.schema.Timeline) -> otio.schema.Timeline:
    """The picture track alone: CMX 3600 knows one, and reel names of eight letters that must differ; black is BL."""
    single = otio.schema.Timeline(name=made.name)
    single.global_start_time = made.global_start_time
    track = otio.schema.Track(name=made.video_tracks()[0].name, kind=otio.schema.TrackKind.Video)
    number = 0
    for item in made.video_tracks()[0]:
        number += isinstance(item, otio.schema.Clip)
        track.append(_black_reel(track[-1]) if isinstance(item, otio.schema.Gap) else item.clone())
        if isinstance(item, otio.schema.Clip):
            track[-1].metadata["cmx_3600"] = {"reel": f"R{number:05}"}
    single.tracks.append(track)
    return single


def _black_reel(before: otio.core.Composable) -> otio.schema.Clip:
    """Black as a clip of no length, far enough into its reel for the adapter to begin it with the fade before it."""
    faded = isinstance(before, otio.schema.Transition)
    at = before.in_offset if faded else before.source_range.start_time
    nothing = otio.opentime.RationalTime(0, at.rate)
    black = otio.schema.Clip(name="Black", source_range=otio.opentime.TimeRange(at if faded else nothing, nothing))
    black.metadata["cmx_3600"] = {"reel": "BL"}
    return black
