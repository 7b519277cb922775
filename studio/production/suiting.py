"""Suiting a brief to the engine that gets it: what it cannot use decides nothing, so it is left out.

A vendor's animator moves no mouth by phonemes: a reworded line of the same length leaves its clip as it is.
"""

from __future__ import annotations

from functools import singledispatch

from studio.production.briefing import camera_only
from studio.story.noun import Noun
from studio.takes.briefs import ClipBrief, Speaking, SpeechBrief
from studio.takes.roster import EngineCard


@singledispatch
def suited(brief: Noun, card: EngineCard) -> Noun:
    """The brief as this engine takes it."""
    del card
    return brief


@suited.register
def _(brief: ClipBrief, card: EngineCard) -> ClipBrief:
    if card.over_board and not brief.still:
        return brief.model_copy(update={"board": camera_only(brief.board), "speaking": (), "still": True})
    if card.vendor and brief.speaking:
        named = dict.fromkeys(one.character for one in brief.speaking)
        silent = tuple(Speaking(character=one, start=0, visemes=()) for one in named)
        return brief.model_copy(update={"speaking": silent})
    return brief


@suited.register
def _(brief: SpeechBrief, card: EngineCard) -> SpeechBrief:
    voice = brief.casting.also.get(card.vendor, "") if card.vendor else brief.casting.voice
    return brief.model_copy(update={"casting": brief.casting.model_copy(update={"voice": voice, "also": {}})})
