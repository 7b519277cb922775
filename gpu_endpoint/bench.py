"""Measures the engines on this machine's card and writes the table of BENCH.md: `python -m gpu_endpoint.bench`.

The networks have their true measures and random weights, for time does not depend on what they have learned. A cell
that was not measured stays empty.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import torch
from pydantic import BaseModel, ConfigDict, PositiveInt

from gpu_endpoint.asked import Asked
from gpu_endpoint.flops import Operations, counted, shaped
from gpu_endpoint.levers import PLAIN, Lever, levers
from gpu_endpoint.meter import card
from gpu_endpoint.registry import engine
from gpu_endpoint.timing import Ceilings, apart, ceilings, decoded, evaluated, released

_FILE = Path(__file__).parent / "data" / "bench.toml"
_BOOK = Path(__file__).parent / "BENCH.md"
_BEGIN, _END = "<!-- measured -->", "<!-- /measured -->"
_HEAD = "| engine | part | lever | lossless | seconds | TFLOP/s | of the product | against plain | off by | GiB |"
_TERA = 1e12


class Case(BaseModel):
    """One engine's job, and how many evaluations are timed."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    engine: str
    width: PositiveInt
    height: PositiveInt
    frames: PositiveInt
    steps: PositiveInt
    evaluations: PositiveInt

    def asked(self) -> Asked:
        """The job as its engine is asked."""
        spec = engine(self.engine)
        knobs = {name: knob.usual for name, knob in spec.knobs.items()}
        return Asked(spec, "", self.width, self.height, self.frames, self.steps, 7, knobs)


class Plan(BaseModel):
    """The file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    warm: PositiveInt
    product: PositiveInt
    copied_gib: float
    case: tuple[Case, ...]


@dataclass(frozen=True)
class Row:
    """A line of the table; figures are missing where nothing was measured."""

    engine: str
    part: str
    lever: str
    lossless: bool
    seconds: float | None = None
    tflops: float | None = None
    share: float | None = None
    gain: float | None = None
    off: float | None = None
    gib: float | None = None

    def line(self) -> str:
        """The row in Markdown."""
        share = "" if self.share is None else f"{self.share:.1%}"
        figures = [_told(self.seconds), _told(self.tflops), share, _told(self.gain), _told(self.off), _told(self.gib)]
        return f"| {' | '.join([self.engine, self.part, self.lever, 'yes' if self.lossless else 'no', *figures])} |"


@cache
def plan() -> Plan:
    """What is measured; pydantic's ValidationError names a wrong field."""
    return Plan.model_validate(tomllib.loads(_FILE.read_text(encoding="utf-8")))


def empty(cases: Sequence[Case]) -> list[Row]:
    """The table's rows before anything is measured."""
    rows = []
    for case in cases:
        rows += [Row(case.engine, "evaluation", one.name, one.lossless) for one in levers(engine(case.engine).family)]
        rows += [Row(case.engine, "decode", "float32", True), Row(case.engine, "decode", "bfloat16", False)]
        rows.append(Row(case.engine, "whole job", "all lossless", True))
    return rows


def measured(case: Case, device: torch.device, top: Ceilings, warm: int, pulled: Sequence[Lever] = ()) -> Iterator[Row]:
    """The rows of one engine, each lever pulled on a fresh network, as they are found; the last one is what counts."""
    asked = case.asked()
    work, shape, spec = counted(asked), shaped(asked), engine(case.engine)
    dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
    flop = work.denoise / work.evaluations
    plain, seconds = None, None
    for lever in pulled or levers(spec.family):
        released()
        seconds = None
        try:
            found = evaluated(spec, shape, lever, device, dtype, warm=warm, many=case.evaluations)
        except (RuntimeError, NotImplementedError) as error:
            yield _refused(case, lever, error)
            continue
        plain = plain or found
        seconds = found.seconds
        off = None if lever is PLAIN else apart(found.made, plain.made)
        row = _row(case.engine, "evaluation", lever.name, lever.lossless, found.seconds, flop, top)
        yield replace(row, gain=plain.seconds / found.seconds, off=off, gib=found.gib)
    yield from _decodings(case, work, device, top, seconds)


def _decodings(case: Case, work: Operations, device: torch.device, top: Ceilings, each: float | None) -> Iterator[Row]:
    spec, shape, exact = engine(case.engine), shaped(case.asked()), None
    for dtype in (torch.float32, torch.bfloat16):
        released()
        found = decoded(spec, shape, device, dtype, warm=1, many=1)
        exact = exact or found
        name = str(dtype).removeprefix("torch.")
        row = _row(case.engine, "decode", name, dtype == torch.float32, found.seconds, work.decode, top)
        off = apart(found.made, exact.made)
        yield replace(row, gain=exact.seconds / found.seconds, off=off, gib=found.gib)
    if exact is None or each is None:
        yield Row(case.engine, "whole job", "all lossless", True)
    else:
        seconds = each * work.evaluations + exact.seconds
        yield _row(case.engine, "whole job", "all lossless", True, seconds, work.denoise + work.decode, top)


def _row(name: str, part: str, lever: str, lossless: bool, seconds: float, flop: float, top: Ceilings) -> Row:
    tflops = flop / seconds / _TERA
    return Row(name, part, lever, lossless, seconds, tflops, tflops / top.tflops)


def _refused(case: Case, lever: Lever, error: Exception) -> Row:
    sys.stderr.write(f"{case.engine}, {lever.name}: {type(error).__name__}: {str(error).splitlines()[0][:200]}\n")
    return Row(case.engine, "evaluation", lever.name, lever.lossless)


def table(rows: Sequence[Row], found: str = "", top: Ceilings | None = None) -> str:
    """The measured part of BENCH.md: where and when, the ceilings, and the rows."""
    ceiling = f"{top.tflops:.0f} TFLOP/s of a bf16 product, {top.gigabytes:.0f} GB/s of a copy" if top else ""
    lines = [
        _BEGIN,
        f"Card and date: {found}",
        "",
        f"Ceilings: {ceiling}",
        "",
        _HEAD,
        "|---" * _HEAD.count(" | ") + "|---|",
    ]
    return "\n".join([*lines, *(row.line() for row in rows), _END])


def entered(book: str, text: str) -> str:
    """The book with its measured part replaced; ValueError when it has none."""
    before, begun, rest = book.partition(_BEGIN)
    _, ended, after = rest.partition(_END)
    if not begun or not ended:
        raise ValueError("the book has no measured part")
    return before + text + after


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and enter the table; 1 where there is no card, and then nothing is written."""
    parser = argparse.ArgumentParser(
        prog="python -m gpu_endpoint.bench", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--engine", action="append", help="only this one; may be given several times")
    parser.add_argument("--book", type=Path, default=_BOOK)
    chosen = parser.parse_args(arguments)
    if not torch.cuda.is_available():
        sys.stderr.write("no CUDA card: nothing is measured, and the table stays as it is\n")
        return 1
    device, what = torch.device("cuda"), plan()
    name = torch.cuda.get_device_name()
    top = ceilings(device, what.product, what.copied_gib)
    rows = []
    for case in what.case:
        if chosen.engine and case.engine not in chosen.engine:
            rows += empty([case])
            continue
        for row in measured(case, device, top, what.warm):
            rows.append(row)
            sys.stdout.write(row.line() + "\n")
    known = card(name)
    peak = f", peak {known.peak:g} TFLOP/s" if known else ""
    found = f"{name}{peak}, torch {torch.__version__}, {datetime.now(UTC):%Y-%m-%d}"
    chosen.book.write_text(entered(chosen.book.read_text(encoding="utf-8"), table(rows, found, top)), encoding="utf-8")
    return 0


def _told(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"


if __name__ == "__main__":
    sys.exit(main())
