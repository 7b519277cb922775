"""`make bench`: measures what the studio promises, as ratios against baselines of the same run on the same machine."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from tools.bench.assembling import Assembling
from tools.bench.cloud import Vendors
from tools.bench.doors import SigningIn
from tools.bench.drafts import Drafts
from tools.bench.feature import Feature
from tools.bench.figures import Figure, table
from tools.bench.founder import Founder
from tools.bench.hour import Hour
from tools.bench.load import Load
from tools.bench.machine import keep_to, machine
from tools.bench.meter import adopt_orphans
from tools.bench.notices import Webhooks
from tools.bench.programs import Programs
from tools.bench.shared import Shared

_ALL = (Drafts, Assembling, Feature, Load, Vendors, SigningIn, Webhooks, Founder, Programs, Shared)
BENCHES = {bench.name: bench for bench in (*_ALL, Hour)}  # the last one by name alone: it takes a quarter of an hour


def main() -> int:
    """Run the benches round by round and show the table; 1 when a figure falls short."""
    asked = _asked()
    adopt_orphans()
    where = machine(keep_to(asked.cores))
    print(_line(where), flush=True)
    with _folder(asked.work) as work:
        figures = _measured(work, asked.only or [bench.name for bench in _ALL], asked.runs, quick=asked.quick)
    print(table(figures))
    for figure in figures:
        if figure.note:
            print(f"{figure.name}: {figure.note}")
    if asked.json:
        found = {"machine": where, "runs": asked.runs, "quick": asked.quick, "figures": [f.as_json() for f in figures]}
        asked.json.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    return int(any(figure.reached is False for figure in figures))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="rounds; medians are shown")
    parser.add_argument("--only", action="append", choices=list(BENCHES), help="only this bench; may be repeated")
    parser.add_argument("--quick", action="store_true", help="smaller films: a check that everything runs")
    parser.add_argument("--cores", type=int, default=2, help="keep to so many cores")
    parser.add_argument("--json", type=Path, help="write everything measured to a file")
    parser.add_argument("--work", type=Path, help="a folder to work in and to keep clips in for the next time")
    return parser.parse_args()


def _measured(work: Path, names: list[str], runs: int, *, quick: bool) -> list[Figure]:
    benches = [BENCHES[name](work, quick=quick) for name in names]
    for number in range(runs):
        # Interleaved, so that a machine that is busy for a while disturbs each bench as much.
        for bench in benches:
            print(f"round {number + 1} of {runs}: {bench.name}", file=sys.stderr, flush=True)
            bench.round(number)
    return [figure for bench in benches for figure in bench.figures()]


@contextmanager
def _folder(chosen: Path | None) -> Iterator[Path]:
    """The folder asked for, or a fresh one that goes at the end."""
    work = (chosen or Path(mkdtemp(prefix="bench-"))).resolve()
    try:
        yield work
    finally:
        if chosen is None:
            shutil.rmtree(work, ignore_errors=True)


def _line(where: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in where.items())


if __name__ == "__main__":
    sys.exit(main())
