"""Proposes a shorter script by leaving exchanges out, or a longer one by exchanges from stock."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from services.offline.writer.answers import proposed, said, where, words
from services.offline.writer.speeches import speeches
from services.offline.writer.stage import Said
from services.offline.writer.stock import Stock, ours
from services.offline.writer.wishes import Wish
from studio.story.breakdown import Breakdown
from studio.story.proposal import Proposal
from studio.story.screenplay import Screenplay
from studio.story.shortening import Beat, beats, length, shorten
from studio.story.stretches import chosen, replaced

_NEAR = 0.08  # of the length asked for, by which whole exchanges may miss it
_LEAST, _MOST = 0.05, 3.0


def shorter(screenplay: Screenplay, breakdown: Breakdown, wish: Wish) -> Proposal:
    """Leave out whole exchanges until so much is gone."""
    before = length(screenplay, wish.scenes)
    share = wish.seconds / max(1.0, before) if wish.seconds else 1 - wish.share
    place = where(breakdown, wish.scenes)
    if share >= 1:
        return said("same", where=place)
    changed = shorten(screenplay, max(0.0, share), wish.scenes)
    after = length(changed, wish.scenes)
    if changed == screenplay:
        return said("tight", where=place)
    name = "shorten" if after <= before * (share + _NEAR) else "shorten_most"
    sentence = words(name, where=place, before=round(before), after=round(after))
    return proposed(changed, sentence, f"{place}: shorter")


def longer(screenplay: Screenplay, breakdown: Breakdown, wish: Wish) -> Proposal:
    """Put exchanges from stock into scenes of the template writer's own scripts."""
    place = where(breakdown, wish.scenes)
    if not ours(screenplay):
        return said("own_words")
    before = length(screenplay, wish.scenes)
    wanted = wish.seconds or before * (1 + max(_LEAST, wish.share))
    if wanted <= before:
        return said("same", where=place)
    changed = _filled(screenplay, breakdown, wish.scenes, min(wanted, before * _MOST))
    if changed == screenplay:
        return said("spent")
    sentence = words("lengthen", where=place, before=round(before), after=round(length(changed, wish.scenes)))
    return proposed(changed, sentence, f"{place}: longer")


def _filled(screenplay: Screenplay, breakdown: Breakdown, scenes: Collection[int], wanted: float) -> Screenplay:
    """The script with exchanges put in, scene by scene in turn, until it is as long as wanted."""
    stock = Stock(screenplay, breakdown, f"{breakdown.title}|{sorted(scenes)}|{round(wanted)}")
    open_scenes = [one.number for one in chosen(screenplay, scenes)]
    changed = screenplay
    while open_scenes and length(changed, scenes) < wanted * (1 - _NEAR):
        for number in tuple(open_scenes):
            if length(changed, scenes) >= wanted * (1 - _NEAR):
                break
            lines = stock.exchange(breakdown.scenes[number - 1])
            if lines:
                changed = put_in(changed, number, lines)
            else:
                open_scenes.remove(number)
    return changed


def put_in(screenplay: Screenplay, number: int, lines: Sequence[Said]) -> Screenplay:
    """The script with an exchange late in a scene, where it parts no question from its answer."""
    (stretch,) = chosen(screenplay, (number,))
    known = beats(screenplay, stretch)
    at = _gap(known, lines[0].cue, lines[-1].cue)
    start = known[at].start if known else stretch.end
    return replaced(screenplay, start, start, speeches(list(lines)))


def _gap(known: Sequence[Beat], first: str, last: str) -> int:
    """Before which beat an exchange fits best: late, after no question, and nobody speaks twice running."""
    gaps = range(1, max(2, len(known)))

    def fit(at: int) -> tuple[bool, int, int]:
        before, after = known[at - 1], known[min(at, len(known) - 1)]
        running = (before.speaker == first) + (after.speaker == last)
        return before.text.rstrip().endswith("?"), running, -at

    return min(gaps, key=fit) if len(known) > 1 else 0
