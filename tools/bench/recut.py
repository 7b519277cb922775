"""Recuts a long film in a process of its own: the changed shot is conformed, the mix and the master made anew.

`python -m tools.bench.recut ORDER.json` does what a worker does for those three takes: inputs are opened in the
vault, which checks their bytes, the editor is asked, and what it made is put into the vault.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from services.media.editor import CutEditor
from studio.crew import Order, Product
from studio.story.noun import Noun
from studio.takes.briefs import Cue, MasterBrief, MixBrief, ShotBrief
from studio.takes.frame import Aspect, Frame, Quality, frame
from studio.takes.opening import opened
from studio.takes.recipe import Recipe, TakeKind
from studio.takes.vault import FolderVault


class Recut(Noun):
    """What to recut: contents in the vault by shot, lines and music with their first samples, and a changed clip."""

    home: Path
    shot_frames: int
    shots: tuple[str, ...]
    speech: tuple[tuple[str, int], ...]
    music: tuple[tuple[str, int, int], ...]
    changed: int = -1  # which shot, -1 for none
    clip: str = ""  # its new clip

    @property
    def frames(self) -> int:
        """The film's length."""
        return self.shot_frames * len(self.shots)


class _Room:
    """A vault and an editor."""

    def __init__(self, home: Path) -> None:
        self.vault = FolderVault(home / "vault")
        self.editor = CutEditor(home / "cache")
        self.scratch = home / "scratch"
        self.scratch.mkdir(parents=True, exist_ok=True)

    def make(self, kind: TakeKind, brief: Noun, inputs: Mapping[str, str]) -> str:
        """Make one take and give its content."""
        folder = Path(mkdtemp(dir=self.scratch))
        recipe = Recipe(
            kind=kind,
            brief=brief.model_dump(mode="json"),
            inputs=inputs,
            engine=self.editor.name,
            engine_version=self.editor.version,
        )
        asked = Order(recipe, opened(self.vault, inputs), folder)
        how = {TakeKind.SHOT: self.editor.conform, TakeKind.MIX: self.editor.mix, TakeKind.MASTER: self.editor.master}
        product: Product = how[kind](asked)
        content = self.vault.put(product.file, move=True)
        shutil.rmtree(folder)
        return content


def recut(asked: Recut) -> str:
    """Recut and give the new master's content."""
    room, size = _Room(asked.home), frame(Aspect.WIDE, Quality.LOW)
    shots = list(asked.shots)
    if asked.clip:
        conformed = ShotBrief(frame=size, frames=asked.shot_frames)
        shots[asked.changed] = room.make(TakeKind.SHOT, conformed, {"clip": asked.clip})
    mix = _mix(room, asked, size)
    roles = {f"shot:{number}": content for number, content in enumerate(shots)}
    brief = MasterBrief(title="An hour", frame=size, shots=tuple(roles), frames=asked.frames)
    return room.make(TakeKind.MASTER, brief, roles | {"mix": mix})


def _mix(room: _Room, asked: Recut, size: Frame) -> str:
    speech = {f"speech:{n}": content for n, (content, _) in enumerate(asked.speech)}
    music = {f"music:{n}": content for n, (content, _, _) in enumerate(asked.music)}
    brief = MixBrief(
        samples=asked.frames * size.samples,
        speech=tuple(Cue(role=role, start=at) for role, (_, at) in zip(speech, asked.speech, strict=True)),
        music=tuple(
            Cue(role=role, start=at, samples=length) for role, (_, at, length) in zip(music, asked.music, strict=True)
        ),
    )
    return room.make(TakeKind.MIX, brief, speech | music)


def main(arguments: list[str]) -> None:
    """Read the order, recut, and say in JSON where the master is."""
    order: dict[str, Any] = json.loads(Path(arguments[0]).read_text("utf-8"))
    print(json.dumps({"master": recut(Recut.model_validate(order))}))


if __name__ == "__main__":
    main(sys.argv[1:])
