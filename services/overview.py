"""What an operator sees in one place: the studio's health, its machines, and the plan's targets as measured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from services.books import Standing, standing
from services.gate.rule import Came, SceneFinding
from services.gate.verdicts import Verdicts
from services.health import Health, Report, health
from services.settings import ROOT, Settings
from services.targets import Measure, measured
from studio.money.hours import Hours
from studio.story.noun import Noun
from studio.takes.roster import Roster


class SceneView(Noun):
    """One scene of a trial: what was measured in percent, what of it counts, and why where that is not all.

    One of which there is no clip was not measured: its figures say nothing.
    """

    scene: str
    measured: bool
    percent: float
    counted: float
    worst: float
    motion: float
    reason: str


class VerdictView(Noun):
    """What a trial found of an animator, and who is to animate then; `lacks` names settings they need.

    `floor` is what two different scenes have in common by the metric: chance, which the scores no longer hold.
    """

    engine: str
    decision: str
    score: float
    cost_micros: int
    at: datetime
    why: str
    then: str
    metric: str
    floor: float
    scenes: tuple[SceneView, ...]
    lacks: tuple[str, ...] = ()
    doubles: bool = False


class MachineView(Noun):
    """A rented machine; a `leaked` one carries our name and nobody had written it down."""

    host: str
    machine: str
    name: str
    gpu: str
    micros_an_hour: int
    leaked: bool
    begun: datetime
    ended: datetime | None
    why: str


_SHOWN = {"engine", "score", "cost_micros", "at", "why", "then", "doubles", "metric", "floor"}


@dataclass(frozen=True)
class Overview:
    """Looks at one studio."""

    settings: Settings
    health: Health

    def report(self) -> Report:
        """How everything is."""
        return self.health.report()

    def machines(self) -> tuple[MachineView, ...]:
        """Machines that are paid for and those that ended lately, leaks first; StorageError."""
        from services.rentals import Rentals

        rows = Rentals(self.health.db, self._roster(), {}).shown()
        return tuple(MachineView.model_validate(row, from_attributes=True) for row in rows)

    def hours(self) -> Hours:
        """What machines cost this month; StorageError."""
        from services.rentals import Rentals

        return Rentals(self.health.db, self._roster(), {}).month()

    def verdicts(self) -> tuple[VerdictView, ...]:
        """What the gate found of every animator that was tried, its newest finding; StorageError."""
        roster = self._roster()
        cards = {card.name: card for card in roster.engine}
        return tuple(
            VerdictView(
                **one.model_dump(include=_SHOWN),
                decision=one.decision.value,
                scenes=tuple(_scene(scene) for scene in one.scenes),
                lacks=roster.missing(cards[one.then]) if one.then in cards else (),
            )
            for one in Verdicts(self.settings, roster).newest()
        )

    def books(self) -> Standing | None:
        """Whether the ledger adds up, as a worker found last; None where none looked. StorageError."""
        return standing(self.settings.home)

    def targets(self) -> tuple[Measure, ...]:
        """The plan's table as measured; StorageError."""
        return measured(self.settings, self.health.db, self._roster())

    def _roster(self) -> Roster:
        return Roster.load(ROOT / "data" / "crew.toml", self.settings.given)


def _scene(found: SceneFinding) -> SceneView:
    figures = found.model_dump(include={"scene", "percent", "counted", "worst", "motion", "reason"})
    return SceneView(measured=found.came is Came.SHOT, **figures)


@lru_cache(maxsize=1)
def overview() -> Overview:
    """The web process's overview, of the same health that /healthz tells."""
    return Overview(Settings(), health())
