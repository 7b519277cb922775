"""Needing: what a film's takes may cost at the most, apart from its motion and shot by shot. Makes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studio.money.affording import Need
from studio.money.director import Candidate, Direction, direct
from studio.production.film import Film
from studio.production.house import House
from studio.production.looking import look
from studio.production.quoting import clip_quotes
from studio.takes.recipe import TakeKind


@dataclass(frozen=True)
class Needing:
    """The ceilings of a film in micro-dollars: of all that does not move, and of the motion of each shot."""

    still: int
    candidates: Sequence[Candidate]

    def directed(self, cap: int) -> Direction:
        """Which shots move so that the whole film stays within a cap."""
        return direct(self.candidates, cap - self.still)

    def need(self, share: tuple[int, int] = (1, 1)) -> Need:
        """The same as numbers, of such a share of the film."""
        part, whole = share
        motion = tuple(one.quote.ceiling for one in self.candidates)
        shots = -(-len(motion) * part // whole)
        return Need(still=-(-self.still * part // whole), motion=motion[:shots])


def needing(house: House, account: str, episode: str, film: Film, animator: str) -> Needing:
    """What is still to be made of a film may cost, where an animator moves every shot."""
    found = look(house, account, episode, film)
    with house.db.read() as session:
        prices = clip_quotes(house, session, film, house.roster.named(animator), found.kept)
    scenes = {shot.id: scene.number for scene in film.breakdown.scenes for shot in scene.shots}
    return Needing(
        still=sum(row.quote.ceiling for row in found.sheet.rows if row.kind != TakeKind.CLIP),
        candidates=[Candidate(shot=one, scene=scenes[one.id], quote=prices[one.id]) for one in film.breakdown.shots],
    )
