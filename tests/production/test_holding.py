"""What is held: room for lines that turn out longer, and no more than before for what is looked up again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.crew import Errand
from studio.desk.desk import Desk
from studio.errors import BudgetReached, Forgotten, Invalid, Unclear
from studio.money.budget import Budget
from studio.money.hold import LIVE, PartState
from studio.money.usage import Usage
from studio.people.account import OWNER
from studio.production.film import Choices
from studio.production.house import House
from studio.production.run import JobState, RunState
from studio.production.runs import close
from studio.takes.plan import PlanItem
from studio.takes.recipe import TakeKind
from tests.production.test_switching import Shop, filmed, house, opened, parts, shops, worked

__all__ = ["house"]
pytestmark = pytest.mark.xdist_group("workflows")
SAID = b"You kept the key in a tin box under the old stone stairs and told nobody of us for thirty long years."
SCRIPT = b"INT. KITCHEN - NIGHT\n\nMARA, 70, in a coat.\n\nMARA\n" + SAID + b"\n"


def clip(desk: Desk, episode: str) -> PlanItem:
    """The clip of the shot in which the line is said."""
    items = [item for item in desk.plan(episode, Choices()).items if item.kind is TakeKind.CLIP]
    return max(items, key=lambda item: item.price_micros)


def test_a_line_nobody_has_spoken_leaves_room_for_a_longer_one(house: House) -> None:
    desk = Desk(house, OWNER)
    episode = desk.open_file("key.fountain", SCRIPT)
    desk.engage_named(episode, "animator=kling-v3")
    before = clip(desk, episode)
    assert before.ceiling_micros > before.price_micros * 1.3
    speech = next(item.subject for item in desk.plan(episode, Choices()).items if item.kind is TakeKind.SPEECH)
    run = desk.make(episode, [speech], Choices())
    assert run
    worked(house, run)
    after = clip(desk, episode)
    assert before.price_micros < after.price_micros  # it was spoken more slowly than its letters said
    assert before.ceiling_micros >= after.ceiling_micros
    assert after.ceiling_micros <= after.price_micros * 1.02


def test_a_film_may_cost_what_making_all_of_it_once_is_quoted_and_no_more(house: House) -> None:
    near = Desk(replace(house, budget=Budget(stop=1)), OWNER)
    episode = near.open_file("key.fountain", SCRIPT)
    near.engage_named(episode, "animator=kling-v3")
    with pytest.raises(BudgetReached, match="this episode may cost"):
        near.produce(episode, Choices())
    film = replace(house, budget=Budget(stop=1, film=5))
    desk, order = Desk(film, OWNER), Choices()
    quoted = desk.cut(episode, [order]).quote.ceiling
    stand = desk.budget(episode, quoted, [order])
    assert (stand.film, stand.fits, stand.budget.stop) == (True, True, quoted)
    run = desk.produce(episode, order)
    assert run
    worked(film, run)
    with film.db.write() as session:
        close(session, run, RunState.DONE)

    again = clip(desk, episode).subject

    def retake_nine_times() -> None:
        for number in range(9):
            begun = desk.retake(episode, [again], order, note=f"slower {number}")
            assert begun
            worked(film, begun)
            with film.db.write() as session:
                close(session, begun, RunState.DONE)

    with pytest.raises(BudgetReached):
        retake_nine_times()
    assert desk.budget(episode, 0, [order]).billed <= quoted


@pytest.mark.parametrize(("engine", "told"), [("svd-xt", (84_000, 34_000)), ("kling-v3", (None, None))])
def test_an_engine_paid_by_time_hears_what_is_left_of_what_is_held(
    house: House, engine: str, told: tuple[int | None, int | None]
) -> None:
    """What is held for a take is the most its vendor is let bill for it; 84 s of a 4090 for one job of SVD."""
    heard: list[tuple[int | None, int | None]] = []

    def look(errand: Errand) -> None:
        unit, before = "gpu_ms" if engine == "svd-xt" else "video_ms", errand.allowed
        usage = Usage(vendor=card.vendor, model=card.model, request=f"{errand.key}-first", quantities={unit: 50_000})
        errand.billed(usage)
        heard.append((before, errand.allowed))

    card = house.roster.named(engine)
    shop = shops(house).engine(card)
    assert isinstance(shop, Shop)
    shop.trouble = look
    desk, episode = opened(house, f"animator={engine}")
    filmed(house, desk, episode)
    assert told in heard
    assert all(before is None or 84_000 <= before == after + 50_000 for before, after in heard if after is not None)


def test_a_job_that_was_stopped_is_sent_once_booked_in_full_and_costs_its_customer_nothing(house: House) -> None:
    def stop(errand: Errand) -> None:
        usage = Usage(vendor="runpod", model="svd-xt", request=errand.key, quantities={"gpu_ms": 144_000})
        errand.billed(usage)
        raise Invalid("it was stopped", vendor="runpod", operation="timeout")

    shop = shops(house).engine(house.roster.named("svd-xt"))
    assert isinstance(shop, Shop)
    shop.trouble = stop
    desk, episode = opened(house, "animator=svd-xt")
    outcomes = filmed(house, desk, episode)
    assert {one.state for subject, one in outcomes.items() if subject.startswith("clip:")} == {JobState.FAILED}
    assert set(shop.asked.values()) == {1}
    assert {(one.state, one.paid) for one in parts(house)} == {(PartState.RELEASED, 0)}
    assert desk.budget(episode, 0, [Choices()]).billed == 144 * 310 * len(shop.asked)


def test_what_a_vendor_forgot_is_asked_for_once_more_and_its_customer_pays_for_one(house: House) -> None:
    seen: dict[str, list[str]] = {}

    def forget(errand: Errand) -> None:
        first = not seen.get(errand.key)
        seen.setdefault(errand.key, []).append(errand.ticket)
        if first:
            errand.sent("job-1")
            gone = Forgotten("it has it no more", vendor="runpod", operation="status")
            gone.ticket = "~job-1"
            raise gone
        told = {"vendor": "runpod", "model": "svd-xt", "request": f"{errand.key}-lost"}
        errand.billed(Usage(**told, quantities={"gpu_ms": 50_000}, guessed="nobody knows"))

    shop = shops(house).engine(house.roster.named("svd-xt"))
    assert isinstance(shop, Shop)
    shop.trouble = forget
    desk, episode = opened(house, "animator=svd-xt")
    outcomes = filmed(house, desk, episode)
    assert {one.state for subject, one in outcomes.items() if subject.startswith("clip:")} == {JobState.MADE}
    assert set(map(tuple, seen.values())) == {("", "~job-1")}
    assert {(one.state, one.paid) for one in parts(house)} == {(PartState.SETTLED, 3 * 310)}
    assert desk.budget(episode, 0, [Choices()]).billed == (3 + 50) * 310 * len(seen)


def test_looking_again_holds_no_more_than_before(house: House) -> None:
    shops(house).away = {"kling-v3": Unclear("no answer")}
    desk = Desk(house, OWNER)
    episode = desk.open_file("key.fountain", SCRIPT + b"\nEXT. HARBOUR - DAWN\n\nTOM runs along the pier.\n")
    desk.engage_named(episode, "animator=kling-v3")
    run = desk.produce(episode, Choices())
    assert run
    worked(house, run)
    with house.db.write() as session:
        close(session, run, RunState.DONE)
    assert len(desk.doubts(episode)) > 1
    held = sum(part.micros for part in parts(house) if part.state in LIVE)
    near = Desk(replace(house, budget=Budget(stop=held + 1)), OWNER)
    with pytest.raises(BudgetReached):
        near.produce(episode, Choices())
    assert near.look_again(episode, near.doubts(episode)[0].fingerprint)
    assert 0 < sum(part.micros for part in parts(house) if part.state in LIVE) <= held  # the lines are spoken by now
