"""Marking: testers' notes become markers of edit lists, at the shots they are about.

A note whose shot is not in the cut any more stands at its second. OTIO keeps all of a note, FCPXML and EDL one line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import opentimelineio as otio

from studio.cut.editlists import FILES, one_line, write
from studio.cut.slots import Mark, Slot, at, slots
from studio.errors import RenderFailed

_NAME = 200  # letters of a marker's name


def mark(timeline: Path, marks: Sequence[Mark], folder: Path) -> dict[str, bytes]:
    """The three edit lists of a delivered timeline.otio with a marker for each note, by file name.

    Raises RenderFailed where it cannot be read or one cannot be written.
    """
    try:
        written = timeline.read_text("utf-8")
        made = otio.adapters.read_from_string(written, "otio_json")
        clips = [one for one in made.video_tracks()[0] if isinstance(one, otio.schema.Clip)]
    except (otio.exceptions.OTIOError, OSError, ValueError, LookupError) as error:
        raise RenderFailed(f"the timeline cannot be read: {error}", cause=error) from error
    for place, one in _placed(slots(written), marks):
        clips[place].markers.append(_marker(clips[place], one))
    paths = write(made, folder)
    return {path.name: path.read_bytes() for path in paths if path.name in FILES}


def _placed(laid: Sequence[Slot], marks: Sequence[Mark]) -> Iterator[tuple[int, Mark]]:
    """Each note with the place of its clip, and how far into that clip's file it is."""
    known = {slot.shot: place for place, slot in enumerate(laid)}
    for one in marks:
        slot = laid[known[one.shot]] if one.shot in known else at(laid, one.second)
        if slot is None:
            continue
        into = one.into if one.shot in known else one.second - slot.start + slot.skips
        yield known[slot.shot], one.model_copy(update={"into": into})


def _marker(clip: otio.schema.Clip, one: Mark) -> otio.schema.Marker:
    """A frame of the clip that is seen: another cut's shot may have been longer."""
    seen, fps = clip.source_range, int(clip.source_range.duration.rate)
    first = round(seen.start_time.value)
    frame = min(max(round(one.into * fps), first), first + max(round(seen.duration.value) - 1, 0))
    said = one_line(f"{one.name}: {one.text}")
    marker = otio.schema.Marker(
        name=said if len(said) <= _NAME else f"{said[: _NAME - 1]}…",
        marked_range=otio.opentime.TimeRange(
            otio.opentime.RationalTime(frame, fps), otio.opentime.RationalTime(1, fps)
        ),
        color=otio.schema.MarkerColor.RED,  # in Final Cut Pro a task that is not done
    )
    marker.metadata["trashfire"] = {"note": one.text, "by": one.name}
    return marker
