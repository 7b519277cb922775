"""What got lost on its way is found in the account's history, and nothing is paid for twice."""

from __future__ import annotations

import pytest

from studio.errors import Conflict, Garbled, Unclear
from tests.doubles.elevenlabs import ElevenLabsDouble
from tests.doubles.errands import KeptErrand
from tests.doubles.server import Fault, Schedule
from tests.services.voices.conftest import LINE, Open


def failing(*faults: Fault, **how: object) -> ElevenLabsDouble:
    return ElevenLabsDouble(Schedule({"speak": list(faults)}), **how)


def booked(errand: KeptErrand) -> dict[str, int]:
    return {request: usage.quantities["credits"] * 80 for request, usage in errand.bills.items()}


@pytest.mark.parametrize("fault", [Fault.LOST_AFTER, Fault.TRUNCATED])
@pytest.mark.parametrize("model", ["eleven-multilingual-v2", "eleven-v3", "eleven-flash-v2-5"])
def test_a_lost_answer_is_found_and_paid_for_once(desk: Open, fault: Fault, model: str) -> None:
    double, errand = failing(fault), KeptErrand()
    measure = desk(double, model).speak(errand=errand, manner="(angrily)").measure
    assert measure["audible"]
    assert [word["text"] for word in measure["words"]] == LINE.split()
    assert booked(errand) == double.books.billed
    assert double.books.asked["speak"] == 1


def test_what_was_lost_on_the_way_there_is_spoken_once(desk: Open) -> None:
    double, errand = failing(Fault.LOST_BEFORE), KeptErrand()
    assert desk(double).speak(errand=errand).measure["audible"]
    assert (len(double.books.billed), double.books.asked["speak"]) == (1, 2)
    assert booked(errand) == double.books.billed


def test_a_line_that_comes_late_into_the_history_is_waited_for(desk: Open) -> None:
    double = failing(Fault.LOST_AFTER, told_late=2)
    voice = desk(double, settle=9.0)
    voice.speak()
    assert len(double.books.billed) == 1
    assert sum(voice.clock.slept) == pytest.approx(6.0)


def test_a_line_lost_twice_is_unclear(desk: Open) -> None:
    double, errand = failing(Fault.LOST_BEFORE, Fault.LOST_BEFORE), KeptErrand()
    with pytest.raises(Unclear):
        desk(double).speak(errand=errand)
    assert not errand.bills


def test_a_process_that_died_after_sending_leaves_its_line_to_the_next(desk: Open) -> None:
    double = ElevenLabsDouble()
    desk(double).speak()
    errand = KeptErrand(doubtful=True)
    measure = desk(double).speak(errand=errand).measure
    assert measure["audible"]
    assert double.books.asked["speak"] == 1
    assert booked(errand) == double.books.billed


def test_a_doubtful_line_that_was_never_sent_is_spoken(desk: Open) -> None:
    double, errand = ElevenLabsDouble(), KeptErrand(doubtful=True)
    desk(double).speak("Something else entirely.")
    assert desk(double).speak(errand=errand).measure["audible"]
    assert double.books.asked["speak"] == 2


def test_a_line_is_found_behind_many_others(desk: Open) -> None:
    double = ElevenLabsDouble()
    desk(double).speak()
    first = double.account.history[0]
    others = [
        {**first, "history_item_id": f"hisOther{n}", "request_id": f"reqOther{n}", "text": f"{n}"} for n in range(120)
    ]
    double.account.history[:0] = others
    desk(double).speak(errand=KeptErrand(doubtful=True))
    assert (double.books.asked["speak"], double.books.asked["history"]) == (1, 2)


def test_a_retake_is_not_taken_for_the_first_reading(desk: Open) -> None:
    double = ElevenLabsDouble()
    desk(double).speak()
    desk(double).speak(errand=KeptErrand(doubtful=True), seed=5)
    assert double.books.asked["speak"] == 2


def test_what_has_arrived_is_not_what_got_lost(desk: Open) -> None:
    double, second = failing(), KeptErrand()
    voice = desk(double, "eleven-v3")
    voice.speak()
    double.schedule.script["speak"] = [Fault.LOST_AFTER]
    voice.speak(errand=second, seed=1)
    assert len(double.books.billed) == 2
    assert set(second.bills) == set(double.books.billed) - {double.account.history[1]["request_id"]}


def test_a_request_that_was_written_down_is_fetched_by_its_id(desk: Open) -> None:
    double, errand = ElevenLabsDouble(), KeptErrand()
    desk(double).speak(errand=errand)
    double.account.history[0]["text"] = "the vendor wrote it otherwise"
    again = KeptErrand(ticket=errand.ticket)
    assert desk(double).speak(errand=again).measure["audible"]
    assert double.books.asked["speak"] == 1
    assert again.bills == errand.bills


def test_a_request_that_is_gone_is_never_sent_again(desk: Open) -> None:
    double = ElevenLabsDouble()
    with pytest.raises(Unclear, match="does not have it any more"):
        desk(double).speak(errand=KeptErrand(ticket="req404"))
    assert not double.books.asked["speak"]


@pytest.mark.parametrize("errand", [KeptErrand(doubtful=True), KeptErrand(ticket="req1")])
def test_a_history_that_may_not_be_read_leaves_it_unclear(desk: Open, errand: KeptErrand) -> None:
    double = ElevenLabsDouble(reads_history=False)
    with pytest.raises(Unclear, match="cannot be looked up"):
        desk(double).speak(errand=errand)
    assert not double.books.asked["speak"]


def test_a_lost_answer_without_a_history_is_unclear_and_not_sent_again(desk: Open) -> None:
    double = failing(Fault.LOST_AFTER, reads_history=False)
    with pytest.raises(Unclear):
        desk(double).speak()
    assert double.books.asked["speak"] == 1


@pytest.mark.parametrize("damage", ["cut base64", "no json", "times"])
def test_a_damaged_answer_is_fetched_from_the_history(desk: Open, damage: str) -> None:
    double, errand = failing(Fault.GARBLED, garbled=(damage,)), KeptErrand()
    assert desk(double).speak(errand=errand).measure["audible"]
    assert double.books.asked["speak"] == 1
    assert booked(errand) == double.books.billed


@pytest.mark.parametrize("damage", ["cut base64", "no json", "silence"])
def test_a_damaged_answer_without_a_history_is_garbled_and_booked(desk: Open, damage: str) -> None:
    double, errand = failing(Fault.GARBLED, garbled=(damage,), reads_history=False), KeptErrand()
    with pytest.raises(Garbled) as wrong:
        desk(double).speak(errand=errand)
    assert wrong.value.request == errand.ticket
    assert booked(errand) == double.books.billed


def test_silence_is_garbled_wherever_it_comes_from(desk: Open) -> None:
    with pytest.raises(Garbled, match="silent"):
        desk(failing(Fault.GARBLED, garbled=("silence",))).speak()


def test_a_price_that_was_not_said_is_read_in_the_history(desk: Open) -> None:
    double, errand = ElevenLabsDouble(prices=False), KeptErrand()
    measure = desk(double).speak(errand=errand).measure
    assert booked(errand) == double.books.billed
    assert "billing" not in measure


def test_a_price_that_nobody_says_is_counted_in_letters_and_said(desk: Open) -> None:
    double, errand = ElevenLabsDouble(prices=False, reads_history=False), KeptErrand()
    measure = desk(double).speak(errand=errand).measure
    assert [usage.quantities for usage in errand.bills.values()] == [{"characters": len(LINE)}]
    assert "letters were counted" in measure["billing"]


def test_what_was_spoken_is_booked_even_when_it_was_called_off(desk: Open) -> None:
    double, off = ElevenLabsDouble(), KeptErrand(doubtful=True, called_off=True)
    desk(double).speak()
    assert desk(double).speak(errand=off).measure["audible"]
    assert booked(off) == double.books.billed
    with pytest.raises(Conflict):
        desk(double).speak("Not said before.", KeptErrand(doubtful=True, called_off=True))
    assert double.books.asked["speak"] == 1


def test_a_line_that_is_still_being_spoken_is_not_asked_for_again(desk: Open) -> None:
    double = ElevenLabsDouble()
    desk(double).speak()
    double.account.history[0]["state"] = "processing"
    with pytest.raises(Unclear, match="still at work"):
        desk(double).speak(errand=KeptErrand(doubtful=True))
    assert double.books.asked["speak"] == 1


def test_a_storm_ends_with_every_line_spoken_and_both_books_equal(desk: Open) -> None:
    among = (Fault.BUSY, Fault.DOWN, Fault.LOST_AFTER, Fault.TRUNCATED, Fault.GARBLED)
    double = ElevenLabsDouble(Schedule(share=0.3, seed=7, among=among, cap=1), garbled=("cut base64", "no json"))
    voice, errands = desk(double), [KeptErrand(key=f"{number:064x}") for number in range(6)]
    for number, errand in enumerate(errands):
        assert voice.speak(f"Line number {number} of the storm.", errand).measure["audible"]
    ours = {request: cost for errand in errands for request, cost in booked(errand).items()}
    assert ours == double.books.billed
