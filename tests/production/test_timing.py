"""How long one waits: here as many work as there are processes, and at a vendor as many as there is room for."""

from __future__ import annotations

import pytest

from studio.production.house import House
from studio.production.timing import waiting
from studio.takes.plan import PlanItem, State
from studio.takes.recipe import TakeKind
from tests.production.test_switching import house

__all__ = ["house"]
ROOMS = {"runpod": 10, "elevenlabs": 4}


def items(engine: str, kind: TakeKind, number: int, seconds: float) -> list[PlanItem]:
    told = {"kind": kind, "state": State.MISSING, "made_now": True, "engine": engine, "seconds": seconds}
    return [PlanItem(subject=f"{kind}:{n}", **told) for n in range(number)]


def test_what_vendors_make_is_shared_by_their_room_and_what_is_made_here_by_processes(house: House) -> None:
    dict.update(house.rooms, ROOMS)
    clips = items("svd-xt", TakeKind.CLIP, 50, 56.0)
    here = items("espeak-ng", TakeKind.SPEECH, 60, 0.1)
    assert waiting(house, clips, 2) == pytest.approx(280)
    assert waiting(house, [*clips, *here], 2) == pytest.approx(280)
    assert waiting(house, here, 2) == pytest.approx(3)
    assert waiting(house, [], 2) == 0


def test_a_few_takes_at_a_vendor_take_as_long_as_one_after_the_other(house: House) -> None:
    dict.update(house.rooms, ROOMS)
    board, clip = items("keyframe-klein-4b", TakeKind.BOARD, 2, 3.0), items("svd-xt", TakeKind.CLIP, 2, 56.0)
    assert waiting(house, [*board, *clip], 2) == pytest.approx(59)
