"""Looking at the shelf: the survey of a film, made anew only when something it looked at is no longer as it was.

Whatever it looked at is asked again each time, in a question or two: what is circled, the twins it searched for, the
files it checked. So a take made by another process, a circle drawn in another tab or a damaged file is seen at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from studio.production.film import Film
from studio.production.house import House
from studio.production.quoting import priced, quotes
from studio.production.remembering import Remembered
from studio.production.survey import Shelf, Survey, survey
from studio.takes import shelf
from studio.takes.opening import damaged
from studio.takes.roster import Roster
from studio.takes.shelf import Made


@dataclass(frozen=True)
class _Look:
    """A survey with all it followed from."""

    film: Film
    found: Survey
    roster: Roster
    circled: Mapping[str, Made]
    mislaid: Mapping[str, Made]
    twins: Mapping[str, Sequence[Made]]  # by essence
    whole: frozenset[str]  # contents that were
    broken: frozenset[str]  # and that were not


_looks = Remembered[tuple[House, str, str, int], _Look]()  # by account, episode and which film it is


def look(house: House, account: str, episode: str, film: Film) -> Survey:
    """Survey a film against the shelf, for a plan or a production; what it costs is asked each time."""
    with house.db.read() as session:
        return _priced(house, session, _seen(house, session, account, episode, film))


def _seen(house: House, session: Session, account: str, episode: str, film: Film) -> Survey:
    """The survey without prices: the one before, if all it looked at is as it was."""
    circled, mislaid = shelf.circled(session, account, episode), shelf.mislaid(session, account, episode)
    key = house, account, episode, id(film)
    known = _looks.find(key)
    if (
        known
        and known.film is film
        and known.roster is house.roster
        and (known.circled, known.mislaid) == (circled, mislaid)
    ):
        twins = shelf.Twins(session, account)
        twins.expect(known.twins)
        if twins.read == known.twins and damaged(house.vault, known.whole | known.broken) == known.broken:
            return known.found
    twins, whole, broken = shelf.Twins(session, account), set[str](), set[str]()

    def checked(contents: Collection[str]) -> set[str]:
        broken.update(damaged(house.vault, set(contents) - whole - broken))
        whole.update(set(contents) - broken)
        return broken.intersection(contents)

    found = survey(film, Shelf(circled, mislaid, twins.find, twins.expect, checked), house.roster)
    met = frozenset(whole), frozenset(broken)
    seen = _Look(film, found, house.roster, circled, mislaid, dict(twins.read), *met)
    _looks.keep(key, seen, len(film.breakdown.shots))
    return found


def _priced(house: House, session: Session, found: Survey) -> Survey:
    """The survey with what it would cost at the vendors now: cards have dates, and estimates learn from bills."""
    sheet = quotes(house, session, found.cut.film, found.plan, found.kept)
    return replace(found, plan=priced(found.plan, sheet), sheet=sheet) if sheet.rows else found
