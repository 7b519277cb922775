"""What came of a draft, for whoever asked for it: sentences, or one JSON object. It makes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from services.notices import outcome
from studio.desk.views import EpisodeView, Failure, Progress
from studio.errors import Gone
from studio.money.amount import dollars
from studio.takes.plan import PlanItem

_NAMED = 3  # damaged takes a sentence names


@dataclass(frozen=True)
class Drafted:
    """The runs of one draft in order, the files they gave, takes that were there, and what only money brings back."""

    runs: tuple[Progress, ...] = ()
    files: tuple[Path, ...] = ()
    reused: int = 0
    lost: tuple[PlanItem, ...] = ()  # damaged, and to be bought again: never without asking
    prices: Mapping[str, int] = field(default_factory=dict)  # micro-dollars of what vendors no longer have, by subject
    error: str = ""  # why there is no film

    @property
    def made(self) -> int:
        """Takes made by all of its runs."""
        return sum(run.made for run in self.runs)

    @property
    def cost_micros(self) -> int:
        """Micro-dollars that vendors billed for what all of its runs made."""
        return sum(run.cost_micros for run in self.runs)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """What its last run could not make; what an earlier one could not was tried again by that."""
        last = self.runs[-1].failures if self.runs else ()
        return (*(_priced(one, self.prices.get(one.subject)) for one in last), *(_failure(item) for item in self.lost))

    @property
    def gone(self) -> frozenset[str]:
        """Subjects whose takes were paid for and lost, and which their vendors no longer have."""
        return frozenset(one.subject for one in self.failures if one.why.startswith(Gone.__name__))


def loss(items: Sequence[PlanItem], called: Callable[[str], str] = str) -> str:
    """What has to be bought because something was lost, as it is `called`, and for how much."""
    names = ", ".join(called(item.subject) for item in items[:_NAMED]) + (" and more" if len(items) > _NAMED else "")
    price = dollars(sum(item.price_micros for item in items))
    return (
        f"Files of the studio are damaged or gone, and to go on costs about {price}: {names}. "
        "Nothing was bought; draft again to have it made."
    )


def _failure(item: PlanItem) -> Failure:
    why = item.why or "it is not there yet"
    return Failure(subject=item.subject, why=f"{why}; it costs about {dollars(item.price_micros)}")


def _priced(failure: Failure, micros: int | None) -> Failure:
    told = f"{failure.why}; made anew it costs about {dollars(micros or 0)}"
    return failure if micros is None else failure.model_copy(update={"why": told})


def answer(episode: str, view: EpisodeView | None, done: Drafted, wall: float) -> None:
    """Print one JSON object on a line of its own; it has an error where there is no film."""
    master = next((file for file in done.files if file.name == "master.mp4"), None)
    told = {
        "episode": episode or None,
        "master": str(master) if master else None,
        "duration_s": round(view.seconds, 3) if view else 0.0,
        "wall_s": round(wall, 3),
        "takes_made": done.made,
        "takes_reused": done.reused,
        "failed": [{"subject": one.subject, "why": one.why} for one in done.failures],
        "switched": [one.model_dump() for run in done.runs for one in run.switched],
        "silent": [{"line": one.line, "text": one.text, "why": one.why} for one in (view.silent if view else ())],
        "cost_usd": done.cost_micros / 1_000_000,
    }
    print(json.dumps(told | {"error": done.error} if done.error else told))  # noqa: T201  the answer itself


def report(view: EpisodeView, done: Drafted, wall: float, called: Callable[[str], str] = str) -> None:
    """Say it in sentences, subjects as they are `called`; what went wrong goes to stderr where there is no film."""
    from rich.console import Console  # who asks for JSON waits for none

    console = Console(stderr=bool(done.error))
    if done.error:
        console.print(done.error, style="bold red", highlight=False, markup=False)
    else:
        takes = "1 take" if done.made == 1 else f"{done.made} takes"
        made = f"{takes} made, {done.reused} reused" if done.runs else "nothing had to be made"
        told = f"[bold]{view.title}[/] · {view.seconds:.1f} s · {made} · {wall:.1f} s · {dollars(done.cost_micros)}"
        console.print(told, highlight=False)
    for file in done.files:
        console.print(f"  {file}", highlight=False, markup=False)
    for line in view.silent if done.files else ():
        said = f"  silent: {line.speaker}: {line.text}: {line.why}"
        console.print(said, style="yellow", highlight=False, markup=False)
    for run in done.runs:
        for by in run.switched:
            told = f"  {called(by.subject)}: made by {by.engine} instead of {by.instead_of}: {by.why}"
            console.print(told, style="yellow", highlight=False, markup=False)
    for one in done.failures:
        why = outcome(one.why) or "something it needs failed"
        console.print(f"  not made: {called(one.subject)}: {why}", style="yellow", highlight=False, markup=False)
