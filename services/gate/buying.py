"""Buying a trial's clips: each is quoted, held, settled and booked like any other take, and never bought twice."""

from __future__ import annotations

from studio.crew import Order, Product
from studio.desk.sources import trial_episode
from studio.money.quote import Quote
from studio.money.sums import billed
from studio.people.account import OWNER
from studio.production.house import House
from studio.production.proposing import bought
from studio.production.quoting import asked, row_of
from studio.takes.recipe import Recipe
from studio.takes.roster import EngineCard
from studio.takes.shelf import Made


class Buying:
    """Has a trial's clips made at a vendor, for an episode that the trial is, so that the books name it.

    A trial of the same number goes on where one that ended early stood.
    """

    def __init__(self, house: House, card: EngineCard, number: int) -> None:
        self._house, self._card = house, card
        with house.db.write() as session:
            self._episode = trial_episode(session, OWNER, card.name, number)

    def quote(self, recipe: Recipe) -> Quote:
        """What one clip will cost."""
        with self._house.db.read() as session:
            return row_of(self._house, session, self._card, recipe, "clip").quote

    def shoot(self, order: Order) -> Product:
        """One clip; raises what the vendor's line does, and BudgetReached."""
        board = Made(order.recipe.inputs["board"], essence="", content=self._house.vault.put(order.inputs["board"]))
        priced = self._card, asked(order.recipe)
        file = order.folder / "clip.mp4"
        file.write_bytes(bought(self._house, self._episode, order.recipe, priced, filled={"board": board}))
        return Product(file)

    def cost(self, recipe: Recipe) -> int:
        """What the vendor billed for a clip, in micro-dollars, also for one of no use."""
        with self._house.db.read() as session:
            return billed(session, OWNER, self._episode.id, take=recipe.fingerprint)
