"""The timeline: how long each shot is, where it starts, when its lines are heard and read. Makes no media."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cached_property

from studio.cut.fades import Fade, Handles, fades, handles
from studio.cut.pace import Pace, pace
from studio.cut.split import Piece, split
from studio.story.breakdown import Breakdown, Emotion, Line, Shot
from studio.story.noun import Noun
from studio.takes.briefs import Caption, Word
from studio.takes.frame import SAMPLE_RATE

_SHORTEST_CAPTION = 0.8  # seconds
_LETTERS_A_SECOND = 17.0
TITLE = "card-title"
END = "card-end"


class SpeechLength(Noun):
    """What the timeline needs of a line's speech: its length and when its words are heard."""

    seconds: float
    words: tuple[Word, ...] = ()


class EntryKind(StrEnum):
    CARD = "card"
    SHOT = "shot"


class Spoken(Noun):
    """A line in a shot, in frames from the shot's start."""

    line: str
    start: int
    frames: int


class Entry(Noun):
    """A card or a shot on the timeline, in frames."""

    id: str
    kind: EntryKind
    start: int
    frames: int
    lines: tuple[Spoken, ...] = ()
    scene: str = ""

    @property
    def end(self) -> int:
        """The frame after its last."""
        return self.start + self.frames


class Bed(Noun):
    """Where a scene's music lies, in samples at 48 kHz."""

    scene: str
    start: int
    samples: int


class Timeline(Noun):
    """The film in order; each start is the sum of the lengths before it, less what fades overlap."""

    title: str
    fps: int
    entries: tuple[Entry, ...]
    fades: tuple[Fade, ...] = ()

    @property
    def frames(self) -> int:
        """The film's length in frames."""
        return self.entries[-1].end if self.entries else 0

    @property
    def samples(self) -> int:
        """The film's length in samples at 48 kHz."""
        return self.frames * self.samples_a_frame

    @property
    def samples_a_frame(self) -> int:
        """2000 at 24 fps, 1600 at 30."""
        return SAMPLE_RATE // self.fps

    @cached_property
    def _index(self) -> dict[str, Entry]:
        return {entry.id: entry for entry in self.entries}

    def entry(self, ident: str) -> Entry:
        """The card or shot with this id; KeyError if there is none."""
        return self._index[ident]

    def heard(self) -> dict[str, int]:
        """The first sample of every line by its id."""
        per = self.samples_a_frame
        return {said.line: (entry.start + said.start) * per for entry in self.entries for said in entry.lines}


def cut(
    breakdown: Breakdown,
    speech: Mapping[str, SpeechLength],
    fps: int,
    *,
    title: str = "",
    style: Pace | None = None,
) -> Timeline:
    """Fix every shot's length in whole frames and lay them end to end between a title and an end card.

    A shot's length follows from its own lines only. A line without speech yet counts by its letters.
    """
    style = style or pace()
    faded = fades(breakdown, fps, style.fade)
    held = handles(faded)
    over = {fade.into: fade.overlap for fade in faded}
    parts: list[tuple[str, EntryKind, int, tuple[Spoken, ...], str]] = []
    parts.append((TITLE, EntryKind.CARD, _whole(style.title, fps), (), ""))
    for scene in breakdown.scenes:
        for shot in scene.shots:
            frames, lines = lay(shot, speech, fps, style=style, held=held.get(shot.id))
            parts.append((shot.id, EntryKind.SHOT, frames, lines, scene.id))
    parts.append((END, EntryKind.CARD, _whole(style.end, fps), (), ""))
    entries: list[Entry] = []
    for ident, kind, frames, lines, scene_id in parts:
        start = entries[-1].end - over.get(ident, 0) if entries else 0
        entries.append(Entry(id=ident, kind=kind, start=start, frames=frames, lines=lines, scene=scene_id))
    return Timeline(title=title or breakdown.title, fps=fps, entries=tuple(entries), fades=faded)


def beds(timeline: Timeline) -> tuple[Bed, ...]:
    """Give every scene its stretch of music; the first also lies under the title, the last under the end card.

    Two that dissolve meet in the middle of the dissolve.
    """
    into = {fade.into: fade.overlap // 2 for fade in timeline.fades}
    out = {fade.out: fade.overlap // 2 for fade in timeline.fades}
    spans: dict[str, list[int]] = {}
    for entry in timeline.entries:
        if entry.scene:
            start, end = entry.start + into.get(entry.id, 0), entry.end - out.get(entry.id, 0)
            spans.setdefault(entry.scene, [start, end])[1] = end
    if not spans:
        return ()
    next(iter(spans.values()))[0] = 0
    list(spans.values())[-1][1] = timeline.frames
    per = timeline.samples_a_frame
    return tuple(Bed(scene=scene, start=a * per, samples=(b - a) * per) for scene, (a, b) in spans.items())


def captions(timeline: Timeline, breakdown: Breakdown, words: Mapping[str, Sequence[Word]]) -> tuple[Caption, ...]:
    """Caption every line verbatim, in frames of the film; `words` by line id time the pieces and the highlight."""
    made: list[Caption] = []
    for shot in breakdown.shots:
        entry = timeline.entry(shot.id)
        made += [shifted(one, entry.start) for one in shot_captions(entry, shot, breakdown, timeline.fps, words)]
    return tuple(made)


def shot_captions(
    entry: Entry, shot: Shot, breakdown: Breakdown, fps: int, words: Mapping[str, Sequence[Word]]
) -> tuple[Caption, ...]:
    """Caption one shot in its own frames: the same wherever the shot stands in the film."""
    names = {member.id: member.name for member in breakdown.cast}
    made: list[Caption] = []
    for i, (line, said) in enumerate(zip(shot.lines, entry.lines, strict=True)):
        later = [other.start for other in entry.lines[i + 1 :] if other.start > said.start]
        room = min([*later, entry.frames])
        made += _caption_line(line, said, room, fps, words.get(line.id, ()), names.get(line.character, ""))
    return tuple(made)


def shifted(caption: Caption, frames: int) -> Caption:
    """Move a caption and its words by so many frames."""
    words = tuple((text, start + frames, end + frames) for text, start, end in caption.words)
    return caption.model_copy(update={"start": caption.start + frames, "end": caption.end + frames, "words": words})


def lay(
    shot: Shot,
    speech: Mapping[str, SpeechLength],
    fps: int,
    *,
    style: Pace | None = None,
    held: Handles | None = None,
) -> tuple[int, tuple[Spoken, ...]]:
    """Fix one shot's length in frames and where its lines lie in it; nothing else of the film decides them.

    `held` are its handles: its lines lie between them.
    """
    style, held = style or pace(), held or Handles()
    laid: list[Spoken] = []
    at, before = max(_whole(style.lead_in, fps), held.head), ""
    for line in shot.lines:
        frames = max(1, math.ceil(_seconds(line, speech) * fps))
        if line.dual and laid:
            at = laid[-1].start
        elif laid:
            at = max(said.start + said.frames for said in laid) + _whole(style.gap + _breath(before, style), fps)
        laid.append(Spoken(line=line.id, start=at, frames=frames))
        before = line.text
    shortest = max(_whole(style.shortest, fps), held.shortest, _whole(shot.least, fps))
    if not laid:
        return max(_whole(shot.pause, fps), shortest), ()
    tail = max(_tail(shot, style) + _breath(before, style), shot.pause - style.lead_in)
    end = max(said.start + said.frames for said in laid)
    return max(end + max(_whole(tail, fps), held.tail), shortest), tuple(laid)


def _seconds(line: Line, speech: Mapping[str, SpeechLength]) -> float:
    known = speech.get(line.id)
    return known.seconds if known else max(0.8, len(line.text) / 14.0)


def _breath(text: str, style: Pace) -> float:
    bare = text.rstrip().rstrip("\"'”’»)")
    return next((mark.seconds for mark in style.breath if bare.endswith(mark.ending)), 0.0)


def _tail(shot: Shot, style: Pace) -> float:
    speaker = shot.lines[-1].character
    feeling = next((f.emotion for f in shot.staging.figures if f.character == speaker), Emotion.CALM)
    return style.tail.get(feeling, style.tail[Emotion.CALM])


def _whole(seconds: float, fps: int) -> int:
    return round(seconds * fps)


def _caption_line(line: Line, said: Spoken, room: int, fps: int, words: Sequence[Word], speaker: str) -> list[Caption]:
    pieces = split(line.text)
    spans = _placed(line.text, words)
    starts = [said.start + _frame_at(line, piece, said, fps, spans) for piece in pieces]
    made: list[Caption] = []
    for i, piece in enumerate(pieces):
        last = i == len(pieces) - 1
        heard = said.start + said.frames if last else starts[i + 1]
        wanted = starts[i] + math.ceil(max(_SHORTEST_CAPTION, len(piece.text) / _LETTERS_A_SECOND) * fps)
        end = min(room, max(heard, wanted)) if last else heard
        lit = tuple(
            (text, said.start + round(w.start * fps), said.start + max(round(w.end * fps), round(w.start * fps) + 1))
            for w, text, at in spans
            if piece.start <= at < piece.end
        )
        end = max(end, starts[i] + 1)
        made.append(Caption(text=piece.text, start=starts[i], end=end, speaker=speaker, words=lit))
    return made


def _placed(text: str, words: Sequence[Word]) -> list[tuple[Word, str, int]]:
    """Each word with the place in the text where it is found, in reading order."""
    found: list[tuple[Word, str, int]] = []
    at = 0
    for word in words:
        place = text.find(word.text, at) if word.text else -1
        if place >= 0:
            found.append((word, word.text, place))
            at = place + len(word.text)
    return found


def _frame_at(line: Line, piece: Piece, said: Spoken, fps: int, spans: Sequence[tuple[Word, str, int]]) -> int:
    """When a piece begins, from its first word's time, or by its share of the letters."""
    if piece.start == 0 or not line.text.strip():
        return 0
    timed = next((w for w, _, at in spans if piece.start <= at < piece.end), None)
    if timed:
        return min(round(timed.start * fps), said.frames - 1)
    return int(said.frames * piece.start / len(line.text))
