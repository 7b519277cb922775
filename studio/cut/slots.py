"""Slots: which shot of a film is seen when, as the film's own edit list says. Reads OTIO as the JSON it is.

A film and its timeline.otio are delivered together, so this is of that very cut, whatever is circled since. The OTIO
library stays out of the web process.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any

from studio.story.noun import Noun

_TAIL = 0.001  # seconds; a player stands a little before the picture it shows


class Slot(Noun):
    """A shot or a card on the timeline; seconds. `skips` is what of its file lies before `start`."""

    shot: str
    slate: str
    start: float
    seconds: float
    skips: float
    scene: str = ""  # empty for a card


class Mark(Noun):
    """A note as editors see it: at `into` seconds of its shot's file, or at a second of the film."""

    name: str
    text: str
    second: float
    shot: str = ""
    into: float = 0.0


def slots(otio: str) -> tuple[Slot, ...]:
    """The pictures of a timeline.otio in order; none where it is no such file."""
    try:
        tracks = json.loads(otio)["tracks"]["children"]
        video = next(one for one in tracks if one["kind"] == "Video")
        return tuple(_laid(video["children"]))
    except (ValueError, KeyError, TypeError, StopIteration):
        return ()


def at(laid: Sequence[Slot], second: float) -> Slot | None:
    """What is seen at a second; None before the first and after the last."""
    found = bisect_right([one.start for one in laid], second + _TAIL) - 1
    if found < 0 or second > laid[found].start + laid[found].seconds + 1:
        return None
    return laid[found]


def _laid(children: Sequence[Any]) -> Iterator[Slot]:
    frames = 0.0
    for item in children:
        if not item["OTIO_SCHEMA"].startswith("Clip"):
            continue
        seen, of = item["source_range"], item["metadata"]["trashfire"]
        rate, long = float(seen["duration"]["rate"]), float(seen["duration"]["value"])
        yield Slot(
            shot=of["shot"],
            slate=item["name"],
            start=frames / rate,
            seconds=long / rate,
            skips=float(seen["start_time"]["value"]) / rate,
            scene=of.get("scene", ""),
        )
        frames += long
