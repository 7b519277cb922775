"""A trial's judge on the GPU endpoint: it may lock an engine, turn it down, or say that it cannot see; it is paid."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import col, select

from services.gate.judging import EndpointJudge, endpoint_judge
from services.gate.rule import BLIND, Decision, Finding, gate
from services.gate.trial import METRIC, Trial
from studio.money.checking import check
from studio.money.entry import Entry, Verb
from studio.money.hold import LIVE, HoldPart
from studio.production.house import House
from tests.doubles.cloud import Cloud, cloud
from tests.doubles.drawing import a_film
from tests.doubles.house import at_doubles, settings_of
from tests.services.gate.test_trial import KLING, NOW, Animator, paint, small, still


@pytest.fixture
def vendors() -> Iterator[Cloud]:
    with cloud() as served:
        yield served


@pytest.fixture
def house(vendors: Cloud, tmp_path: Path) -> Iterator[House]:
    with at_doubles(vendors, tmp_path / "home") as made:
        yield made


def judge(house: House, vendors: Cloud, tmp_path: Path, **more: str) -> EndpointJudge | None:
    return endpoint_judge(settings_of(vendors, tmp_path / "home", **more), house, KLING.name, 1)


def steady(board: bytes, _: int) -> bytes:
    return a_film(board, (160, 90), 2.0)


def tried(judge: EndpointJudge | None, folder: Path, animator: Animator | None = None) -> Finding:
    shooter = animator or Animator(steady)
    rule = gate().rule.model_copy(update={"scenes": 2})
    three = small().model_copy(update={"scene": gate().scene[:3], "rule": rule})
    return Trial(gate=three, card=KLING, paint=paint, shooter=shooter, judge=judge).run(folder, NOW)


def booked(house: House) -> dict[str, int]:
    with house.db.read() as session:
        found = session.exec(select(Entry).where(Entry.verb == Verb.BILL, col(Entry.purse).startswith("cost:"))).all()
    return {one.request: one.micros for one in found}


def test_a_judge_that_sees_faces_locks_an_engine_and_is_paid_once(house: House, vendors: Cloud, tmp_path: Path) -> None:
    vendors.runpod.percents = (93.0, 97.0)
    found = tried(judge(house, vendors, tmp_path), tmp_path / "first")
    assert (found.decision, found.then) == (Decision.LOCK, KLING.name)
    assert (found.metric, found.score, found.doubles) == ("trained", 94.33, True)
    assert booked(house) == vendors.runpod.books.billed
    assert found.cost_micros == 300_000 + vendors.runpod.books.total
    assert tried(judge(house, vendors, tmp_path), tmp_path / "again").scenes == found.scenes
    assert booked(house) == vendors.runpod.books.billed
    assert len(vendors.runpod.queue.jobs) == 1
    with house.db.read() as session:
        assert session.exec(select(HoldPart).where(col(HoldPart.state).in_(LIVE))).all() == []
        check(session)


@pytest.mark.parametrize(
    ("percents", "decision", "then"),
    [
        ((89.0,), Decision.PIVOT, gate().rule.pivot),
        ((100.0, 85.0, 85.0), Decision.PIVOT, gate().rule.pivot),
        ((70.0,), Decision.ROLL_BACK, gate().rule.back),
    ],
    ids=["below", "uneven", "critical"],
)
def test_what_a_judge_turns_down_is_turned_down(
    house: House, vendors: Cloud, tmp_path: Path, percents: tuple[float, ...], decision: Decision, then: str
) -> None:
    vendors.runpod.percents = percents
    found = tried(judge(house, vendors, tmp_path), tmp_path / "work")
    assert (found.decision, found.then) == (decision, then)


def test_a_clip_beyond_our_own_guards_counts_nothing_whatever_the_judge_says(
    house: House, vendors: Cloud, tmp_path: Path
) -> None:
    vendors.runpod.percents = (99.0,)
    animator = Animator(lambda board, number: still(board) if number == 1 else steady(board, number))
    found = tried(judge(house, vendors, tmp_path), tmp_path / "work", animator)
    assert [one.counted for one in found.scenes] == [0, 99, 99]
    assert found.scenes[0].reason == "it stands still"
    assert found.decision is Decision.ROLL_BACK


def test_without_weights_nobody_passes_and_the_finding_says_why(house: House, vendors: Cloud, tmp_path: Path) -> None:
    found = tried(judge(house, vendors, tmp_path), tmp_path / "work")
    assert (found.decision, found.metric) == (Decision.STAY, METRIC)
    assert found.why.endswith(f"{BLIND}: the GPU endpoint has no weights to compare them with")
    assert booked(house) == vendors.runpod.books.billed
    assert found.cost_micros == 300_000 + vendors.runpod.books.total > 300_000  # what was refused was billed too


def test_without_an_endpoint_nobody_is_asked_and_nobody_passes(house: House, vendors: Cloud, tmp_path: Path) -> None:
    assert judge(house, vendors, tmp_path, runpod_endpoint_id="") is None
    found = tried(None, tmp_path / "work")
    assert (found.decision, found.metric) == (Decision.STAY, METRIC)
    assert found.why.endswith(f"{BLIND}: no GPU endpoint is set that compares them")


def test_a_judge_that_cannot_be_reached_passes_nobody(house: House, vendors: Cloud, tmp_path: Path) -> None:
    found = tried(judge(house, vendors, tmp_path, runpod_api_key="rpa_wrong"), tmp_path / "work")
    assert (found.decision, found.metric) == (Decision.STAY, METRIC)
    assert BLIND in found.why
    assert "key" in found.why


def test_clips_that_are_too_few_or_too_dear_are_not_judged(house: House, vendors: Cloud, tmp_path: Path) -> None:
    vendors.runpod.percents = (99.0,)
    dear = tried(judge(house, vendors, tmp_path), tmp_path / "work", Animator(steady, micros=2_400_000))
    assert dear.decision is Decision.ROLL_BACK
    assert vendors.runpod.queue.jobs == {}
