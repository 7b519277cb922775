"""Keeps the pitch's own thing in sight: shown in the scene of the turn and in others, where a draft forgot it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.offline.writer import shelf
from services.offline.writer.part import Draft, Part
from services.offline.writer.plot import SceneCard
from services.offline.writer.stage import Stage

FILE = "sight.toml"
LEAST, MOST = 2, 3  # scenes in which a thing is shown, in a short story and in a long one
MANY = 4  # scenes, from which on a story is long


def keep_in_sight(draft: Draft, cards: Sequence[SceneCard], stages: Sequence[Stage], head: str, *, gone: bool) -> None:
    """Show a thing by its head noun in the scene of the turn, in all in two scenes or three; `gone`: by its absence."""
    turns = [spot for spot, card in enumerate(cards) if "turn" in card.beats and not card.plot]
    for spot in turns:
        if not shown(draft.scenes[spot], head):
            show(draft.scenes[spot], stages[spot], "turning_gone" if gone else "turning", before_turn=True)
    wanted = MOST if len(cards) >= MANY else LEAST
    rest = [spot for spot, card in enumerate(cards) if spot not in turns and not card.plot]
    for spot in sorted(rest, key=lambda at: (at != 0, at)):
        count = sum(shown(draft.scenes[at], head) for at, card in enumerate(cards) if not card.plot)
        if count >= wanted:
            return
        if not shown(draft.scenes[spot], head):
            show(draft.scenes[spot], stages[spot], "gone" if gone else "seen")


def shown(scene: Sequence[Part], head: str) -> bool:
    """Whether an action that stays names the thing."""
    kept = (line for part in scene if part.must for line in part.lines if not line.cue and not line.group)
    return any(names(line.text, head) for line in kept)


def names(text: str, head: str) -> bool:
    """Whether a text names a thing."""
    return bool(re.search(rf"(?i)(?<!\w){re.escape(head)}(?!\w)", text))


def show(scene: list[Part], stage: Stage, bank: str, *, before_turn: bool = False) -> None:
    """Put one action with the thing after a scene's openers, or right before its turn.

    It takes the place of an opener that may go: nobody's time to speak is shorter for it.
    """
    pool = shelf.bank(FILE, bank)
    lines = stage.pick(pool) or stage.pick(pool, spare=True)
    spare = [at for at, part in enumerate(scene) if part.opener and not part.must]
    if spare:
        del scene[spare[-1]]
    openers = sum(part.opener for part in scene)
    turn = next((at for at, part in enumerate(scene) if part.beat == "turn"), openers)
    scene.insert(turn if before_turn else openers, Part(lines))
