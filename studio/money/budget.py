"""Budgets: what an episode, and an account in a month, may cost at the vendors."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from studio.errors import BudgetReached
from studio.money.amount import dollars
from studio.money.counting import moment
from studio.money.sums import billed, held, month, month_after
from studio.story.noun import Noun


class Budget(Noun):
    """Limits in micro-dollars. `target` only warns; for a film `stop` is its quoted ceiling. None is no limit."""

    target: int | None = None
    stop: int | None = None  # of the episode
    film: int = 900  # seconds; what lasts longer is a film, and no episode
    monthly: int | None = None  # of the account, over all its episodes


class Standing(Noun):
    """Where an episode stands against its budget, in micro-dollars, with what is asked for now."""

    billed: int
    held: int
    asked: int
    budget: Budget
    film: bool = False  # its stop is what making all of it once is quoted at the most

    @property
    def total(self) -> int:
        """What it would have cost if every part held were used up."""
        return self.billed + self.held + self.asked

    @property
    def over_target(self) -> bool:
        """Whether that is above what it should cost."""
        return self.budget.target is not None and self.total > self.budget.target

    @property
    def fits(self) -> bool:
        """Whether that is within what it may cost."""
        return self.budget.stop is None or self.total <= self.budget.stop


def standing(session: Session, account: str, episode: str, asked: int, budget: Budget) -> Standing:
    """Where an episode stands; `asked` must not be held yet.

    A take that is billed and not yet settled counts with both, so it errs on the careful side.
    """
    return Standing(
        billed=billed(session, account, episode), held=held(session, account, episode), asked=asked, budget=budget
    )


def check_budget(session: Session, account: str, episode: str, asked: int, budget: Budget, *, at: datetime) -> Standing:
    """Say where an episode stands; BudgetReached when what is asked does not fit it or the account's month."""
    found = standing(session, account, episode, asked, budget)
    if not found.fits:
        raise _reached("this episode", found.billed, found.held, asked, budget.stop)
    if budget.monthly is not None:
        so_far, aside = billed(session, account, since=month(at)), held(session, account)
        if so_far + aside + asked > budget.monthly:
            raise _reached("this month", so_far, aside, asked, budget.monthly, again=month_after(at))
    return found


def _reached(
    what: str, spent: int, aside: int, asked: int, limit: int | None, *, again: datetime | None = None
) -> BudgetReached:
    told = f"{dollars(spent)} are spent, {dollars(aside)} are held and {dollars(asked)} are asked for"
    when = f"; there is more from {moment(again)}" if again else ""
    return BudgetReached(f"{what} may cost {dollars(limit or 0)}: {told}{when}", cause=again)
