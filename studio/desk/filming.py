"""Filming for credits: what a film costs, how much of it may move for that, and its order.

What the vendors take is told to nobody here: a customer sees prices, shots and minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from studio.db import now
from studio.desk.crediting import Crediting
from studio.desk.moving import Moving
from studio.desk.rendering import Rendering
from studio.desk.sources import check_episode, find_episode
from studio.errors import BadRequest, Conflict, FilmTooDear, NotSold
from studio.money.affording import Instead, Need, Way, afford, instead, typical
from studio.money.director import Direction
from studio.money.films import MINUTE, FilmPrice
from studio.money.minutes import FilmOrder, MinuteState, minutes
from studio.money.sums import balance
from studio.production.film import Choices, Terms, mark
from studio.production.filmed import pays
from studio.production.needing import Needing, needing
from studio.production.quoting import quoter
from studio.production.script import newest
from studio.production.switching import casting
from studio.story.noun import Noun
from studio.takes.roster import ANIMATOR, Crew


class FilmQuote(Noun):
    """A film for credits: its price, who makes it, and how many of its shots may move for that.

    Money is in micro-dollars. `to_hold` is what beginning it now would hold, `paid` what its finished minutes took.
    """

    price: FilmPrice
    says: str
    engines: dict[str, str]
    moves: int
    shots: int
    asked: int  # shots that are to move
    written: bool = False  # counted on a screenplay; otherwise by what a minute holds as a rule
    sold: bool
    longest: int  # seconds of the longest film that came out whole
    to_hold: int
    paid: int = 0
    left: int = 100  # hundredths of what its price sets aside for its making and for other takes
    missing: tuple[str, ...] = ()  # settings its engines need
    instead: tuple[Instead, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether its price pays for what is asked."""
        return 0 <= self.asked <= self.moves


@dataclass(frozen=True)
class _Film:
    """An episode as a film in a quality: what its takes may cost, and who moves within what its price leaves."""

    price: FilmPrice
    needing: Needing
    direction: Direction
    live: FilmOrder | None
    to_hold: int
    paid: int
    left: int
    moving: int  # shots that do, where that was decided


class Filming(Crediting, Moving, Rendering):
    """Quotes and orders films for credits."""

    def film_quote(
        self,
        quality: str,
        *,
        seconds: int = 0,
        episode: str = "",
        choices: Choices | None = None,
        moving: int | None = None,
    ) -> FilmQuote:
        """What a film of so many seconds, or of an episode's screenplay, costs; `moving` shots are asked to move.

        Without that as many move as the price pays for. NotFound for an episode that is not this account's.
        """
        if episode and self._scripted(episode):
            return self._counted(episode, quality, choices or Choices(), moving)
        price = self._films().quote(seconds or self._length_of(episode), quality)
        able = afford(self._typical(quality, price.seconds), self._cap(price))
        return self._quoted(price, able.moves, able.shots, moving, self._typical, to_hold=price.micros)

    def film_render(
        self, episode: str, quality: str, choices: Choices, *, credits: int, moving: int | None = None
    ) -> str | None:
        """Begin a film for credits at its quote, or join it; its run's id, None where all of it is there.

        `credits` is what the quote said would be held: Conflict where it is another by now. Raises NotSold, FilmTooDear
        with what would fit, and OutOfCredits, CreditsHeld or CreditsOwed; nothing is begun then.
        """
        found = self.film_quote(quality, episode=episode, choices=choices, moving=moving)
        if not found.written:
            raise Conflict("its screenplay is not there yet; write it first, for its minutes are counted on it")
        if found.to_hold:
            if found.to_hold != credits * found.price.credit:
                raise Conflict(f"the quote is {found.to_hold // found.price.credit:,} credits by now; look at it again")
            if not found.sold:
                longest = f"the longest that came out whole is {length(found.longest)}"
                raise NotSold(f"a film of {length(found.price.seconds)}; {longest}")
            if not found.fits:
                raise FilmTooDear(_too_dear(found))
            self._check_free(found.to_hold)
        if found.to_hold == found.price.micros:
            self._cast(episode, quality, choices, found.asked)
        terms = Terms(quality=quality, seconds=found.price.seconds)
        return self._begin(episode, [choices.model_copy(update={"film": terms})])[0]

    def _counted(self, episode: str, quality: str, choices: Choices, moving: int | None) -> FilmQuote:
        """The quote of a screenplay."""
        found = self._as_film(episode, quality, choices)
        known = {quality: found.needing}

        def needs(other: str, seconds: int) -> Need | None:
            if other not in known:
                known[other] = self._as_film(episode, other, choices).needing
            return known[other].need((seconds, found.price.seconds))

        return self._quoted(
            found.price,
            found.moving if found.live else len(found.direction.moving) if found.direction.cap >= 0 else -1,
            len(found.direction.choices),
            None if found.live else moving,
            needs,
            to_hold=found.to_hold,
            paid=found.paid,
            left=found.left,
            written=True,
        )

    def _as_film(self, episode: str, quality: str, choices: Choices) -> _Film:
        """An episode's screenplay as a film in a quality, as far as it is not there."""
        engines = self._films().find(quality).engines
        with self._house.db.read() as session:
            live = pays(session, self._account, episode, mark(choices))
        crew = casting(self._house, Crew(engines=engines))
        own = choices if live else choices.model_copy(update={"crew": crew})
        film = self._film(episode, own)
        price = self._films().quote(-(-film.timeline({}).frames // film.frame.fps), quality)
        if live and (live.seconds >= price.seconds or live.quality != quality):
            price = live.price
        animator = engines[ANIMATOR]
        need = needing(self._house, self._account, episode, film, animator)
        to_hold, paid, cap = self._standing(live, price)
        found = self.crew(episode).shots if live else {}
        rests = sum(not self._house.roster.sold(found.get(shot.id, animator)) for shot in film.breakdown.shots)
        left = max(cap, 0) * 100 // self._cap(price)
        return _Film(price, need, need.directed(cap), live, to_hold, paid, left, len(film.breakdown.shots) - rests)

    def _standing(self, live: FilmOrder | None, price: FilmPrice) -> tuple[int, int, int]:
        """What beginning a film would hold, what it paid, and what vendors may still be paid for it."""
        if live is None:
            return price.micros, 0, self._cap(price)
        with self._house.db.read() as session:
            parts, pot = minutes(session, live.id), balance(session, f"pot:{live.payer}")
        there = {number for number, part in parts.items() if part.state != MinuteState.RELEASED}
        to_hold = sum(price.part(number) for number in range(price.minutes + 1) if number not in there)
        return to_hold, sum(part.paid for part in parts.values()), pot + self._cap(price) * to_hold // price.micros

    def _cast(self, episode: str, quality: str, choices: Choices, moving: int) -> None:
        """Have a film made by its quality's engines; of its shots those move that matter most."""
        free = self._house.roster.over_board()
        if free is None:
            raise BadRequest("no engine here moves over a board", field="crew")
        found = self._as_film(episode, quality, choices).direction.choices
        best = sorted((one for one in found if one.moves), key=lambda one: -one.points)[:moving]
        chosen = {one.shot for one in best}
        shots = {one.shot: "" if one.shot in chosen else free.name for one in found}
        self.engage(episode, self._films().find(quality).engines, shots=shots)

    def _typical(self, quality: str, seconds: int) -> Need:
        films = self._films()
        cards = {role: self._house.roster.named(name) for role, name in films.find(quality).engines.items()}
        with self._house.db.read() as session:
            return typical(films, quoter(self._house, session), cards, seconds, at=now())

    def _cap(self, price: FilmPrice) -> int:
        return self._films().vendors(price, self._house.tiers.payment)

    def _scripted(self, episode: str) -> bool:
        with self._house.db.read() as session:
            check_episode(session, self._account, episode)
            return newest(session, self._account, episode) is not None

    def _length_of(self, episode: str) -> int:
        if not episode:
            raise BadRequest("say how long the film is, or which episode it is of", field="length")
        with self._house.db.read() as session:
            return find_episode(session, self._account, episode).seconds

    def _quoted(
        self,
        price: FilmPrice,
        moves: int,
        shots: int,
        moving: int | None,
        needs: Callable[[str, int], Need | None],
        *,
        to_hold: int,
        paid: int = 0,
        left: int = 100,
        written: bool = False,
    ) -> FilmQuote:
        films, roster = self._films(), self._house.roster
        quality = films.find(price.quality)
        asked = max(moves, 0) if moving is None else min(moving, shots)
        lacks = {name for engine in quality.engines.values() for name in roster.missing(roster.named(engine))}
        fits = asked <= moves
        return FilmQuote(
            price=price,
            says=quality.says,
            engines=quality.engines,
            moves=moves,
            shots=shots,
            asked=asked,
            written=written,
            sold=films.sold(price.seconds),
            longest=films.made.seconds,
            to_hold=to_hold,
            paid=paid,
            left=left,
            missing=tuple(sorted(lacks)),
            instead=() if fits else tuple(instead(films, self._house.tiers.payment, price, asked, needs)),
        )


def length(seconds: int) -> str:
    """A length as a person reads it: 45 seconds, 30 minutes, 3:11 minutes."""
    whole, rest = divmod(seconds, MINUTE)
    if not whole:
        return f"{rest} second{'' if rest == 1 else 's'}"
    number = f"{whole}:{rest:02d}" if rest else f"{whole}"
    return f"{number} minute{'' if seconds == MINUTE else 's'}"


def told_instead(one: Instead, credit: int) -> str:
    """Something that would fit, in words with its numbers."""
    price = f"{one.micros // credit:,} credits"
    moves = f"{one.moves} of {one.shots} shots in motion"
    said: Mapping[Way, str] = {
        Way.MOVES: f"{moves}, for the same {price}",
        Way.QUALITY: f"{one.quality} quality with {moves}, for {price}",
        Way.SHORTER: f"{length(one.seconds)} of film with {moves}, for {price}",
    }
    return said[one.way]


def _too_dear(found: FilmQuote) -> str:
    asked = f"{found.asked} of {found.shots} shots in motion are more than {found.price.credits:,} credits pay for"
    fits = "; or ".join(told_instead(one, found.price.credit) for one in found.instead)
    return f"{asked}. What fits: {fits}" if fits else asked
