"""The figures of a bench: medians, ratios to a baseline of the same run, and the table they are shown in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from tools.bench.meter import Sample


@dataclass(frozen=True)
class Figure:
    """One line of the table: what was wanted, what was measured in each round, and beside which baseline.

    `values` are what `reach` is compared with, in `unit`; `samples` and `baseline` are what they were drawn from.
    """

    name: str
    reach: float | None
    unit: str
    values: Sequence[float]
    samples: Sequence[Sample] = ()
    baseline: Sequence[Sample] = ()
    against: str = ""
    note: str = ""

    @property
    def value(self) -> float:
        """The median of the rounds."""
        return median(self.values)

    @property
    def reached(self) -> bool | None:
        """Whether the reach is kept; None where there is none."""
        return None if self.reach is None else self.value <= self.reach

    @property
    def wall_ratio(self) -> float | None:
        """Wall over the baseline's wall, round by round, the median."""
        return _ratio([s.wall for s in self.samples], [s.wall for s in self.baseline])

    @property
    def cpu_ratio(self) -> float | None:
        """CPU seconds over the baseline's, round by round, the median: what a busy machine distorts least."""
        return _ratio([s.cpu for s in self.samples], [s.cpu for s in self.baseline])

    def as_json(self) -> dict[str, Any]:
        """Everything measured, for a file."""
        samples = [{k: round(v, 3) for k, v in asdict(s).items() if k != "said"} for s in self.samples]
        return {
            "name": self.name,
            "reach": self.reach,
            "unit": self.unit,
            "value": round(self.value, 4),
            "values": [round(value, 4) for value in self.values],
            "reached": self.reached,
            "against": self.against,
            "wall_ratio": self.wall_ratio,
            "cpu_ratio": self.cpu_ratio,
            "samples": samples,
            "note": self.note,
        }


@dataclass
class Rounds:
    """Samples of one bench by name, a list with one of each round."""

    of: dict[str, list[Sample]] = field(default_factory=dict)

    def add(self, name: str, sample: Sample) -> Sample:
        """Keep a sample."""
        self.of.setdefault(name, []).append(sample)
        return sample

    def walls(self, name: str, over: float = 1.0) -> list[float]:
        """The walls of a name, divided by `over`."""
        return [sample.wall / over for sample in self.of[name]]


def table(figures: Iterable[Figure]) -> str:
    """The figures as a Markdown table."""
    head = ("bench", "reach", "measured", "wall, CPU of the baseline", "wall s", "CPU s", "peak MB", "")
    rows = [head, tuple("-" * len(word) for word in head), *map(_row, figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join("| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows)


def _row(figure: Figure) -> tuple[str, ...]:
    reach = "" if figure.reach is None else f"<= {figure.reach:g} {figure.unit}".rstrip()
    said = {True: "reached", False: "falls short", None: ""}[figure.reached]
    ratios = (figure.wall_ratio, figure.cpu_ratio)
    beside = ", ".join(f"{ratio:.2f}" for ratio in ratios if ratio is not None)
    return (
        figure.name,
        reach,
        f"{figure.value:.3g} {figure.unit}".rstrip(),
        f"{beside} of {figure.against}" if beside else "",
        _middle([s.wall for s in figure.samples]),
        _middle([s.cpu for s in figure.samples]),
        _middle([s.peak for s in figure.samples], digits=0),
        said,
    )


def _middle(values: Sequence[float], digits: int = 1) -> str:
    if not values:
        return ""
    middle = median(values)
    return f"{middle:.{digits}f}" if middle >= 0.1 else f"{middle:.3f}"


def _ratio(mine: Sequence[float], theirs: Sequence[float]) -> float | None:
    pairs = [a / b for a, b in zip(mine, theirs, strict=False) if b]
    return round(median(pairs), 3) if pairs else None
