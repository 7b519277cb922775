"""What ElevenLabs refuses becomes the house's errors, which say what to do and never the key."""

from __future__ import annotations

import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from services.notices import sentence
from services.voices.elevenlabs_faults import Refusal, error
from services.voices.elevenlabs_wire import ElevenLabsWire
from services.voices.seats import Seats
from studio.errors import Busy, Denied, Down, Invalid, KeyMissing, PolicyBlocked, Spent, StudioError, Unclear
from studio.story.cast import Casting
from tests.doubles.elevenlabs import ElevenLabsDouble
from tests.doubles.errands import KeptErrand
from tests.doubles.server import Fault, Schedule
from tests.ports import free_port
from tests.services.voices.conftest import Open
from tests.until import HANGS


def refusal(status: int, body: object, headers: dict[str, str] | None = None) -> Refusal:
    return Refusal("speak", status, headers or {}, body)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "text_too_long", Invalid),
        (400, "invalid_parameters", Invalid),
        (401, "invalid_api_key", Denied),
        (401, "quota_exceeded", Spent),
        (402, "insufficient_credits", Spent),
        (403, "model_access_denied", Denied),
        (403, "content_policy_violation", PolicyBlocked),
        (404, "voice_not_found", Invalid),
        (429, "rate_limit_exceeded", Busy),
        (429, "concurrent_limit_exceeded", Busy),
        (500, "internal_error", Down),
        (503, "", Unclear),
        (504, "", Unclear),
    ],
)
def test_a_refusal_means_what_its_code_says(status: int, code: str, kind: type[StudioError]) -> None:
    body = (
        {"detail": {"code": code, "message": "so it is", "request_id": "req9"}} if code else "<html>bad gateway</html>"
    )
    assert type(error(refusal(status, body), paid=True)) is kind


def test_the_old_names_of_codes_are_known() -> None:
    spent = error(refusal(401, {"detail": {"status": "quota_exceeded", "message": "9 credits left."}}), paid=True)
    assert "no credits left: 9 credits left." in spent.detail
    assert sentence(spent).startswith("The provider's credit is used up: the ElevenLabs account has no credits left")


def test_a_free_question_that_failed_may_be_asked_again() -> None:
    assert type(error(refusal(504, "bad gateway"), paid=False)) is Down


def test_the_vendors_own_time_is_kept() -> None:
    late = error(refusal(429, {"detail": {"code": "system_busy"}}, {"retry-after": "61"}), paid=True)
    assert isinstance(late, Busy)
    assert late.after == 61


def test_an_account_without_credits_stops_with_a_sentence(desk: Open) -> None:
    double, older, errand = ElevenLabsDouble(), ElevenLabsDouble(old_codes=True), KeptErrand()
    double.account.limit = older.account.limit = 20
    with pytest.raises(Denied, match="no credits left"):
        desk(double).speak(errand=errand)
    assert not errand.bills
    with pytest.raises(Denied, match="no credits left"):
        desk(older).speak()


def test_an_unknown_voice_names_what_is_wrong(desk: Open) -> None:
    with pytest.raises(Invalid, match="404: The voice was not found"):
        desk().speak(casting=Casting(voice="nobodysVoice1"))


def test_a_schema_error_names_the_field(desk: Open) -> None:
    voice = desk()
    request = {"text": "So it is.", "model_id": "eleven_multilingual_v2", "voice_settings": {"speed": 9.0}}
    with (
        closing(ElevenLabsWire(voice.double.key, voice.url)) as wire,
        pytest.raises(Invalid, match=r"voice_settings\.speed: Input should be from 0\.7 to 1\.2"),
    ):
        wire.speak("dblVoiceAnnika00001", request, "mp3_44100_128")


def test_both_kinds_of_busy_are_waited_out(desk: Open) -> None:
    double = ElevenLabsDouble(Schedule({"speak": [Fault.BUSY, Fault.BUSY]}))
    voice = desk(double)
    assert voice.speak().measure["audible"]
    assert double.books.asked["speak"] == 3
    assert sum(voice.clock.slept) >= 2


def test_an_outage_is_asked_again_and_then_down(desk: Open) -> None:
    double = ElevenLabsDouble(Schedule({"speak": [Fault.DOWN] * 9}))
    with pytest.raises(Down, match="503"):
        desk(double).speak()
    assert double.books.asked["speak"] == 4


def test_nobody_there_is_down_and_not_unclear() -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    request = {"text": "So it is.", "model_id": "eleven_v3", "voice_settings": {"stability": 0.5}}
    with closing(ElevenLabsWire("sk_double", nowhere)) as wire, pytest.raises(Down, match="cannot be reached"):
        wire.speak("dblVoiceAnnika00001", request, "mp3_44100_128")


def test_without_a_key_nothing_is_asked() -> None:
    with pytest.raises(KeyMissing, match="ELEVENLABS_API_KEY"):
        ElevenLabsWire("", "http://127.0.0.1:9").models()


@pytest.mark.parametrize("fault", [Fault.DENIED, Fault.LOST_BEFORE, Fault.DOWN, Fault.BUSY])
def test_no_error_and_no_log_says_the_key(desk: Open, fault: Fault, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    double = ElevenLabsDouble(Schedule({"speak": [fault] * 9}))
    with pytest.raises(StudioError) as raised:
        desk(double).speak()
    told = "".join(traceback.format_exception(raised.value)) + repr(raised.value) + repr(raised.value.cause)
    told += "".join(f"{record.getMessage()} {record.args}" for record in caplog.records)
    assert double.key not in told


def test_a_wrong_key_is_not_repeated_in_the_sentence(desk: Open) -> None:
    with pytest.raises(Denied) as raised:
        desk(key="sk_somebody_elses_key").speak()
    assert "sk_somebody_elses_key" not in f"{raised.value} {raised.value!r} {raised.value.detail}"


def test_no_more_are_asked_at_once_than_the_plan_serves(desk: Open) -> None:
    double = ElevenLabsDouble(seconds=0.1)
    double.account.tier = "starter"
    voice = desk(double)
    with ThreadPoolExecutor(6) as pool:
        spoken = list(pool.map(lambda n: voice.speak(f"Line {n}.").measure["audible"], range(6)))
    assert all(spoken)
    assert len(double.books.billed) == 6


def test_seats_learn_from_the_vendor_and_from_crowds() -> None:
    seats = Seats(4)
    seats.learn("2")
    seats.learn("nonsense")
    assert seats.limit == 2
    with seats, seats:
        waiting = threading.Thread(target=lambda: seats.__enter__(), daemon=True)
        waiting.start()
        waiting.join(0.05)
        assert waiting.is_alive()
        seats.crowded()
        assert seats.limit == 1
    waiting.join(HANGS)
    assert not waiting.is_alive()
