"""The storyboard: every shot of an episode with its length, and how its board and its clip stand."""

from __future__ import annotations

from studio.desk.seat import Seat
from studio.desk.troubles import broken
from studio.desk.views import Failure
from studio.desk.watching import being_made
from studio.production.film import Choices
from studio.story.breakdown import Scene, Shot
from studio.story.noun import Noun
from studio.takes.plan import PlanItem, State


class ShotView(Noun):
    """A shot on the storyboard; `picture` is the fingerprint of its board, `film` of its clip, empty without one."""

    shot: Shot
    seconds: float
    board: PlanItem
    clip: PlanItem
    picture: str = ""
    film: str = ""
    making: frozenset[str] = frozenset()  # which of its subjects a run is to make now
    failures: tuple[Failure, ...] = ()  # of its board and its clip, that could not be made when last tried

    @property
    def wanted(self) -> tuple[PlanItem, ...]:
        """Of board and clip, what is missing or stale and not under way."""
        both = (self.board, self.clip)
        return tuple(one for one in both if one.state is not State.CURRENT and one.subject not in self.making)


def stands(failure: Failure | None, item: PlanItem) -> bool:
    """Whether what could not be made is still to be made: it is not there, or another take of it was asked for."""
    return failure is not None and (item.state is not State.CURRENT or failure.retake)


class SceneView(Noun):
    """A scene of the storyboard."""

    scene: Scene
    shots: tuple[ShotView, ...]


class Storyboard(Noun):
    """All scenes, for films of one frame."""

    aspect: str  # of its pictures, as CSS writes it
    scenes: tuple[SceneView, ...]

    @property
    def shots(self) -> tuple[ShotView, ...]:
        """All shots in the order of the film."""
        return tuple(shot for scene in self.scenes for shot in scene.shots)

    def shot(self, ident: str) -> ShotView | None:
        """The shot with this id, if there is one."""
        return next((one for one in self.shots if one.shot.id == ident), None)


class Storyboarding(Seat):
    """Lays out shots."""

    def storyboard(self, episode: str, choices: Choices) -> Storyboard:
        """Every shot as it stands in the newest version, for films so made. Makes no take."""
        film = self._film(episode, choices)
        found = self._look(episode, film)
        with self._house.db.read() as session:
            making = being_made(session, self._account, episode)
            failed = broken(session, self._account, episode, making)
        timeline, items, taken = found.cut.timeline, found.items, found.cut.takes
        size = f"{film.frame.width}x{film.frame.height}"

        def view(shot: Shot) -> ShotView:
            board, clip = f"board:{shot.id}@{size}", f"clip:{shot.id}@{film.mark}"
            drawn, moved = taken.get(board), taken.get(clip)
            return ShotView(
                shot=shot,
                seconds=timeline.entry(shot.id).frames / timeline.fps,
                board=items[board],
                clip=items[clip],
                picture=items[board].fingerprint or (drawn.fingerprint if drawn else ""),
                film=items[clip].fingerprint or (moved.fingerprint if moved else ""),
                making=making & {board, clip},
                failures=tuple(
                    failed[item.subject]
                    for item in (items[board], items[clip])
                    if stands(failed.get(item.subject), item)
                ),
            )

        scenes = film.breakdown.scenes
        views = tuple(SceneView(scene=scene, shots=tuple(view(shot) for shot in scene.shots)) for scene in scenes)
        return Storyboard(aspect=f"{film.frame.width} / {film.frame.height}", scenes=views)
