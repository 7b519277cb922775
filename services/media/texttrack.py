"""Captions as a text track of an MP4, word for word: no converter reads marks into what a writer typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import av
from av.container import OutputContainer
from av.stream import Stream

from studio.takes.briefs import Caption

# What such a track says of its letters; players put their own taste above it.
_STYLE = b"""[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
_LONGEST = 65_535  # bytes, as a text's length is written in two of them


def text_track(file: OutputContainer, scale: int) -> Stream:
    """Add an empty text track to a file, its clock `scale` ticks a second."""
    stream = file.add_stream("mov_text")
    stream.codec_context.subtitle_header = _STYLE
    stream.time_base = Fraction(1, scale)
    return stream


def text_packets(stream: Stream, captions: Sequence[Caption], scale: int, ticks: int) -> Iterator[tuple[float, Any]]:
    """Each caption with the second it begins at, silence between as empty ones; none may overlap.

    A frame takes `ticks` of `scale` a second.
    """
    at = 0
    for caption in captions:
        if caption.start > at:
            yield at * ticks / scale, _packet(stream, "", (at, caption.start), scale, ticks)
        yield caption.start * ticks / scale, _packet(stream, caption.text, (caption.start, caption.end), scale, ticks)
        at = caption.end


def _packet(stream: Stream, text: str, frames: tuple[int, int], scale: int, ticks: int) -> av.Packet[Any]:
    words = text.encode()[:_LONGEST].decode(errors="ignore").encode()
    packet: av.Packet[Any] = av.Packet(len(words).to_bytes(2, "big") + words)
    packet.stream, packet.time_base = stream, Fraction(1, scale)
    packet.pts = packet.dts = frames[0] * ticks
    packet.duration = (frames[1] - frames[0]) * ticks
    return packet
