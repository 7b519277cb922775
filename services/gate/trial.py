"""A trial: the ten scenes painted by the offline painter and shot by one animator, each clip measured and paid."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Protocol

from services.gate.rule import Came, Finding, Gate, GateScene, SceneFinding, decide, judged, score
from services.media.consistency import Measures, Signs, chance, measured, percent, signs, similarity
from services.media.footage import decoded
from services.painters.picture import read
from studio.crew import Order, Product
from studio.errors import Garbled, StudioError, Unreadable
from studio.story.breakdown import Move, Staging
from studio.story.places import Place, Setting
from studio.takes.briefs import BoardBrief, ClipBrief
from studio.takes.recipe import Recipe, TakeKind, fingerprint
from studio.takes.roster import EngineCard

METRIC = "weight-free"
Paint = Callable[[Order], Product]


class Shooter(Protocol):
    """Has clips shot, and knows what each cost."""

    def shoot(self, order: Order) -> Product:
        """One clip; raises errors of the studio."""
        ...

    def cost(self, recipe: Recipe) -> int:
        """What it cost so far, in micro-dollars, also where it is of no use."""
        ...


@dataclass(frozen=True)
class Free:
    """Has clips shot by an engine that costs nothing."""

    perform: Callable[[Order], Product]

    def shoot(self, order: Order) -> Product:
        """One clip."""
        return self.perform(order)

    def cost(self, _: Recipe) -> int:
        """Nothing."""
        return 0


@dataclass(frozen=True)
class Trial:
    """Everything a trial needs; `seed` is its number, so that nothing is found of the one before."""

    gate: Gate
    card: EngineCard
    paint: Paint
    shooter: Shooter
    doubles: bool = False
    seed: int = 0

    def run(self, folder: Path, at: datetime, told: Callable[[str], None] = lambda _: None) -> Finding:
        """Shoot and measure all scenes in an empty folder; a scene that fails counts nothing and says why.

        No further scene is shot once another one would likely go beyond the rule's cost.
        """
        boards = {
            scene.name: self._board(scene, folder / f"{number:02}") for number, scene in enumerate(self.gate.scene)
        }
        seen = {name: signs(read(board)) for name, board in boards.items()}
        floor = chance(list(seen.values()))
        scenes = tuple(self._scenes(boards, seen, floor, told))
        sold = bool(self.card.vendor)
        decision, then, why = decide(self.gate.rule, self.card.name, scenes, sold=sold, proven=False)
        return Finding(
            engine=self.card.name,
            engine_version=self.card.version,
            at=at,
            gate=self.gate.version,
            metric=METRIC,
            doubles=self.doubles,
            floor=round(floor, 4),
            scenes=scenes,
            score=round(score(scenes), 2),
            cost_micros=sum(one.cost_micros for one in scenes),
            decision=decision,
            then=then,
            why=why,
        )

    def _scenes(
        self, boards: Mapping[str, Path], seen: Mapping[str, Signs], floor: float, told: Callable[[str], None]
    ) -> Iterator[SceneFinding]:
        spent = shot = 0
        for scene in self.gate.scene:
            if shot and spent + spent // shot > self.gate.rule.cost_micros:
                why = "not shot: it would cost more than the rule allows"
                yield SceneFinding(scene=scene.name, came=Came.DEAR, reason=why)
                continue
            told(scene.name)
            found = self._scene(scene, boards[scene.name], seen[scene.name], floor)
            spent, shot = spent + found.cost_micros, shot + 1
            yield found

    def _scene(self, scene: GateScene, board: Path, signs_: Signs, floor: float) -> SceneFinding:
        recipe = self._recipe(TakeKind.CLIP, ClipBrief(board=self._brief(scene), frames=self.gate.clip.frames), scene)
        try:
            product = self.shooter.shoot(Order(recipe, {"board": board}, _empty(board.parent / "clip")))
            found, first = _measured(product.file)
        except StudioError as error:
            # A film of no use is the engine's answer; that nobody answered is not.
            came = Came.SHOT if isinstance(error, Garbled | Unreadable) else Came.FAILED
            reason, cost = f"{type(error).__name__}: {error.detail}"[:300], self.shooter.cost(recipe)
            return SceneFinding(scene=scene.name, came=came, cost_micros=cost, reason=reason)
        near = similarity(signs_, first)
        return judged(scene.name, found, near, percent(found.raw, floor), self.shooter.cost(recipe), self.gate.guards)

    def _board(self, scene: GateScene, folder: Path) -> Path:
        still = self._brief(scene)
        still = still.model_copy(update={"staging": still.staging.model_copy(update={"move": Move.HOLD})})
        recipe = Recipe(
            kind=TakeKind.BOARD, brief=still.model_dump(mode="json"), engine="paper-painter", engine_version=""
        )
        return self.paint(Order(recipe, {}, _empty(folder))).file

    def _recipe(self, kind: TakeKind, brief: ClipBrief, scene: GateScene) -> Recipe:
        return Recipe(
            kind=kind,
            brief=brief.model_dump(mode="json"),
            inputs={"board": fingerprint(scene.model_dump(mode="json"))},
            engine=self.card.name,
            engine_version=self.card.version,
            seed=self.seed,
        )

    def _brief(self, scene: GateScene) -> BoardBrief:
        place = Place(id=scene.kit, name=scene.kit, interior=scene.interior, kit=scene.kit)
        return BoardBrief(
            staging=Staging(
                framing=scene.framing, move=scene.move, figures=scene.figures, focus=scene.focus, action=scene.action
            ),
            setting=Setting(place=place, time=scene.time, weather=scene.weather, mood=scene.mood),
            cast={one.character: self.gate.cast[one.character] for one in scene.figures},
            frame=self.gate.clip.frame,
        )


def _measured(film: Path) -> tuple[Measures, Signs]:
    """A film's figures, and the signs of its first picture."""
    pictures = decoded(film)
    first = next(pictures, None)
    if first is None:
        raise Unreadable(f"{film.name} has no picture in it")
    return measured(chain((first,), pictures)), signs(first)


def _empty(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder
