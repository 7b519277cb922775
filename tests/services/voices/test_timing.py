"""Words and mouths from the times of characters, whatever the vendor makes of a text."""

from __future__ import annotations

import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from services.offline.voice.booth import Booth
from services.offline.voice.reading import Reading, Utterance
from services.offline.voice.visemes import shapes
from services.offline.voice.words import spans
from services.voices.elevenlabs_answers import Letters, Timings
from services.voices.letters import sounds
from services.voices.timing import Timed, measured
from studio.errors import Garbled
from studio.takes.briefs import Mouth

STEP = 0.1


class Mute(Booth):
    """Nobody who knows spelling."""

    def read(self, reading: Reading) -> Utterance:
        raise Garbled(reading.text)


def timings(text: str, step: float = STEP) -> Timings:
    """A tenth of a second for each character, none for what is in square brackets."""
    clock, tag, starts, ends = 0.0, False, [], []
    for letter in text:
        tag = tag or letter == "["
        starts.append(clock)
        clock += 0.0 if tag else step
        ends.append(clock)
        tag = tag and letter != "]"
    letters = Letters(characters=tuple(text), character_start_times_seconds=starts, character_end_times_seconds=ends)
    return Timings(alignment=letters)


def heard(text: str, spoken: Timings, *, said: str = "", seconds: float = 60.0, shift: float = 0.0) -> Timed:
    return measured(text, said or text, spoken, shift=shift, seconds=seconds, language="en", booth=Mute())


def edges(found: Timed) -> list[tuple[str, float, float]]:
    return [(word.text, word.start, word.end) for word in found.words]


def test_a_word_lasts_from_its_first_letter_to_its_last() -> None:
    assert edges(heard("So it is.", timings("So it is."))) == [("So", 0.0, 0.2), ("it", 0.3, 0.5), ("is.", 0.6, 0.8)]


def test_tags_before_a_line_are_not_words() -> None:
    tagged = heard("So it is.", timings("[whispers] [sad] So it is."))
    assert edges(tagged) == [("So", 0.2, 0.4), ("it", 0.5, 0.7), ("is.", 0.8, 1.0)]


def test_what_the_vendor_left_out_has_its_neighbours_time() -> None:
    found = edges(heard("So ** it is.", timings("So it is.")))
    assert [word for word, _, _ in found] == ["So", "**", "it", "is."]
    assert found[2][1:] == (0.3, 0.5)


def test_expanded_numbers_are_matched_around() -> None:
    spoken = Timings(normalized_alignment=timings("At seven thirty we go.").alignment)
    found = edges(heard("At 7:30 we go.", spoken))
    assert found[2] == ("we", 1.6, 1.8)
    assert 0.2 <= found[1][1] <= found[1][2] <= 1.6


def test_letters_that_come_several_at_once_share_their_time() -> None:
    letters = Letters(characters=("So", " ", "it"), character_start_times_seconds=(0.0, 0.2, 0.4),
                      character_end_times_seconds=(0.2, 0.4, 0.6))  # fmt: skip
    assert edges(heard("So it", Timings(alignment=letters))) == [("So", 0.0, 0.2), ("it", 0.4, 0.6)]


def test_times_that_run_backwards_or_are_missing_are_refused() -> None:
    with pytest.raises(ValidationError, match="backwards"):
        Letters(characters=("a", "b"), character_start_times_seconds=(1.0, 0.5), character_end_times_seconds=(1.1, 0.6))
    with pytest.raises(ValidationError, match="not as many"):
        Letters(characters=("a", "b"), character_start_times_seconds=(1.0,), character_end_times_seconds=(1.1,))


def test_without_a_speller_the_letters_move_the_mouth() -> None:
    way = heard("Mama, who?", timings("Mama, who?")).visemes
    assert [viseme.mouth for viseme in way][:4] == [Mouth.MBP, Mouth.A, Mouth.MBP, Mouth.A]
    assert way[-1].mouth is Mouth.REST


def test_every_sound_of_the_letters_shows_a_mouth_of_its_own() -> None:
    table = tomllib.loads((Path(__file__).parents[3] / "data" / "voices" / "letters.toml").read_text(encoding="utf-8"))
    for script in table["script"].values():
        for sound in script.values():
            assert shapes(sound, Mouth.FV) != [Mouth.REST]


def test_spellings_of_two_letters_are_one_sound() -> None:
    assert sounds("She thaws!") == ["ʃ", "", "e", "", "θ", "", "a", "w", "s", ""]
    assert sounds("Ñu, Ж") == ["n", "u", "", "", "ʒ"]


@settings(max_examples=40)
@given(
    text=st.text(st.sampled_from("abc déß,.!*7 \n火もสักЖ👋"), min_size=1, max_size=40).filter(str.strip),
    sent=st.text(st.sampled_from("abc dé,.7火ส[]"), max_size=40),
    same=st.booleans(),
    shift=st.floats(-0.5, 0.5),
    seconds=st.floats(0.2, 6.0),
)
def test_words_are_verbatim_in_order_and_inside_whatever_was_heard(
    text: str, sent: str, same: bool, shift: float, seconds: float
) -> None:
    found = heard(text, timings(text if same else sent), shift=shift, seconds=seconds)
    assert [word.text for word in found.words] == [text[a:b] for a, b in spans(text)]
    flat = [edge for word in found.words for edge in (word.start, word.end)]
    assert flat == sorted(flat)
    assert flat[0] >= 0
    assert flat[-1] <= seconds + 0.001
    assert found.visemes[-1].mouth is Mouth.REST
    assert all(before.at < after.at for before, after in pairwise(found.visemes))
