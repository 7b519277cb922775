"""What speeds an engine up and leaves its pictures alone: on where there is a card, and held against the plain run."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import torch
from jobs import DF, KLEIN, SVD, job, picture
from torch.nn.attention import SDPBackend, _cur_sdpa_kernel_backends

from gpu_endpoint.asked import Asked, asked
from gpu_endpoint.engine import Pixels, Source, Watch
from gpu_endpoint.registry import engine
from gpu_endpoint.residency import loaded
from gpu_endpoint.settings import Settings
from gpu_endpoint.starting import PREFERRED, levers, prefer, quickest
from gpu_endpoint.wire import read

PLAIN = Source(channels_last=False)


def wanted(name: str) -> Asked:
    """A small job of two steps."""
    given = job(name, steps=2, **({"frames": 5} if name == DF else {}))
    return asked(read(given), engine(name)).shown(picture(64, 64) if name == SVD else None, None, ())


def made(name: str, source: Source, *, compiled: bool = False) -> list[Pixels]:
    """The job's pictures; compiled without the last stage, whose code takes a minute to build on a processor."""
    found: Any = loaded(engine(name), source)
    if compiled:
        torch.compiler.reset()
        getattr(found.pipes[0], found.core).compile_repeated_blocks(fullgraph=True, backend="aot_eager")
    return list(found.make(wanted(name), Watch()))


def furthest(one: list[Pixels], other: list[Pixels]) -> int:
    return max(int(np.abs(a.astype(int) - b).max()) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("name", [KLEIN, DF, SVD])
def test_blocks_compile_whole_and_the_pictures_are_the_plain_runs(name: str) -> None:
    assert furthest(made(name, Source(), compiled=True), made(name, PLAIN)) <= 1


def test_on_a_card_they_are_on_and_elsewhere_off_unless_asked() -> None:
    assert levers(Settings.read({}), carded=True) == Source(compile=True, channels_last=True)
    assert levers(Settings.read({"ENDPOINT_COMPILE": "0"}), carded=True) == Source()
    assert levers(Settings.read({}), carded=False) == Source()


def test_weights_in_eight_bits_are_not_compiled() -> None:
    found: Any = loaded(engine(DF), Source(fit="fp8", compile=True))
    assert not [one for one in found.pipes[0].transformer.modules() if one._compiled_call_impl is not None]


def test_cards_take_their_quickest_kernel_and_have_others_to_go_to() -> None:
    assert quickest((9, 0))[:2] == [SDPBackend.CUDNN_ATTENTION, SDPBackend.FLASH_ATTENTION]
    assert quickest((8, 9))[:2] == [SDPBackend.FLASH_ATTENTION, SDPBackend.CUDNN_ATTENTION]
    assert all(quickest(one)[-1] == SDPBackend.MATH for one in ((8, 0), (9, 0), (12, 0)))


@pytest.fixture
def preferred() -> Iterator[list[SDPBackend]]:
    kernels = quickest((9, 0))
    prefer(kernels)
    yield kernels
    PREFERRED.close()


def test_the_choice_of_a_kernel_holds_in_every_thread(preferred: list[SDPBackend]) -> None:
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: _cur_sdpa_kernel_backends(with_priority=True)).result() == preferred
    assert furthest(made(KLEIN, Source()), made(KLEIN, Source())) == 0
