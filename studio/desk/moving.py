"""Moving: the budget director's choice beside what is chosen now, shot by shot, and what is left for motion."""

from __future__ import annotations

from collections.abc import Sequence

from studio.desk.crewing import Crewing
from studio.errors import BadRequest
from studio.money.budget import standing
from studio.money.director import Direction
from studio.money.quote import Total
from studio.production.film import Choices
from studio.production.looking import look
from studio.production.quoting import clip_quotes
from studio.story.noun import Noun
from studio.takes.roster import ANIMATOR


class ShotMotion(Noun):
    """A shot: what its motion costs at the most, whether it moves now, whether the director would, and why."""

    shot: str
    number: str
    micros: int
    moves: bool
    advised: bool
    why: str


class MotionView(Noun):
    """Every shot in the order of the film, and the direction they are held against."""

    direction: Direction
    engine: str
    shots: tuple[ShotMotion, ...]

    @property
    def followed(self) -> bool:
        """Whether the shots move as the director would have them."""
        return all(one.moves == one.advised for one in self.shots)


class Moving(Crewing):
    """Chooses motion."""

    def motion(self, episode: str, choices: Choices, cap: int) -> MotionView:
        """What the director chooses within a cap in micro-dollars, beside what is chosen; BadRequest if all is free."""
        film, card, crew = self._film(episode, choices), self._sold_animator(episode), self.crew(episode)
        kept = look(self._house, self._account, episode, film).kept
        with self._house.db.read() as session:
            prices = clip_quotes(self._house, session, film, card, kept)
        found = self.direct(episode, choices, cap)
        numbers = {shot.id: shot.number for shot in film.breakdown.shots}
        sold = self._house.roster.sold
        shots = tuple(
            ShotMotion(
                shot=one.shot,
                number=numbers[one.shot],
                micros=prices[one.shot].ceiling,
                moves=sold(crew.shots.get(one.shot, card.name)),
                advised=one.moves,
                why=one.why,
            )
            for one in found.choices
        )
        return MotionView(direction=found, engine=card.name, shots=shots)

    def move(self, episode: str, shot: str, *, paid: bool) -> None:
        """Have one shot moved by the episode's animator, or by a free move over its board."""
        free = self._house.roster.over_board()
        if free is None:
            raise BadRequest("no engine here moves over a board", field="crew")
        self.engage(episode, {}, shots={shot: "" if paid else free.name})

    def spare(self, episode: str, engines: Sequence[Total]) -> int:
        """What is left for motion below the target beside what other engines would take, in micro-dollars."""
        movers = {card.name for card in self._house.roster.engine if card.role == ANIMATOR}
        asked = sum(one.quote.ceiling for one in engines if one.engine not in movers)
        with self._house.db.read() as session:
            found = standing(session, self._account, episode, asked, self._house.budget)
        return max(0, (found.budget.target or 0) - found.total)
