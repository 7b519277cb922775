"""Lines spoken by ElevenLabs arrive as the house's speeches: timed, levelled, and told to the model as it likes it."""

from __future__ import annotations

import wave
from itertools import pairwise

import numpy as np
import pytest

from services.offline.sound.loudness import loudness
from studio.crew import Product
from studio.errors import Conflict, Invalid
from studio.money.usage import Usage
from studio.story.cast import Casting
from tests.doubles.elevenlabs import ElevenLabsDouble
from tests.doubles.errands import KeptErrand
from tests.services.voices.conftest import ANNIKA, LINE, Open


def sound(product: Product) -> np.ndarray:
    with wave.open(str(product.file)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768


def words(product: Product) -> list[str]:
    return [word["text"] for word in product.measure["words"]]


def test_the_header_is_what_is_booked_and_the_request_is_written_down(desk: Open) -> None:
    flash, errand = desk(model="eleven-flash-v2-5"), KeptErrand()
    flash.speak(errand=errand)
    request, usage = next(iter(errand.bills.items()))
    assert usage == Usage(
        vendor="elevenlabs", model="eleven_flash_v2_5", request=request, quantities={"credits": len(LINE) // 2}
    )
    assert errand.tickets == [request]
    assert flash.double.books.billed == {request: len(LINE) * 40}


def test_an_accounts_own_rate_is_believed(desk: Open) -> None:
    double, errand = ElevenLabsDouble(), KeptErrand()
    double.account.rates["eleven_v3"] = 403 / 735
    desk(double, "eleven-v3").speak(LINE[:50], errand)
    assert [bill.quantities for bill in errand.bills.values()] == [{"credits": 28}]


def test_words_lie_where_they_are_heard(desk: Open) -> None:
    product = desk().speak()
    samples, measure = sound(product), product.measure
    for word, following in pairwise(measure["words"]):
        heard = samples[round(word["start"] * 48_000) : round(word["end"] * 48_000)]
        between = samples[round(word["end"] * 48_000) + 480 : round(following["start"] * 48_000) - 480]
        assert np.sqrt((heard**2).mean()) > 4 * np.sqrt((between**2).mean() if len(between) else 0.0)


def test_a_pause_before_the_line_moves_words_and_mouths(desk: Open) -> None:
    voice = desk()
    plain, beat = voice.speak().measure, voice.speak(manner="(beat)").measure
    assert beat["words"][0]["start"] - plain["words"][0]["start"] == pytest.approx(0.45, abs=0.01)
    assert beat["seconds"] - plain["seconds"] == pytest.approx(0.45, abs=0.01)


def test_a_quiet_manner_is_quieter(desk: Open) -> None:
    voice = desk()
    loud = [loudness(sound(voice.speak(manner=manner))) for manner in ("", "(softly)")]
    assert loud == pytest.approx([-18, -20.5], abs=0.4)


def test_numbers_keep_their_digits_and_get_the_time_of_their_words(desk: Open) -> None:
    measure = desk().speak("Platform 42 at noon.").measure
    number = measure["words"][1]
    assert number["text"] == "42"
    assert number["end"] - number["start"] > 0.5


def test_another_spelling_is_spoken_and_the_text_is_timed(desk: Open) -> None:
    voice = desk()
    product = voice.speak("Ask Siobhan about NATO.", said_as="Ask Shivawn about nay-toe.")
    assert voice.double.requests[0]["text"] == "Ask Shivawn about nay-toe."
    assert words(product) == ["Ask", "Siobhan", "about", "NATO."]


def test_marks_of_emphasis_are_not_said_and_stay_in_the_words(desk: Open) -> None:
    voice = desk()
    product = voice.speak("I *never*  said that.")
    assert voice.double.requests[0]["text"] == "I never said that."
    assert words(product) == ["I", "*never*", "said", "that."]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("总得有人把灯笼带过山去。", "zh"),
        ("だれかが ランタンを はこばなければならない。", "ja"),
        ("สวัสดีครับ คุณชื่ออะไร", "th"),
        ("على أحدهم أن يحمل الفانوس", "ar"),
        ("Кто-то должен перенести фонарь.", "ru"),
    ],
)
def test_every_script_is_timed_and_moves_the_mouth(desk: Open, text: str, language: str) -> None:
    measure = desk(model="eleven-v3").speak(text, language=language).measure
    assert "".join(word["text"] for word in measure["words"]) == "".join(text.split())
    assert len({viseme["mouth"] for viseme in measure["visemes"]}) >= 4


def test_closed_lips_are_seen_where_they_are_heard(desk: Open) -> None:
    measure = desk().speak("Lovely umbrella.").measure
    second = measure["words"][1]
    lips = [viseme["at"] for viseme in measure["visemes"] if viseme["mouth"] == "mbp"]
    assert any(second["start"] <= at <= second["end"] for at in lips)


def test_a_model_that_acts_gets_tags_and_only_stability(desk: Open) -> None:
    voice = desk(model="eleven-v3")
    product = voice.speak(manner="(whispering, angry)", casting=Casting(voice=ANNIKA, pace=1.1))
    sent = voice.double.requests[0]
    assert sent["text"] == f"[whispers] [angry] {LINE}"
    assert sent["voice_settings"] == {"stability": 0.5}
    assert sent["language_code"] == "en"
    assert words(product) == LINE.split()


def test_a_model_that_reads_gets_settings(desk: Open) -> None:
    voice = desk()
    voice.speak(manner="(shouting)", casting=Casting(voice=ANNIKA, pace=1.1))
    sent = voice.double.requests[0]
    assert sent["text"] == LINE
    assert sent["voice_settings"] == {
        "stability": 0.25,
        "similarity_boost": 0.75,
        "style": 0.35,
        "use_speaker_boost": True,
        "speed": 1.166,
    }
    assert not {"language_code", "previous_text", "next_text"} & set(sent)


def test_another_seed_is_another_reading(desk: Open) -> None:
    voice = desk()
    for seed in (0, 1, 2):
        voice.speak(seed=seed)
    stability = [sent["voice_settings"]["stability"] for sent in voice.double.requests]
    assert len(set(stability)) == 3
    assert [sent["seed"] for sent in voice.double.requests] == [0, 1, 2]


@pytest.mark.parametrize(
    ("tier", "codec"), [("starter", "mp3_44100_128"), ("creator", "mp3_44100_192"), ("pro", "wav_48000")]
)
def test_the_plans_best_audio_is_asked_for(desk: Open, tier: str, codec: str) -> None:
    double = ElevenLabsDouble()
    double.account.tier = tier
    measure = desk(double).speak().measure
    assert double.account.history[0]["output_format"] == codec
    assert measure["audible"]


def test_a_key_that_may_not_see_the_plan_still_speaks(desk: Open) -> None:
    double = ElevenLabsDouble(reads_plan=False)
    assert desk(double).speak().measure["audible"]
    assert double.account.history[0]["output_format"] == "mp3_44100_128"


def test_a_line_of_dots_costs_nothing(desk: Open) -> None:
    voice, errand = desk(), KeptErrand()
    measure = voice.speak("...!", errand).measure
    assert (measure["audible"], voice.double.books.asked, errand.bills) == (False, {}, {})
    assert "said aloud" in measure["why"]


def test_without_times_the_words_are_spread_and_it_is_said(desk: Open) -> None:
    measure = desk(ElevenLabsDouble(timings=False)).speak().measure
    assert [word["text"] for word in measure["words"]] == LINE.split()
    assert "no times" in measure["timing"]


def test_nothing_is_sent_for_a_line_that_cannot_be_spoken(desk: Open) -> None:
    voice, off = desk(model="eleven-v3"), KeptErrand(called_off=True)
    with pytest.raises(Invalid, match="takes 5000"):
        voice.speak("word " * 1200)
    with pytest.raises(Invalid, match="nobody has cast"):
        voice.speak(casting=Casting())
    with pytest.raises(Invalid, match="not the id"):
        voice.speak(casting=Casting(voice="../history"))
    with pytest.raises(Invalid, match="does not speak no"):
        desk().speak("Så er det.", language="no")
    with pytest.raises(Conflict):
        voice.speak(errand=off)
    assert not voice.double.books.billed


def test_a_signed_line_is_not_bought_and_nobody_speaks_it(desk: Open) -> None:
    voice, errand = desk(), KeptErrand()
    product = voice.speak(manner="signing", errand=errand)
    assert not sound(product).any()
    assert not product.measure["audible"]
    assert product.measure["why"] == "This line is signed with the hands, so nobody speaks it."
    assert words(product) == LINE.split()
    assert product.measure["seconds"] > 4  # as long as it takes to read
    assert (voice.double.requests, errand.bills) == ([], {})
    assert sound(voice.speak(manner="signing the papers")).any()


def test_a_signed_line_that_may_have_been_bought_is_looked_for_and_not_bought(desk: Open) -> None:
    voice = desk()
    assert not sound(voice.speak(manner="signing", errand=KeptErrand(doubtful=True))).any()
    assert voice.double.requests == []
    bought = KeptErrand()
    voice.speak(errand=bought)
    assert sound(voice.speak(manner="signing", errand=KeptErrand(ticket=bought.ticket))).any()
    assert len(voice.double.requests) == 1
