"""Films for credits: what one costs, to the cent, and what vendors may be paid for it, from data/films.toml."""

from __future__ import annotations

import tomllib
from fractions import Fraction
from pathlib import Path

from pydantic import NonNegativeInt, PositiveInt

from studio.errors import BadRequest, NotFound
from studio.money.amount import nearest
from studio.money.packs import Pack
from studio.money.tiers import Payment
from studio.story.noun import Noun

MINUTE = 60  # seconds
_HUNDRED, _THOUSAND = 100, 1000


class FilmQuality(Noun):
    """A quality: how many hundredths of the price it takes, and who makes it by role."""

    name: str
    times: PositiveInt
    says: str = ""
    engines: dict[str, str]


class Minute(Noun):
    """What a minute of film holds as a rule; `people` and `places` once a film."""

    shots: PositiveInt
    shot_ms: PositiveInt
    letters: PositiveInt
    lines: PositiveInt
    people: PositiveInt
    places: PositiveInt


class MadeFilm(Noun):
    """The longest film that came out whole, in seconds, and where that is written."""

    seconds: NonNegativeInt
    source: str


class FilmPrice(Noun):
    """What a film of so many seconds costs, in micro-dollars: its storyboard, and what a minute takes, with quality."""

    quality: str
    seconds: PositiveInt
    storyboard: NonNegativeInt
    script: NonNegativeInt  # a minute
    picture: NonNegativeInt  # a minute
    credit: PositiveInt  # micro-dollars

    @property
    def micros(self) -> int:
        """All of it, to the cent."""
        return self.until(Fraction(self.seconds))

    @property
    def credits(self) -> int:
        """All of it in credits."""
        return self.micros // self.credit

    @property
    def minutes(self) -> int:
        """How many minutes are begun."""
        return -(-self.seconds // MINUTE)

    def until(self, seconds: Fraction) -> int:
        """What a film costs that ends after so many seconds, in whole credits; the one place where it is rounded."""
        exact = self.storyboard + (self.script + self.picture) * seconds / MINUTE
        return nearest(exact / self.credit) * self.credit

    def part(self, number: int, length: Fraction | None = None) -> int:
        """What a part takes: 0 is the storyboard, n the n-th minute, of a film of this length; parts sum to it."""
        ends = min(Fraction(self.seconds), length if length is not None else Fraction(self.seconds))
        first, last = (min(Fraction(MINUTE * one), ends) for one in (number - 1, number))
        return self.until(last) - self.until(first) if number else self.until(Fraction(0))


class Films(Noun):
    """Prices, qualities and packs."""

    version: int
    credit_micros: PositiveInt
    storyboard_micros: NonNegativeInt
    script_micros: NonNegativeInt
    picture_micros: NonNegativeInt
    margin: NonNegativeInt
    refund_days: NonNegativeInt
    made: MadeFilm
    minute: Minute
    quality: tuple[FilmQuality, ...]
    pack: tuple[Pack, ...]
    promises: dict[str, str]

    @classmethod
    def load(cls, file: Path) -> Films:
        """Read and check data/films.toml; pydantic's ValidationError names a wrong field."""
        return cls.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))

    def find(self, quality: str) -> FilmQuality:
        """The quality of this name; NotFound otherwise."""
        for one in self.quality:
            if one.name == quality:
                return one
        raise NotFound(f"no quality called {quality}; there are {', '.join(one.name for one in self.quality)}")

    def quote(self, seconds: int, quality: str) -> FilmPrice:
        """What a film costs; BadRequest for no length, NotFound for no such quality."""
        if seconds < 1:
            raise BadRequest(f"{seconds} s is no length of a film", field="length")
        times = self.find(quality).times
        each = (self.storyboard_micros, self.script_micros, self.picture_micros)
        storyboard, script, picture = (micros * times // _HUNDRED for micros in each)
        return FilmPrice(
            quality=quality,
            seconds=seconds,
            storyboard=storyboard,
            script=script,
            picture=picture,
            credit=self.credit_micros,
        )

    def sold(self, seconds: int) -> bool:
        """Whether a film of this length came out whole before; others are quoted only."""
        return seconds <= self.made.seconds

    def vendors(self, price: FilmPrice, payment: Payment) -> int:
        """What vendors may be paid for a film at this price at the most, in micro-dollars, rounded down."""
        return (price.micros * self.share(payment)).__floor__()

    def share(self, payment: Payment) -> Fraction:
        """The share of a price that vendors may be paid, by the pack that leaves the least of it."""
        return min(self._left(pack, payment) for pack in self.pack)

    def _left(self, pack: Pack, payment: Payment) -> Fraction:
        fees = payment.fee_micros + Fraction(pack.micros * payment.fee_share, _THOUSAND)
        left = pack.micros - fees - Fraction(pack.micros * self.margin, _THOUSAND)
        return max(Fraction(0), left / ((pack.credits + pack.bonus) * self.credit_micros))
