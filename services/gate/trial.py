"""A trial: the ten scenes painted by the offline painter and shot by one animator, each clip measured and paid.

Colours and edges are compared here; where a judge is at hand, what it sees counts instead, and alone can pass anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Protocol

from services.gate.judging import Evidence, Judge
from services.gate.rule import BLIND, Came, Finding, Gate, GateScene, SceneFinding, decide, judged, score
from services.gpu.answers import Score
from services.media.consistency import Measures, Signs, chance, measured, percent, signs, similarity
from services.media.footage import decoded
from services.painters.picture import read
from studio.crew import Order, Product
from studio.errors import Garbled, StudioError, Unreadable, VendorError
from studio.money.quote import Quote
from studio.story.breakdown import Move, Staging
from studio.story.places import Place, Setting
from studio.takes.briefs import BoardBrief, ClipBrief
from studio.takes.recipe import Recipe, TakeKind, fingerprint
from studio.takes.roster import EngineCard

METRIC = "weight-free"
_NOBODY = f"{BLIND}: no GPU endpoint is set that compares them"
_WEIGHTS = f"{BLIND}: the GPU endpoint has no weights to compare them with"
Paint = Callable[[Order], Product]


class Shooter(Protocol):
    """Has clips shot, and knows what each will cost and did."""

    def quote(self, recipe: Recipe) -> Quote:
        """What it will cost."""
        ...

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

    def quote(self, _: Recipe) -> Quote:
        """Nothing."""
        return Quote()

    def shoot(self, order: Order) -> Product:
        """One clip."""
        return self.perform(order)

    def cost(self, _: Recipe) -> int:
        """Nothing."""
        return 0


@dataclass(frozen=True)
class Seen:
    """The scenes as they count in the end, by which measure, and whether that passes them or `why` not."""

    scenes: tuple[SceneFinding, ...]
    metric: str = METRIC
    passed: bool = False
    why: str = _NOBODY
    cost_micros: int = 0


@dataclass(frozen=True)
class Trial:
    """Everything a trial needs; `seed` is its number, so that nothing is found of the one before."""

    gate: Gate
    card: EngineCard
    paint: Paint
    shooter: Shooter
    doubles: bool = False
    seed: int = 0
    judge: Judge | None = None

    def quoted(self) -> Quote:
        """What the clips of all scenes will cost; comparing them comes on top."""
        return sum((self.shooter.quote(self._clip(scene)) for scene in self.gate.scene), Quote())

    def run(self, folder: Path, at: datetime, told: Callable[[str], None] = lambda _: None) -> Finding:
        """Shoot and measure all scenes in an empty folder; a scene that fails counts nothing and says why.

        No further scene is shot once another one would likely go beyond the rule's cost. A judge that cannot be asked,
        or has no weights, changes nothing but what is said of it.
        """
        boards = {
            scene.name: self._board(scene, folder / f"{number:02}") for number, scene in enumerate(self.gate.scene)
        }
        seen = {name: signs(read(board)) for name, board in boards.items()}
        floor = chance(list(seen.values()))
        clips: dict[str, Path] = {}
        scenes = tuple(self._scenes(boards, seen, floor, clips, told))
        seen_by = self._compared(scenes, boards, clips, folder / "cast")
        scenes, sold = seen_by.scenes, bool(self.card.vendor)
        decision, then, why = decide(
            self.gate.rule, self.card.name, scenes, sold=sold, proven=seen_by.passed, unproven=seen_by.why
        )
        return Finding(
            engine=self.card.name,
            engine_version=self.card.version,
            at=at,
            gate=self.gate.version,
            metric=seen_by.metric,
            doubles=self.doubles or (seen_by.metric != METRIC and self.judge is not None and self.judge.doubles),
            floor=round(floor, 4),
            scenes=scenes,
            score=round(score(scenes), 2),
            cost_micros=sum(one.cost_micros for one in scenes) + seen_by.cost_micros,
            decision=decision,
            then=then,
            why=why,
        )

    def _compared(
        self, scenes: tuple[SceneFinding, ...], boards: Mapping[str, Path], clips: Mapping[str, Path], folder: Path
    ) -> Seen:
        """What the judge sees in the clips that were shot; nothing is bought where the rule is past being passed."""
        blind = Seen(scenes)
        if self.judge is None or not self.card.vendor:
            return blind
        if len(clips) < self.gate.rule.scenes or any(one.came is Came.DEAR for one in scenes):
            return blind
        shown = [scene for scene in self.gate.scene if scene.name in clips]
        evidence = [
            Evidence(one.name, clips[one.name], boards[one.name], tuple(who.character for who in one.figures))
            for one in shown
        ]
        try:
            found = self.judge.judge(evidence, self._cast(shown, boards, folder))
        except StudioError as error:
            missing = isinstance(error, VendorError) and error.operation == "not_installed"
            why = _WEIGHTS if missing else f"{BLIND}: {error.detail}"[:300]
            return replace(blind, why=why, cost_micros=self.judge.cost())
        return replace(_seen(scenes, found), cost_micros=self.judge.cost())

    def _cast(self, scenes: Sequence[GateScene], boards: Mapping[str, Path], folder: Path) -> dict[str, list[Path]]:
        """Everybody as the boards show them, alone: who is there with others is painted without them."""
        shown: dict[str, list[Path]] = {name: [] for name in self.gate.cast}
        for number, scene in enumerate(scenes):
            for who in scene.figures:
                alone = scene.model_copy(update={"figures": (who,), "focus": who.character})
                several = len(scene.figures) > 1
                board = self._board(alone, folder / f"{number:02}-{who.character}") if several else boards[scene.name]
                shown[who.character].append(board)
        return {name: files for name, files in shown.items() if files}

    def _scenes(
        self,
        boards: Mapping[str, Path],
        seen: Mapping[str, Signs],
        floor: float,
        clips: dict[str, Path],
        told: Callable[[str], None],
    ) -> Iterator[SceneFinding]:
        """Every scene in its turn; clips that can be looked at are put into `clips`."""
        spent = shot = 0
        for scene in self.gate.scene:
            if shot and spent + spent // shot > self.gate.rule.cost_micros:
                why = "not shot: it would cost more than the rule allows"
                yield SceneFinding(scene=scene.name, came=Came.DEAR, reason=why)
                continue
            told(scene.name)
            found = self._scene(scene, boards[scene.name], seen[scene.name], floor, clips)
            spent, shot = spent + found.cost_micros, shot + 1
            yield found

    def _scene(
        self, scene: GateScene, board: Path, signs_: Signs, floor: float, clips: dict[str, Path]
    ) -> SceneFinding:
        recipe = self._clip(scene)
        try:
            product = self.shooter.shoot(Order(recipe, {"board": board}, _empty(board.parent / "clip")))
            found, first = _measured(product.file)
        except StudioError as error:
            # A film of no use is the engine's answer; that nobody answered is not.
            came = Came.SHOT if isinstance(error, Garbled | Unreadable) else Came.FAILED
            reason, cost = f"{type(error).__name__}: {error.detail}"[:300], self.shooter.cost(recipe)
            return SceneFinding(scene=scene.name, came=came, cost_micros=cost, reason=reason)
        clips[scene.name] = product.file
        near = similarity(signs_, first)
        return judged(scene.name, found, near, percent(found.raw, floor), self.shooter.cost(recipe), self.gate.guards)

    def _clip(self, scene: GateScene) -> Recipe:
        return self._recipe(TakeKind.CLIP, ClipBrief(board=self._brief(scene), frames=self.gate.clip.frames), scene)

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


def _seen(scenes: Sequence[SceneFinding], found: Score) -> Seen:
    """The scenes by what a judge saw; a guard of either side counts."""
    by = {one.name: one for one in found.scenes}

    def counted(one: SceneFinding) -> SceneFinding:
        if (theirs := by.get(one.scene)) is None:
            return one
        reason = one.reason or theirs.reason
        figures = {"percent": round(theirs.percent, 2), "counted": 0.0 if reason else round(theirs.counted, 2)}
        return one.model_copy(update={**figures, "reason": reason})

    why = "the GPU endpoint compared faces too and does not pass it"
    return Seen(tuple(counted(one) for one in scenes), found.method, found.passed, why)


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
