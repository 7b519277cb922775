"""Characters find voices in an ElevenLabs account: the list is kept for a day, each choice has its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import product
from pathlib import Path

import pytest

from services.guard import Line, vendors
from services.voices.elevenlabs_answers import Voice
from services.voices.elevenlabs_library import DESIGN, VoiceLibrary
from services.voices.matching import assigned, cards, matched
from studio.errors import Garbled, Invalid, Unclear
from studio.story.cast import DNA, Age, Casting, Character, Manner, Presents
from tests.doubles.elevenlabs import ElevenLabsDouble
from tests.doubles.elevenlabs_account import stock
from tests.doubles.errands import KeptErrand
from tests.doubles.server import Fault, Schedule, serving
from tests.services.clock import Clock

SAMPLE = "The lantern is lit, the boats are in, and somebody is singing on the far pier, very quietly, all night long."
STOCK = [Voice.model_validate(one) for one in stock()]
OLD_MAN = DNA(age=Age.OLD, presents=Presents.MASCULINE, manner=Manner.FLORID)
Open = Callable[..., VoiceLibrary]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Open]:
    with ExitStack() as stack:

        def opened(double: ElevenLabsDouble, now: Callable[[], float] = lambda: 1e9) -> VoiceLibrary:
            url = stack.enter_context(serving(double.app))
            talk = Line(vendors()["elevenlabs"], Clock().patience)
            made = VoiceLibrary(key=double.key, base_url=url, cache=tmp_path / "cache", talk=talk, clock=now)
            stack.callback(made.close)
            return made

        yield opened


def member(name: str, dna: DNA, **also: str) -> Character:
    return Character(id=name, name=name.upper(), dna=dna, casting=Casting(also=also))


def voices_of(members: tuple[Character, ...]) -> list[str]:
    return [one.casting.also["elevenlabs"] for one in members]


def test_every_page_of_voices_is_read_and_kept_for_a_day(library: Open, tmp_path: Path) -> None:
    double, now = ElevenLabsDouble(), [1e9]
    shelf = library(double, lambda: now[0])
    assert len(shelf.match(OLD_MAN, "en")) == len(stock()) == 12
    now[0] += 23 * 3600
    shelf.voices("en")
    assert double.books.asked["voices"] == 3
    now[0] += 2 * 3600
    shelf.voices("en")
    assert double.books.asked["voices"] == 6
    kept = "".join(file.read_text() for file in (tmp_path / "cache").iterdir())
    assert "Annika" in kept
    assert double.key not in kept


def test_a_list_that_cannot_be_read_is_made_again(library: Open, tmp_path: Path) -> None:
    double = ElevenLabsDouble()
    shelf = library(double)
    before = shelf.voices("en")
    for file in (tmp_path / "cache").iterdir():
        file.write_text('{"at": "yesterday"}')
    assert shelf.voices("en") == before


def test_a_language_has_its_own_voices_first() -> None:
    assert [card.name for card in cards(STOCK, "es")] == ["Inés", "Annika"]
    assert [card.accent for card in cards(STOCK, "es")] == ["Latin American", "American"]
    assert len(cards(STOCK, "sw")) == len(STOCK)


def test_the_best_voice_comes_first_and_says_why() -> None:
    first, *_, last = matched(STOCK, OLD_MAN, "en-GB")
    assert (first.card.name, first.card.accent) == ("Fergus", "British")
    assert "right for an old person" in first.reason
    assert "British accent as asked" in first.reason
    assert first.score > 0.9 > 0.5 > last.score
    assert "which they have not" in last.reason


@pytest.mark.parametrize(("age", "presents"), list(product(Age, (Presents.FEMININE, Presents.MASCULINE))))
def test_a_first_choice_fits_who_they_are(age: Age, presents: Presents) -> None:
    dna = DNA(age=age, presents=presents)
    assert matched(STOCK, dna, "en")[0].card.fits(dna)


def test_a_foreign_voice_is_told_from_a_native_one() -> None:
    reasons = {one.card.name: one.reason for one in matched(STOCK, DNA(presents=Presents.FEMININE), "es")}
    assert "speaks Spanish with a foreign accent" in reasons["Elspeth"]
    assert "verified in Spanish" in reasons["Annika"]


def test_everybody_has_a_voice_of_their_own_and_keeps_it_when_more_join() -> None:
    first = tuple(member(name, DNA(presents=presents)) for name, presents in
                  (("ann", Presents.FEMININE), ("bob", Presents.MASCULINE)))  # fmt: skip
    more = (*first, member("grandma", DNA(age=Age.OLD, presents=Presents.FEMININE)), member("opa", OLD_MAN))
    small, large = assigned(STOCK, first, "en"), assigned(STOCK, more, "en")
    assert voices_of(large)[:2] == voices_of(small)
    assert len(set(voices_of(large))) == 4
    assert assigned(STOCK, large, "en") == large


def test_whom_nobody_else_fits_share_a_voice_before_one_that_does_not() -> None:
    women = tuple(member(f"woman{number}", DNA(age=Age.OLD, presents=Presents.FEMININE)) for number in range(3))
    chosen = {card.voice: card for card in cards(STOCK, "en")}
    assert {chosen[voice].presents for voice in voices_of(assigned(STOCK, women, "en"))} == {Presents.FEMININE}


def test_what_was_chosen_by_hand_stays() -> None:
    kept = member("ann", OLD_MAN, elevenlabs="dblVoiceGwen0000007")
    assert voices_of(assigned(STOCK, (kept,), "en")) == ["dblVoiceGwen0000007"]


def test_a_cast_without_gaps_asks_nobody(library: Open) -> None:
    double = ElevenLabsDouble()
    cast = (member("ann", OLD_MAN, elevenlabs="x"),)
    assert library(double).cast(cast, "en") == cast
    assert not double.books.asked


def test_a_voice_is_designed_and_kept_and_both_are_billed(library: Open) -> None:
    double, errand = ElevenLabsDouble(), KeptErrand()
    shelf = library(double)
    previews = shelf.design(OLD_MAN, "en", SAMPLE, errand)
    assert [usage.quantities for usage in errand.bills.values()] == [{"credits": len(SAMPLE)}]
    assert {usage.model for usage in errand.bills.values()} == {DESIGN}
    card = shelf.keep("The Captain", OLD_MAN, "en", previews[1].generated_voice_id, errand)
    assert card.fits(OLD_MAN)
    assert set(errand.bills) == set(double.books.billed)
    assert card.voice in [one.card.voice for one in shelf.match(OLD_MAN, "en")[:3]]


def test_a_voice_that_was_kept_without_an_answer_is_found(library: Open) -> None:
    double, errand = ElevenLabsDouble(Schedule({"create": [Fault.LOST_AFTER]})), KeptErrand()
    shelf = library(double)
    preview = shelf.design(OLD_MAN, "en", SAMPLE, errand)[0].generated_voice_id
    card = shelf.keep("The Captain", OLD_MAN, "en", preview, errand)
    again = shelf.keep("The Captain", OLD_MAN, "en", preview, KeptErrand(doubtful=True))
    assert card == again
    assert double.books.asked["create"] == 1
    assert len(double.account.voices) == 13


def test_a_design_that_may_have_been_sent_is_owed_and_not_sent_again(library: Open) -> None:
    double, errand = ElevenLabsDouble(), KeptErrand(doubtful=True)
    for _ in range(2):
        with pytest.raises(Unclear):
            library(double).design(OLD_MAN, "en", SAMPLE, errand)
    assert not double.books.asked
    (owed,) = errand.bills.values()
    assert (owed.quantities, bool(owed.guessed)) == ({"characters": len(SAMPLE)}, True)


def test_too_short_a_sample_names_the_field(library: Open) -> None:
    with pytest.raises(Invalid, match="text: String should have at least 100 characters"):
        library(ElevenLabsDouble()).design(OLD_MAN, "en", "Too short.", KeptErrand())


def test_new_fields_of_a_voice_are_passed_over_and_missing_ones_are_named(library: Open) -> None:
    double = ElevenLabsDouble()
    double.account.voices = [{**voice, "brand_new": {"a": [1]}} for voice in stock()]
    assert len(library(double).match(OLD_MAN, "en")) == len(stock())
    del double.account.voices[3]["voice_id"]
    with pytest.raises(Garbled, match=r"voices\.3\.voice_id"):
        library(double).match(OLD_MAN, "en")
