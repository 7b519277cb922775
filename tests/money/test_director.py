"""The budget director: what matters moves first, the cap holds, every choice is explained and comes out the same."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.offline.writer.engine import TemplateWriter
from studio.crew import Pitch
from studio.cut.timeline import cut
from studio.money.director import Candidate, direct
from studio.money.estimates import Ask
from studio.money.quote import Quote, Quoter, QuoteSheet
from studio.story.breakdown import Breakdown, Emotion, Entrance, Figure, Framing, Shot, Staging
from studio.story.breaking import break_down
from studio.takes.roster import Roster
from tests.money.rows import DATA, ESTIMATES, NOON, PRICES

TWO_DOLLARS = 2_000_000
ROSTER = {card.name: card for card in Roster.load(DATA / "crew.toml").engine}
QUOTER = Quoter(PRICES, ESTIMATES)


def shot(ident: str, scene: str = "1", price: int = 10, **staged: object) -> Candidate:
    staging = Staging.model_validate(staged)
    return Candidate(shot=Shot(id=ident, number=ident, staging=staging), scene=scene, quote=Quote(ceiling=price))


@cache
def ten_minutes() -> Breakdown:
    """A screenplay of ten minutes, broken down."""
    return break_down(TemplateWriter().write(Pitch(text="A lighthouse keeper finds a door in the sea.", seconds=600)))


def candidates(engine: str) -> list[Candidate]:
    found, timeline = ten_minutes(), cut(ten_minutes(), {}, 24)
    return [
        Candidate(
            shot=one,
            scene=scene.id,
            quote=QUOTER.quote(
                ROSTER[engine],
                Ask(kind="clip", ms=timeline.entry(one.id).frames * 1000 // 24, width=1280, height=720),
                at=NOON,
            ),
        )
        for scene in found.scenes
        for one in scene.shots
    ]


def the_rest(voice: str, painter: str) -> int:
    """The ceiling of all that is not motion: every line spoken, every look, place and board painted."""
    found = ten_minutes()
    spoken = [Ask(kind="speech", letters=len(line.text)) for line in found.lines]
    painted = [Ask(kind="board", width=1280, height=720)] * (len(found.shots) + len(found.cast) + len(found.scenes))
    rows = [QUOTER.row(ROSTER[voice], ask, "speech", at=NOON) for ask in spoken]
    rows += [QUOTER.row(ROSTER[painter], ask, "board", at=NOON) for ask in painted]
    return QuoteSheet(rows=tuple(rows)).total.ceiling


def test_an_episode_of_ten_minutes_fits_two_dollars() -> None:
    found = ten_minutes()
    assert cut(found, {}, 24).frames / 24 >= 600
    assert len(found.shots) >= 150
    rest = the_rest("eleven-multilingual-v2", "keyframe-klein-4b")
    asked = candidates("svd-xt")
    assert rest + sum(one.quote.ceiling for one in asked) > TWO_DOLLARS  # all of it in motion does not fit
    made = direct(asked, TWO_DOLLARS - rest)
    assert rest + made.micros <= TWO_DOLLARS
    assert len(made.moving) >= 30
    assert {found.shots[0].id, found.shots[-1].id} <= set(made.moving)
    moved = [choice.points for choice in made.choices if choice.moves]
    still = [choice.points for choice in made.choices if not choice.moves]
    assert sum(moved) / len(moved) > 2 * sum(still) / len(still)


def test_dear_motion_is_kept_for_what_matters_most() -> None:
    rest = the_rest("eleven-flash-v2-5", "keyframe-klein-4b")
    asked = candidates("kling-v4")
    made = direct(asked, TWO_DOLLARS - rest)
    assert rest + made.micros <= TWO_DOLLARS
    assert made.moving[0] == asked[0].shot.id
    moved = min(choice.points for choice in made.choices if choice.moves)
    left = TWO_DOLLARS - rest - made.micros
    prices = {one.shot.id: one.quote.ceiling for one in asked}
    # Whoever matters more than one that moves stands still only because it costs more than there was for it.
    waiting = [one for one in made.choices if not one.moves and one.points > moved]
    assert all(prices[one.shot] > left for one in waiting)


def test_action_faces_and_the_ends_of_the_film_move_first() -> None:
    feeling = Figure(character="a", emotion=Emotion.FEAR)
    film = [
        shot("first"),
        shot("talk", figures=[Figure(character="a")]),
        shot("chase", action="They run for the door."),
        shot("face", framing=Framing.CLOSE, figures=[feeling]),
        shot("far", framing=Framing.WIDE, figures=[feeling]),
        shot("walk", figures=[Figure(character="a", entrance=Entrance.ENTERS)]),
        shot("last"),
    ]
    order = [set(direct(film, 10 * number).moving) for number in range(len(film) + 1)]
    came = [(after - before).pop() for before, after in pairwise(order)]
    assert came == ["first", "last", "chase", "face", "walk", "far", "talk"]


def test_every_choice_says_why() -> None:
    angry = Figure(character="a", emotion=Emotion.ANGER)
    film = [shot("1"), shot("2", framing=Framing.CLOSE, figures=[angry]), shot("3", price=0), shot("4", price=50)]
    assert [choice.why for choice in direct(film, 15).choices] == [
        "Moves for $0.00001: the film's first shot.",
        "A camera move over its board, a close-up of anger: it would cost $0.00001 and $0.000005 was left.",
        "Moves for nothing: nothing in it has to move.",
        "A camera move over its board, the film's last shot: it would cost $0.00005 and $0.000005 was left.",
    ]
    assert direct(film, 0).choices[0].why.endswith("there is no money for motion.")


def test_motion_is_spread_over_the_scenes() -> None:
    film = [shot(f"{scene}{number}", scene=scene, action="They fight.") for scene in "ab" for number in range(4)]
    moving = direct(film, 40).moving
    assert sum(one.startswith("b") for one in moving) == 2


def test_what_is_played_counts_where_the_words_ask_for_it() -> None:
    plain = Staging(framing=Framing.CLOSE, figures=(Figure(character="a"),))
    played = plain.model_copy(update={"figures": (Figure(character="a", emotion=Emotion.SORROW),)})
    film = [shot("1"), shot("2"), shot("4")]
    film[1] = Candidate(shot=Shot(id="2", number="2", staging=plain, played=played), scene="1", quote=Quote(ceiling=1))
    assert "a close-up of sorrow" in direct(film, 100).choices[1].why


@given(
    st.lists(st.tuples(st.integers(0, 300), st.sampled_from("abc"), st.booleans()), max_size=30), st.integers(-5, 900)
)
def test_the_cap_always_holds_and_the_choice_is_the_same_again(film: list[tuple[int, str, bool]], cap: int) -> None:
    asked = [
        shot(str(at), scene, price, action="They run." if runs else "") for at, (price, scene, runs) in enumerate(film)
    ]
    made = direct(asked, cap)
    assert made == direct(asked, cap)
    assert made.micros <= max(cap, 0)
    assert [choice.shot for choice in made.choices] == [one.shot.id for one in asked]
    cheapest = min(
        (one.quote.ceiling for one, got in zip(asked, made.choices, strict=True) if not got.moves), default=None
    )
    assert cheapest is None or cheapest > max(cap, 0) - made.micros


def test_a_film_without_shots_is_directed_too() -> None:
    assert direct([], 5).choices == ()
