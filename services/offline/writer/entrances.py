"""Brings people on: whoever speaks or acts for the first time is introduced, whoever comes back into a story enters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from services.offline.writer import shelf
from services.offline.writer.casting import Player
from services.offline.writer.part import Draft, Part
from services.offline.writer.stage import Said, Stage

CURT = 2.0  # from this need of short passages on, people just enter
CURTEST = 2.2  # and from this one on, nobody says what they look like


def bring_on(draft: Draft, cast: Sequence[Player], stages: Sequence[Stage]) -> None:
    """Put an introduction or an entrance before the first part each player has in a scene."""
    met: set[str] = set()
    for scene, stage in zip(draft.scenes, stages, strict=True):
        here: set[str] = set()
        for part in list(scene):
            for player in (one for one in cast if one.cue not in here and shows(part, one)):
                placed = any(not line.cue and names(line.text, player) for line in part.lines[:1])
                line = entrance(player, stage, player.cue in met, alone=not here)
                here.add(player.cue)
                if player.cue in met and (placed or not here - {player.cue}):
                    continue
                at = scene.index(part)
                scene.insert(at, Part([line]))
                met.add(player.cue)


def pause(draft: Draft, cast: Sequence[Player], stages: Sequence[Stage]) -> None:
    """Put a moment between two parts where one ends and the other begins with the same speaker."""
    by_cue = {player.cue: player for player in cast}
    for scene, stage in zip(draft.scenes, stages, strict=True):
        full = [part for part in scene if part.lines]
        for before, after in pairwise(full):
            cue = before.lines[-1].cue
            if cue and cue == after.lines[0].cue:
                found = stage.bound({"X": by_cue[cue]}, {}, {}).pick(shelf.bank("settings.toml", "pauses"))
                scene.insert(scene.index(after), Part(found))


def shows(part: Part, player: Player) -> bool:
    """Whether somebody speaks or is named in an action of a part."""
    return any(line.cue == player.cue or (not line.cue and names(line.text, player)) for line in part.lines)


def names(text: str, player: Player) -> bool:
    """Whether a text names a player."""
    return bool(re.search(rf"(?<!\w){re.escape(player.short)}(?!\w)", text))


def entrance(player: Player, stage: Stage, met: bool, alone: bool) -> Said:
    """The line that brings a player on: found at something when alone, coming in when not."""
    bank = "business" if alone and not met else "entrances"
    seen = stage.bound({"X": player}, {}, {"manner": player.manner})
    found = seen.pick(shelf.bank("settings.toml", bank)) or seen.pick(shelf.bank("settings.toml", bank), spare=True)
    act = found[0].text if found and stage.brief < CURT else "Enters."
    who = player.short if met else player.named if stage.brief > CURTEST else player.intro
    return Said(text=f"{who} {act[:1].lower()}{act[1:]}")
