"""With a third of fal's answers at fault, every errand ends, and what was booked is what fal bills."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from studio.errors import Garbled, Unclear
from studio.takes.recipe import TakeKind, fingerprint
from tests.doubles.errands import KeptErrand
from tests.doubles.fal import FalDouble
from tests.doubles.server import Fault, Schedule
from tests.services.fal.orders import KLING, animator, board, clip, order, painter

Serve = Callable[[FalDouble], FalDouble]
AMONG = (
    Fault.BUSY, Fault.DOWN, Fault.LOST_BEFORE, Fault.LOST_AFTER, Fault.TRUNCATED, Fault.LATE, Fault.FAILED,
    Fault.GARBLED, Fault.EXPIRED,
)  # fmt: skip
PRICES = {"fal-ai/flux/schnell": ("pixels", Decimal("0.003")), KLING: ("video_ms", Decimal("157"))}


def micros(errands: list[KeptErrand]) -> int:
    bills = {one.request: one for errand in errands for one in errand.bills.values()}
    return int(sum(one.quantities[PRICES[one.model][0]] * PRICES[one.model][1] for one in bills.values()))


@pytest.mark.parametrize("seed", range(4))
def test_stills_through_a_storm(serve: Serve, tmp_path: Path, seed: int) -> None:
    double = serve(FalDouble(Schedule(share=0.3, seed=seed, among=AMONG), polls=1))
    errands, ended = [], {"made": 0, "garbled": 0, "unclear": 0}
    for number in range(12):
        errand = KeptErrand(key=fingerprint([seed, number]))
        errands.append(errand)
        try:
            painter(double).make(order(TakeKind.BOARD, board(str(number)), tmp_path), errand)
            ended["made"] += 1
        except Garbled:
            ended["garbled"] += 1
        except Unclear:
            ended["unclear"] += 1
    assert sum(ended.values()) == 12
    assert ended["made"] >= 4
    assert len(double.jobs) == 12 - ended["unclear"]  # nothing was sent twice
    assert micros(errands) == double.books.total


def test_clips_through_a_storm(serve: Serve, tmp_path: Path, picture: Path) -> None:
    double = serve(FalDouble(Schedule(share=0.3, seed=9, among=AMONG), polls=1))
    errands = []
    for number in range(6):
        errand = KeptErrand(key=fingerprint(number))
        errands.append(errand)
        try:
            animator(double).make(order(TakeKind.CLIP, clip(72), tmp_path, board=picture), errand)
        except (Garbled, Unclear):
            continue
    assert len(double.jobs) <= 6
    assert micros(errands) == double.books.total


@pytest.mark.parametrize(("admin", "ms"), [(True, 4_008), (False, 4_000)])
def test_a_bill_the_result_does_not_tell_is_looked_up_or_taken_as_asked(
    serve: Serve, tmp_path: Path, picture: Path, admin: bool, ms: int
) -> None:
    double, errand = serve(FalDouble(Schedule({"result": [Fault.EXPIRED]}), admin=admin)), KeptErrand()
    with pytest.raises(Garbled):
        animator(double).make(order(TakeKind.CLIP, clip(80), tmp_path, board=picture), errand)
    assert [one.quantities for one in errand.bills.values()] == [{"video_ms": ms}]
