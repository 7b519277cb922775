"""Builders of briefs for the tests of the theatre."""

from __future__ import annotations

from studio.story.breakdown import Figure, Framing, Move, Staging
from studio.story.cast import DNA
from studio.story.places import Kit, Mood, Place, Setting, Time
from studio.takes.briefs import BoardBrief, ClipBrief, Mouth, Speaking, Viseme
from studio.takes.frame import Aspect, Frame, Quality, frame

HARBOUR = Setting(
    place=Place(id="harbour", name="Harbour", interior=False, kit=Kit.HARBOUR), time=Time.DUSK, mood=Mood.DUSK
)
CAST = {
    "ann": DNA(),
    "ben": DNA(height=1.06, cloth="#4a6a8a"),
    "cat": DNA(height=0.7, cloth="#b3462e"),
}
SMALL = Frame(width=320, height=180, fps=24)


def figures(*names: str, **rest: object) -> tuple[Figure, ...]:
    """Figures of these characters, all alike."""
    return tuple(Figure.model_validate({"character": name, **rest}) for name in names)


def board(
    framing: Framing,
    shown: tuple[Figure, ...],
    *,
    size: Frame | Aspect = Aspect.WIDE,
    move: Move = Move.HOLD,
    focus: str = "",
) -> BoardBrief:
    """A board's brief in the harbour, with everybody it shows and ann and ben in its cast."""
    names = {"ann", "ben"} | {one.character for one in shown}
    return BoardBrief(
        staging=Staging(
            framing=framing, move=move, figures=shown, focus=focus or (shown[0].character if shown else "")
        ),
        setting=HARBOUR,
        cast={name: CAST[name] for name in sorted(names)},
        frame=frame(size, Quality.LOW) if isinstance(size, Aspect) else size,
    )


def talk(character: str, start: int, *mouths: Mouth, every: float = 0.1) -> Speaking:
    """A speech of these mouths, one every tenth of a second, ending at rest."""
    way = [Viseme(at=round(index * every, 3), mouth=mouth) for index, mouth in enumerate((*mouths, Mouth.REST))]
    return Speaking(character=character, start=start, visemes=tuple(way))


def clip(brief: BoardBrief, frames: int = 48, *speaking: Speaking) -> ClipBrief:
    """A clip of a board."""
    return ClipBrief(board=brief, frames=frames, speaking=speaking)
