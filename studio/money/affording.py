"""Affording a film: how many of its shots may move for its price, and what would fit where what is asked does not.

It works with ceilings in micro-dollars, which nobody outside the house is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from studio.money.estimates import Ask
from studio.money.films import MINUTE, FilmPrice, Films
from studio.money.quote import Priced, Quoter
from studio.money.tiers import Payment
from studio.story.noun import Noun

_BOARD = (1280, 720)
_LOOSE = 150  # hundredths: how much longer a clip may turn out while nobody has spoken


class Need(Noun):
    """What a film may cost at the most: all that is no motion, and the motion of each shot, those first that matter."""

    still: int
    motion: tuple[int, ...]


class Way(StrEnum):
    MOVES = "moves"  # fewer shots in motion
    QUALITY = "quality"  # another quality
    SHORTER = "shorter"  # a shorter film


class Instead(Noun):
    """Something that would fit: so many shots in motion of a film of so many seconds in a quality, and its price."""

    way: Way
    quality: str
    seconds: int
    moves: int
    shots: int
    micros: int


class Afforded(Noun):
    """How many shots of a film may move for its price; below zero where not even its boards and voices fit."""

    moves: int
    shots: int


def afford(need: Need, cap: int) -> Afforded:
    """How many of a film's shots may move so that all of it stays within what vendors may be paid."""
    left, moves = cap - need.still, 0
    if left < 0:
        return Afforded(moves=-1, shots=len(need.motion))
    for micros in need.motion:
        if micros <= left:
            left, moves = left - micros, moves + 1
    return Afforded(moves=moves, shots=len(need.motion))


def typical(films: Films, quoter: Quoter, cast: Mapping[str, Priced], seconds: int, *, at: datetime) -> Need:
    """What a film of so many seconds may cost before there is a script, by a minute as they are and its engines."""
    minute, (width, height) = films.minute, _BOARD

    def most(role: str, ask: Ask) -> int:
        return quoter.quote(cast[role], ask, at=at).ceiling if role in cast else 0

    picture = {"width": width, "height": height}
    each = minute.shots * most("painter", Ask(kind="board", **picture))
    each += minute.lines * most("voice", Ask(kind="speech", letters=-(-minute.letters // minute.lines)))
    once = minute.people * most("painter", Ask(kind="look", **picture))
    once += minute.places * most("painter", Ask(kind="plate", **picture))
    slack = minute.shot_ms * (_LOOSE - 100) // 100
    clip = most("animator", Ask(kind="clip", ms=minute.shot_ms, slack=slack, **picture))
    shots = -(-minute.shots * seconds // MINUTE)
    return Need(still=once + -(-each * seconds // MINUTE), motion=(clip,) * shots)


def instead(
    films: Films,
    payment: Payment,
    price: FilmPrice,
    asked: int,
    needs: Callable[[str, int], Need | None],
) -> Sequence[Instead]:
    """What would fit where so many shots are to move: fewer of them, another quality, or a shorter film.

    `needs` says what a film of a quality and so many seconds may cost; None where its engines are not to be had.
    """
    found = []
    for quality in films.quality:
        need = needs(quality.name, price.seconds)
        if need is None:
            continue
        other = films.quote(price.seconds, quality.name)
        able = afford(need, films.vendors(other, payment))
        same = quality.name == price.quality
        if able.moves >= (0 if same else min(asked, able.shots)):
            way = Way.MOVES if same else Way.QUALITY
            found.append(_told(way, other, able.moves if same else min(asked, able.moves), able.shots))
    if shorter := _shorter(films, payment, price, asked, needs):
        found.append(shorter)
    return found


def _shorter(
    films: Films, payment: Payment, price: FilmPrice, asked: int, needs: Callable[[str, int], Need | None]
) -> Instead | None:
    """The longest film of the same quality, in whole half minutes, of which the same share of shots may move."""
    whole = needs(price.quality, price.seconds)
    share = Fraction(asked, len(whole.motion)) if whole and whole.motion else Fraction(0)
    for halves in range(2 * price.seconds // MINUTE, 0, -1):
        seconds = halves * MINUTE // 2
        need = needs(price.quality, seconds) if seconds < price.seconds else None
        if need is None:
            continue
        other = films.quote(seconds, price.quality)
        able, wanted = afford(need, films.vendors(other, payment)), (len(need.motion) * share).__ceil__()
        if able.moves >= wanted:
            return _told(Way.SHORTER, other, wanted, able.shots)
    return None


def _told(way: Way, price: FilmPrice, moves: int, shots: int) -> Instead:
    return Instead(way=way, quality=price.quality, seconds=price.seconds, moves=moves, shots=shots, micros=price.micros)
