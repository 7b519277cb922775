"""Quotes: certain where a price is one, a range where it is an estimate, learnt from what was billed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from studio.db import Database
from studio.errors import RateMissing
from studio.money.booking import book_vendor
from studio.money.entry import Book, Purse, Verb
from studio.money.estimates import Ask
from studio.money.learning import measured
from studio.money.posting import post
from studio.money.quote import Measured, Quote, Quoter, QuoteSheet
from studio.money.usage import Usage
from studio.production.quoting import asked
from studio.story.cast import Casting
from studio.takes.briefs import SpeechBrief
from studio.takes.recipe import Recipe, TakeKind
from studio.takes.roster import EngineCard, Roster
from tests.money.rows import DATA, ESTIMATES, NOON, PRICES, about

ROSTER = {card.name: card for card in Roster.load(DATA / "crew.toml").engine}
QUOTER = Quoter(PRICES, ESTIMATES)
CLIP = Ask(kind="clip", ms=4_000, width=1280, height=720)
CARD = "2026-08-20"  # of svd-xt
SHORT = Ask(kind="clip", ms=3_980, width=1280, height=720)


def quote(engine: str, ask: Ask) -> tuple[int, int, int]:
    found = QUOTER.quote(ROSTER[engine], ask, at=NOON)
    return found.low, found.likely, found.ceiling


@pytest.mark.parametrize(("engine", "ask", "low", "likely", "ceiling"), [
    ("paper-theatre", CLIP, 0, 0, 0),
    ("eleven-multilingual-v2", Ask(kind="speech", letters=120), 9_600, 9_600, 9_600),
    ("eleven-flash-v2-5", Ask(kind="speech", letters=121), 4_840, 4_840, 4_880),  # half a credit may be rounded up
    ("eleven-v3", Ask(kind="speech", letters=100), 4_000, 8_000, 9_920),  # tags have letters too
    ("kling-v4", CLIP, 628_000, 628_000, 634_280),
    ("kling-v4", Ask(kind="clip", ms=4_042), 785_000, 785_000, 792_850),  # whole seconds
    ("kling-v4", Ask(kind="clip", ms=1_000), 471_000, 471_000, 475_710),  # the shortest it makes is 3 s
    ("kling-v4", Ask(kind="clip", ms=4_000, slack=300), 628_000, 628_000, 792_850),  # its lines may take longer
    ("kling-v3", CLIP, 336_000, 336_000, 339_360),
    ("flux-dev", Ask(kind="board", width=1920, height=1080), 25_000, 25_000, 25_000),  # never more than a megapixel
    ("keyframe-klein-4b", Ask(kind="look", width=1280, height=720), 620, 930, 2_790),
    ("svd-xt", SHORT, 13_950, 17_360, 26_040),
    ("svd-xt", Ask(kind="clip", ms=4_001), 27_900, 34_720, 52_080),  # goes on from its last picture
    ("svd-xt", Ask(kind="clip", ms=60_000), 41_850, 52_080, 78_120),  # three times at the most
    ("local-writer", Ask(kind="script", ms=90_000), 0, 0, 0),
])  # fmt: skip
def test_engines_are_quoted(engine: str, ask: Ask, low: int, likely: int, ceiling: int) -> None:
    assert quote(engine, ask) == (low, likely, ceiling)


def test_a_signed_line_is_not_quoted() -> None:
    for manner, letters in (("signing", 0), ("signing the papers", 12)):
        brief = SpeechBrief(text="Twelve signs", manner=manner, language="en", casting=Casting())
        recipe = Recipe(
            kind=TakeKind.SPEECH, brief=brief.model_dump(mode="json"), engine="eleven-v3", engine_version="1"
        )
        assert asked(recipe).letters == letters


def test_every_engine_can_be_quoted_for_everything_it_makes() -> None:
    for card in ROSTER.values():
        for kind in card.makes:
            found = QUOTER.quote(card, Ask(kind=kind, letters=200, ms=4_000, width=1280, height=720), at=NOON)
            assert bool(found.ceiling) == (bool(card.vendor) and card.vendor not in ("local-writer", "comfyui"))


def test_an_engine_without_a_price_or_a_rule_cannot_be_quoted() -> None:
    unpriced = EngineCard(role="animator", name="svd-xt", version="1", vendor="runpod", model="new")
    unruled = EngineCard(role="animator", name="new", version="1", vendor="runpod", model="svd-xt")
    for card, said in ((unpriced, "no price card for new"), (unruled, "clip of new")):
        with pytest.raises(RateMissing, match=said):
            QUOTER.quote(card, CLIP, at=NOON)


@given(st.sampled_from(sorted(ROSTER)), st.sampled_from(TakeKind), st.integers(0, 5_000), st.integers(0, 60_000))
def test_a_quote_is_in_order_and_grows_with_what_is_asked(engine: str, kind: TakeKind, letters: int, ms: int) -> None:
    if kind not in ROSTER[engine].makes:
        return
    small = Ask(kind=kind, letters=letters, ms=ms, width=640, height=360)
    large = Ask(kind=kind, letters=letters + 100, ms=ms + 1_000, width=1920, height=1080)
    low, likely, ceiling = quote(engine, small)
    assert 0 <= low <= likely <= ceiling
    assert all(one <= other for one, other in zip((low, likely, ceiling), quote(engine, large), strict=True))


def test_a_sheet_adds_up_by_engine_and_says_what_will_be_held() -> None:
    voice, clips = ROSTER["eleven-v3"], ROSTER["svd-xt"]
    rows = [
        QUOTER.row(voice, Ask(kind="speech", letters=10), "speech:1", "1", at=NOON),
        *(QUOTER.row(clips, SHORT, f"clip:{number}", "1", at=NOON) for number in range(3)),
        QUOTER.row(ROSTER["editor"], Ask(kind="mix"), "mix:film", at=NOON),
    ]
    sheet = QuoteSheet(rows=tuple(rows))
    assert sheet.total == Quote(low=400 + 3 * 13_950, likely=800 + 3 * 17_360, ceiling=800 + 24 * 80 + 3 * 26_040)
    assert [(one.engine, one.takes) for one in sheet.engines] == [("svd-xt", 3), ("eleven-v3", 1), ("editor", 1)]
    assert rows[1].size == "4s 1280x720"
    assert not sheet.total.certain
    assert QuoteSheet().total == Quote()


def bill(
    session: Session, number: int, seconds: int, size: str = CLIP.size, *, take: str = "", made: bool = True
) -> None:
    """A bill for a take, and where it was made what its customer paid for it."""
    usage = Usage(vendor="runpod", model="svd-xt", request=f"job-{number}", quantities={"gpu_ms": seconds * 1_000})
    told = about(kind="clip", engine="svd-xt", size=size, fingerprint=take or f"take-{number}")
    book_vendor(session, usage, told, PRICES, at=NOON)
    if made:
        legs = {Purse.HELD.of(told.account): -1, Purse.SPENT.of(told.account): 1}
        post(session, Book.CUSTOMER, Verb.SETTLE, legs, told, at=NOON)


def test_estimates_learn_the_median_and_what_nine_of_ten_were_billed(ledger: Database) -> None:
    with ledger.write() as session:
        for number in range(10):
            bill(session, number, 40 + number)
        bill(session, 98, 999, "9s 1280x720")
        found = measured(session, ESTIMATES.learning)
    assert found == {
        ("svd-xt", "clip", "4s 1280x720", CARD): Measured(low=40 * 310, median=44 * 310, most=48 * 310, count=10)
    }
    learnt = Quoter(PRICES, ESTIMATES, found).quote(ROSTER["svd-xt"], SHORT, at=NOON)
    assert learnt == Quote(low=12_400, likely=13_640, ceiling=18_600)
    other = Quoter(PRICES, ESTIMATES, found).quote(ROSTER["svd-xt"], Ask(kind="clip", ms=2_000), at=NOON)
    assert other.likely == 17_360
    longer = SHORT.model_copy(update={"slack": 500})  # nobody knows yet what one of 5 s takes
    assert Quoter(PRICES, ESTIMATES, found).quote(ROSTER["svd-xt"], longer, at=NOON).likely == 17_360


def test_what_takes_two_jobs_learns_nothing_from_what_took_one(ledger: Database) -> None:
    two = Quoter(PRICES, ESTIMATES).row(ROSTER["svd-xt"], CLIP, "clip:1", at=NOON)
    assert (SHORT.size, CLIP.size, two.size) == ("4s 1280x720", "4s 1280x720", "4s 1280x720 in 2")
    with ledger.write() as session:
        for number in range(5):
            bill(session, number, 56)
        found = measured(session, ESTIMATES.learning)
        assert Quoter(PRICES, ESTIMATES, found).quote(ROSTER["svd-xt"], CLIP, at=NOON) == two.quote
        for number in range(10, 15):
            bill(session, number, 110, two.size)
        found = measured(session, ESTIMATES.learning)
    assert Quoter(PRICES, ESTIMATES, found).quote(ROSTER["svd-xt"], CLIP, at=NOON).likely == 110 * 310
    assert Quoter(PRICES, ESTIMATES, found).quote(ROSTER["svd-xt"], SHORT, at=NOON).likely == 56 * 310


def test_what_was_called_off_or_failed_teaches_nothing(ledger: Database) -> None:
    with ledger.write() as session:
        for number in range(5):
            bill(session, number, 56)
        for number in range(10, 30):
            bill(session, number, 1, made=False)
        found = measured(session, ESTIMATES.learning)
    assert found["svd-xt", "clip", CLIP.size, CARD] == Measured(low=17_360, median=17_360, most=17_360, count=5)


def test_what_was_billed_at_another_price_teaches_nothing() -> None:
    known = {("svd-xt", "clip", CLIP.size, "2026-01-01"): Measured(low=1, median=1, most=1, count=9)}
    assert Quoter(PRICES, ESTIMATES, known).quote(ROSTER["svd-xt"], CLIP, at=NOON).likely == 34_720


def test_a_take_of_several_jobs_counts_as_one_and_the_newest_bills_count(ledger: Database) -> None:
    learning = ESTIMATES.learning.model_copy(update={"last": 5})
    with ledger.write() as session:
        assert measured(session, learning) == {}
        for number in range(5):
            bill(session, number, 1)
        for number in range(10, 20):
            bill(session, number, 10, take=f"take-{number // 2}")
        found = measured(session, learning)
    assert found["svd-xt", "clip", CLIP.size, CARD] == Measured(low=6_200, median=6_200, most=6_200, count=5)


def test_a_price_that_is_certain_never_learns(ledger: Database) -> None:
    key = ("eleven-v3", "speech", "", "2026-11-01")
    quoter = Quoter(PRICES, ESTIMATES, {key: Measured(low=1, median=1, most=1, count=99)})
    assert quoter.quote(ROSTER["eleven-v3"], Ask(kind="speech", letters=10), at=NOON).likely == 800
