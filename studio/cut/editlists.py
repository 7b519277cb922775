"""Edit lists for other people's editing rooms: OTIO, CMX 3600 EDL and FCPXML, through OpenTimelineIO."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import opentimelineio as otio

from studio.cut.fcpxml import to_fcpxml
from studio.cut.timeline import Bed, Entry, Timeline
from studio.errors import RenderFailed
from studio.story.breakdown import Breakdown

FILES = ("timeline.otio", "timeline.edl", "timeline.fcpxml")
_REEL = 8  # characters a CMX 3600 reel name may have


@dataclass(frozen=True)
class Media:
    """Where the takes lie: pictures by card or shot id, speech by line id, beds by scene id."""

    pictures: Mapping[str, Path]
    speech: Mapping[str, Path] = field(default_factory=dict)
    music: Mapping[str, Path] = field(default_factory=dict)


def build(timeline: Timeline, breakdown: Breakdown, media: Media, beds: Sequence[Bed] = ()) -> otio.schema.Timeline:
    """Build the timeline: a picture track with markers for scenes and lines, speech tracks, a music track."""
    made = otio.schema.Timeline(name=timeline.title or "Untitled")
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
                otio.adapters.write_to_file(_for_edl(made), str(path), style="avid", reelname_len=_REEL)
            elif path.suffix == ".fcpxml":
                path.write_text(to_fcpxml(made), "utf-8")
            else:
                otio.adapters.write_to_file(made, str(path))
        except (otio.exceptions.OTIOError, OSError) as error:
            raise RenderFailed(f"{path.name} could not be written: {error}", cause=error) from error
    return paths


def _time(frames: int, fps: int) -> otio.opentime.RationalTime:
    return otio.opentime.RationalTime(frames, fps)


def _range(start: int, frames: int, fps: int) -> otio.opentime.TimeRange:
    return otio.opentime.TimeRange(_time(start, fps), _time(frames, fps))


def _clip(name: str, path: Path | None, frames: int, fps: int) -> otio.schema.Clip:
    name = name.replace("'", "’")  # the FCPXML adapter puts names between single quotes
    reference: otio.core.MediaReference = otio.schema.MissingReference()
    if path is not None:
        reference = otio.schema.ExternalReference(
            target_url=path.absolute().as_uri(), available_range=_range(0, frames, fps)
        )
        reference.name = name
    return otio.schema.Clip(name=name, media_reference=reference, source_range=_range(0, frames, fps))


def _pictures(timeline: Timeline, breakdown: Breakdown, media: Media) -> otio.schema.Track:
    track = otio.schema.Track(name="Picture", kind=otio.schema.TrackKind.Video)
    numbers = {shot.id: shot.number for shot in breakdown.shots}
    headings = {scene.id: f"{scene.number} {scene.heading}".strip() for scene in breakdown.scenes}
    texts = {line.id: (breakdown.character(line.character).name, line.text) for line in breakdown.lines}
    seen: set[str] = set()
    for entry in timeline.entries:
        clip = _clip(numbers.get(entry.id, entry.id), media.pictures.get(entry.id), entry.frames, timeline.fps)
        clip.metadata["trashfire"] = {"shot": entry.id, "scene": entry.scene}
        if entry.scene and entry.scene not in seen:
            seen.add(entry.scene)
            clip.markers.append(_marker(headings[entry.scene], 0, timeline.fps, otio.schema.MarkerColor.GREEN))
        for said in entry.lines:
            name, text = texts[said.line]
            words = f"{name}: {' '.join(text.split())}"
            clip.markers.append(_marker(words, said.start, timeline.fps, otio.schema.MarkerColor.CYAN))
        track.append(clip)
    return track


def _marker(name: str, at: int, fps: int, colour: str) -> otio.schema.Marker:
    return otio.schema.Marker(name=name, marked_range=_range(at, 1, fps), color=colour)


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


def _for_edl(made: otio.schema.Timeline) -> otio.schema.Timeline:
    """The picture track alone: CMX 3600 knows one, and reel names of eight letters that must differ."""
    single = otio.schema.Timeline(name=made.name)
    single.global_start_time = made.global_start_time
    track = made.video_tracks()[0].clone()
    for number, clip in enumerate(track, start=1):
        clip.metadata["cmx_3600"] = {"reel": f"R{number:05}"}
    single.tracks.append(track)
    return single
