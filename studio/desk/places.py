"""The places of an episode with their plates by time, weather and mood, for the page that lists them."""

from __future__ import annotations

from studio.errors import NotFound
from studio.production.film import Choices
from studio.production.wants import plate_subject
from studio.story.breakdown import Breakdown, Scene
from studio.story.noun import Noun
from studio.story.places import Place, Setting
from studio.story.scouting import names_kit
from studio.takes.frame import frame


class PlateView(Noun):
    """A place in one light: the subject of its plate, and the scenes that play there so."""

    subject: str
    setting: Setting
    scenes: tuple[Scene, ...]

    @property
    def shots(self) -> tuple[str, ...]:
        """The ids of the shots that stand before it."""
        return tuple(shot.id for scene in self.scenes for shot in scene.shots)


class PlaceView(Noun):
    """A place with its plates; `guessed` when the script's words do not say which set it is."""

    place: Place
    guessed: bool
    plates: tuple[PlateView, ...]

    @property
    def shots(self) -> tuple[str, ...]:
        """The ids of all its shots."""
        return tuple(shot for plate in self.plates for shot in plate.shots)


def places(breakdown: Breakdown, choices: Choices) -> tuple[PlaceView, ...]:
    """Every place in the order of the story."""
    found: dict[str, dict[str, list[Scene]]] = {}
    made_for = frame(choices.aspect, choices.quality)
    for scene in breakdown.scenes:
        plates = found.setdefault(scene.setting.place.id, {})
        plates.setdefault(plate_subject(scene.setting, made_for), []).append(scene)
    return tuple(_place(plates) for plates in found.values())


def plate_of(breakdown: Breakdown, choices: Choices, scene: str) -> PlateView:
    """The plate a scene plays before; NotFound for no such scene."""
    plates = (plate for place in places(breakdown, choices) for plate in place.plates)
    for plate in plates:
        if scene in {one.id for one in plate.scenes}:
            return plate
    raise NotFound(f"no scene {scene}")


def _place(plates: dict[str, list[Scene]]) -> PlaceView:
    scenes = [scene for some in plates.values() for scene in some]
    return PlaceView(
        place=scenes[0].setting.place,
        guessed=not any(names_kit(scene.heading) for scene in scenes),
        plates=tuple(
            PlateView(subject=subject, setting=some[0].setting, scenes=tuple(some)) for subject, some in plates.items()
        ),
    )
