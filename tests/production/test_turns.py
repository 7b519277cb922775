"""Turns: the newest run comes first, and within one the clips come last, the longest of them first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from studio.people.account import OWNER
from studio.production.film import Choices, Film
from studio.production.run import Run
from studio.production.turns import ranks, turn
from studio.story.breakdown import Breakdown, Framing, Line, Move, Scene, Shot, Staging
from studio.story.cast import Character
from studio.story.places import Place, Setting

BEGUN = datetime(2026, 11, 21, 10, tzinfo=UTC)


def film(*words: int) -> Film:
    """A film of a shot for each number of words said in it."""
    said = (Line(id=f"l{n}", character="mara", text="lantern " * count) for n, count in enumerate(words))
    seen = Staging(framing=Framing.MEDIUM, move=Move.DRIFT)
    shots = tuple(Shot(id=f"s{n}", number=str(n), staging=seen, lines=(line,)) for n, line in enumerate(said))
    scene = Scene(id="s", number="1", heading="X", setting=Setting(place=Place(id="p", name="P")), shots=shots)
    told = Breakdown(title="T", cast=(Character(id="mara", name="MARA"),), scenes=(scene,))
    return Film(told, Choices(), "T", "", 0)


def run(created: datetime) -> Run:
    return Run(account=OWNER, episode="e", target="t", order={}, version="1", created=created)


def test_the_longest_clip_comes_up_first_and_the_shortest_last() -> None:
    made = film(10, 40, 5, 20)
    order = sorted(ranks(made), key=ranks(made).__getitem__)
    assert [clip.partition("@")[0] for clip in order] == ["clip:s1", "clip:s3", "clip:s0", "clip:s2"]


def test_whatever_is_no_clip_comes_before_every_clip() -> None:
    assert min(ranks(film(10, 40)).values()) > 0
    assert ranks(film()) == {}


def test_all_of_what_is_asked_for_a_second_later_comes_first() -> None:
    made = film(*range(1, 40))
    later = run(BEGUN + timedelta(seconds=1))
    assert turn(later) + max(ranks(made).values()) < turn(run(BEGUN))


def test_the_queues_numbers_last_for_years() -> None:
    assert 0 < turn(run(datetime(2034, 6, 1, tzinfo=UTC))) < turn(run(datetime(2026, 1, 1, tzinfo=UTC))) < 2**31
