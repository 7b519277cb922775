"""Ceilings: what an episode may cost in all; a film, what making all of it once is quoted at the most."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from studio.production.film import Choices, Film, mark
from studio.production.house import House
from studio.production.latest import script_as_it_is
from studio.production.quoting import quotes
from studio.production.run import Run
from studio.production.runs import film
from studio.production.survey import Shelf, survey


def stop_of(house: House, session: Session, account: str, episode: str, orders: Sequence[Choices]) -> int | None:
    """The hard stop in micro-dollars; None without one.

    What lasts longer than the budget says is a film. Its stop is the ceiling of making every take of it once, in each
    frame that is asked for or was rendered before, so that only what is made again and again can reach it.
    """
    stop = house.budget.stop
    if stop is None or (known := script_as_it_is(session, account, episode)) is None:
        return stop
    first = film(known.script, known.title, known.seed, Choices())
    if first.seconds <= house.budget.film:
        return stop
    frames = _frames(session, account, episode) | {mark(one): one for one in orders}
    wholes = [one.model_copy(update={"only": (), "again": {}}) for one in frames.values()]
    films = [film(known.script, known.title, known.seed, one) for one in wholes]
    return max(stop, sum(ceiling(house, session, one) for one in films))


def ceiling(house: House, session: Session, film: Film) -> int:
    """What a film would cost at the most if nothing of it were there."""
    nothing = Shelf({}, {}, lambda *_: None, lambda _: None, lambda _: set())
    return quotes(house, session, film, survey(film, nothing, house.roster).plan, {}).total.ceiling


def _frames(session: Session, account: str, episode: str) -> dict[str, Choices]:
    """How an episode was last rendered in each frame."""
    whole = select(Run.frame, Run.order).where(Run.account == account, Run.episode == episode, Run.part == "")
    return {frame: Choices.model_validate(order) for frame, order in session.exec(whole.order_by(col(Run.created)))}
