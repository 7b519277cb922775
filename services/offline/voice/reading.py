"""What passes between the studio and the speaking process: a reading asked for and an utterance answered."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import BinaryIO


class Sounding(StrEnum):
    """What an event marks."""

    WORD = "word"
    PHONEME = "phoneme"


@dataclass(frozen=True)
class Reading:
    """A text to be read: voice as "gmw/en+f3", words a minute, pitch and its span from 0 to 100, the own at 50."""

    voice: str
    text: str
    rate: int = 170
    pitch: int = 50
    span: int = 50


@dataclass(frozen=True)
class Event:
    """From `sample` on; `at` and `length` count characters of the text, `sound` is IPA (empty is a pause)."""

    kind: Sounding
    sample: int
    at: int
    length: int = 0
    sound: str = ""


@dataclass(frozen=True)
class Utterance:
    """Mono 16-bit samples in this machine's byte order, with their events in order."""

    rate: int
    pcm: bytes
    events: tuple[Event, ...]


class Refusal(Exception):
    """The library would not read it; the text says why."""


def ask(pipe: BinaryIO, reading: Reading) -> None:
    """Write a reading as one JSON line."""
    pipe.write(json.dumps(asdict(reading)).encode() + b"\n")
    pipe.flush()


def asked(line: bytes) -> Reading:
    """Read what `ask` wrote."""
    return Reading(**json.loads(line))


def answer(pipe: BinaryIO, utterance: Utterance) -> None:
    """Write an utterance: a JSON line with the length, then the samples."""
    events = [[e.kind.value, e.sample, e.at, e.length, e.sound] for e in utterance.events]
    head = {"rate": utterance.rate, "bytes": len(utterance.pcm), "events": events}
    pipe.write(json.dumps(head).encode() + b"\n" + utterance.pcm)
    pipe.flush()


def refuse(pipe: BinaryIO, why: str) -> None:
    """Write that there is no utterance."""
    pipe.write(json.dumps({"refused": why}).encode() + b"\n")
    pipe.flush()


def answered(pipe: BinaryIO) -> Utterance:
    """Read what `answer` wrote; raises Refusal after `refuse`, EOFError when the pipe ends early."""
    line = pipe.readline()
    if not line.endswith(b"\n"):
        raise EOFError("the speaking process ended before its answer")
    head = json.loads(line)
    if "refused" in head:
        raise Refusal(head["refused"])
    pcm = pipe.read(head["bytes"])
    if len(pcm) != head["bytes"]:
        raise EOFError("the speaking process ended inside its answer")
    events = (Event(Sounding(kind), sample, at, length, sound) for kind, sample, at, length, sound in head["events"])
    return Utterance(head["rate"], pcm, tuple(events))
