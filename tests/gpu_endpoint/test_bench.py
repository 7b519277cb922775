"""The bench on a twin and a processor: its table has every figure it measured and none it did not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

import gpu_endpoint
from gpu_endpoint.architectures import Shape
from gpu_endpoint.bench import Case, empty, entered, main, measured, plan, table
from gpu_endpoint.levers import PLAIN, Lever, levers
from gpu_endpoint.registry import engine
from gpu_endpoint.timing import Ceilings, apart, ceilings, evaluated

CPU = torch.device("cpu")
TWIN = Case(engine="tiny-svd", width=64, height=64, frames=4, steps=3, evaluations=1)
BOOK = Path(gpu_endpoint.__file__).parent / "BENCH.md"


def test_ceilings_are_measured() -> None:
    found = ceilings(CPU, 256, 0.01, torch.float32)
    assert 0.001 < found.tflops < 10
    assert 0.1 < found.gigabytes < 1000


def test_a_lossless_lever_changes_nothing_and_another_one_something() -> None:
    shape, spec = Shape(2, 4, 8, 8), engine("tiny-svd")
    plain, last = (evaluated(spec, shape, one, CPU, torch.float32, warm=1, many=1) for one in (PLAIN, levers("svd")[1]))
    half = Lever("half", False, lambda model: model.half().float())
    other = evaluated(spec, shape, half, CPU, torch.float32, warm=1, many=1)
    assert apart(last.made, plain.made) < 1e-4 < apart(other.made, plain.made)
    assert apart(plain.made, plain.made) == 0


def test_times_by_latent_are_the_same_sums() -> None:
    shape, spec = Shape(1, 3, 8, 8), engine("tiny-skyreels-v2-df-1.3b-540p")
    plain, latent = (evaluated(spec, shape, one, CPU, torch.float32, warm=1, many=1) for one in levers(spec.family)[:2])
    assert plain.made.shape == latent.made.shape
    assert apart(latent.made, plain.made) < 1e-5


def test_a_cache_skips_the_blocks_of_every_evaluation_but_the_first() -> None:
    [skipped] = [one for one in levers("skyreels-df") if "cache" in one.name]
    computed: list[int] = []

    def prepare(model: Any) -> None:
        skipped.prepare(model)
        model.blocks[1].attn1.register_forward_hook(lambda *given: computed.append(1))

    spec = engine("tiny-skyreels-v2-df-1.3b-540p")
    evaluated(spec, Shape(1, 3, 8, 8), Lever("", False, prepare), CPU, torch.float32, warm=1, many=2)
    assert len(computed) == 1


def test_rows_of_an_engine_are_measured_one_by_one() -> None:
    rows = list(measured(TWIN, CPU, Ceilings(0.05, 10.0), 1, levers("svd")[:2]))
    assert [row.part for row in rows] == ["evaluation"] * 2 + ["decode"] * 2 + ["whole job"]
    assert rows[0].gain == 1
    assert rows[0].off is None
    for row in rows:
        assert row.seconds is not None
        assert row.tflops is not None
        assert row.share == pytest.approx(row.tflops / 0.05)
    evaluation, exact, whole = rows[1].seconds, rows[2].seconds, rows[-1].seconds
    assert whole == pytest.approx(3 * (evaluation or 0) + (exact or 0))
    assert rows[3].off is not None
    assert 0 < rows[3].off < 0.1


def test_the_book_names_every_row_and_without_a_card_none_is_filled(tmp_path: Path) -> None:
    book = BOOK.read_text(encoding="utf-8")
    cells = [line.split("|") for line in book.splitlines() if line.count("|") == 11 and line.startswith("| ")][1:]
    planned = [tuple(row.line().split("|")[1:5]) for row in empty(plan().case)]
    assert [tuple(row[1:5]) for row in cells] == planned
    copy = tmp_path / "BENCH.md"
    copy.write_text(book)
    if not torch.cuda.is_available():
        assert main(["--book", str(copy)]) == 1
        assert copy.read_text() == book


def test_a_table_takes_the_place_of_the_one_before() -> None:
    book = entered(BOOK.read_text(encoding="utf-8"), table(empty([TWIN]), "a card, a day", Ceilings(700, 3000)))
    assert "Card and date: a card, a day" in book
    assert "700 TFLOP/s" in book
    assert book.count("tiny-svd") == len(empty([TWIN]))
    assert entered(book, table(empty(plan().case))) == entered(BOOK.read_text("utf-8"), table(empty(plan().case)))
    with pytest.raises(ValueError, match="measured part"):
        entered("no table", "")


def test_a_lever_that_a_card_refuses_leaves_its_cells_empty(capsys: pytest.CaptureFixture[str]) -> None:
    def refused(model: object) -> None:
        raise RuntimeError("no such kernel")

    rows = list(measured(TWIN, CPU, Ceilings(0.05, 10.0), 1, [PLAIN, Lever("odd", True, refused)]))
    assert [row.seconds is None for row in rows] == [False, True, False, False, True]
    assert "no such kernel" in capsys.readouterr().err
