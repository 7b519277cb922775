"""A trial's clips are bought like any other take: held, booked to the micro-dollar, and never twice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import cv2
import pytest
from sqlmodel import col, select

from services.commands.benchmark import consistency
from services.gate.buying import Buying
from services.gate.record import alone
from services.gate.rule import Came, gate
from services.gate.trial import Trial
from services.settings import ROOT
from studio.crew import Order, Product
from studio.errors import CalledOff, Conflict
from studio.money.checking import check
from studio.money.entry import Entry, Verb
from studio.money.hold import LIVE, HoldPart
from studio.production.house import House
from tests.doubles.cloud import Cloud, cloud
from tests.doubles.house import at_doubles
from tests.media.scenes import seen, set_of

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def vendors() -> Iterator[Cloud]:
    with cloud() as served:
        yield served


@pytest.fixture
def house(vendors: Cloud, tmp_path: Path) -> Iterator[House]:
    with at_doubles(vendors, tmp_path / "home") as made:
        yield made


def paint(order: Order) -> Product:
    file = order.folder / "board.png"
    cv2.imwrite(str(file), cv2.resize(seen(set_of(int(order.recipe.fingerprint[:6], 16))), (1280, 720)))
    return Product(file)


def trial(house: House, number: int) -> Trial:
    card = house.roster.named("kling-v3")
    two = gate().model_copy(update={"scene": gate().scene[:2]})
    return Trial(gate=two, card=card, paint=paint, shooter=Buying(house, card, number), seed=number)


def booked(house: House) -> dict[str, int]:
    with house.db.read() as session:
        found = session.exec(select(Entry).where(Entry.verb == Verb.BILL, col(Entry.purse).startswith("cost:"))).all()
    return {one.request: one.micros for one in found}


def test_a_trial_is_in_the_books_and_one_begun_again_pays_nothing(house: House, vendors: Cloud, tmp_path: Path) -> None:
    quoted = trial(house, 1).quoted()
    assert vendors.fal.books.asked["submit"] == 0
    first = trial(house, 1).run(tmp_path / "first", NOW)
    assert quoted.low <= first.cost_micros <= quoted.ceiling
    assert [one.came for one in first.scenes] == [Came.SHOT, Came.SHOT]
    assert booked(house) == vendors.fal.books.billed
    assert first.cost_micros == vendors.total > 0
    again = trial(house, 1).run(tmp_path / "again", NOW)
    assert again.scenes == first.scenes
    assert booked(house) == vendors.fal.books.billed
    assert trial(house, 2).run(tmp_path / "next", NOW).cost_micros == first.cost_micros
    assert vendors.total == 2 * first.cost_micros
    with house.db.read() as session:
        assert session.exec(select(HoldPart).where(col(HoldPart.state).in_(LIVE))).all() == []
        check(session)


def test_who_does_not_agree_to_the_price_buys_nothing(
    vendors: Cloud, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {**vendors.settings, "STUDIO_HOME": str(home)}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(CalledOff, match="nothing was bought"):
        consistency("kling-v3", agreed=lambda: False)
    assert "10 clips by kling-v3: about $2." in capsys.readouterr().err
    assert vendors.fal.books.asked["submit"] == 0
    assert not (home / "gate.jsonl").exists()


@pytest.mark.parametrize(("typed", "agreed"), [(b"y\n", "True"), (b"\n", "False")])
def test_who_is_asked_at_a_terminal_sees_the_question_and_the_program_gets_the_answer_alone(
    typed: bytes, agreed: str
) -> None:
    ours, theirs = os.openpty()
    os.write(ours, typed)
    code = "from services.commands.benchmark import at_the_terminal; print(at_the_terminal())"
    try:
        asked = [sys.executable, "-c", code]
        done = subprocess.run(asked, stdin=theirs, capture_output=True, text=True, timeout=60, cwd=ROOT, check=True)
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.stdout == f"{agreed}\n"
    assert "Buy them?" in done.stderr


def test_only_one_trial_runs_at_a_time(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(Conflict, match="another trial"), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass
