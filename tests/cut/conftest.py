"""Small breakdowns for the cut."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from studio.story.breakdown import Breakdown, Line, Passage, Scene, Shot, Staging
from studio.story.cast import Character
from studio.story.places import Place, Setting

Teller = Callable[..., Breakdown]


@pytest.fixture
def story() -> Teller:
    """Build a breakdown from the texts of each shot, four shots a scene."""

    def tell(*shots: tuple[str, ...], title: str = "Tide", dual: bool = False, name: str = "Ada") -> Breakdown:
        made = [
            Shot(
                id=f"shot-{i}",
                number=f"{i // 4 + 1}{chr(65 + i % 4)}",
                staging=Staging(action="The lantern swings."),
                lines=tuple(
                    Line(id=f"line-{i}-{k}", character="ada" if k % 2 == 0 else "bo", text=text, dual=dual and k > 0)
                    for k, text in enumerate(texts)
                ),
            )
            for i, texts in enumerate(shots)
        ]
        room = Setting(place=Place(id="room", name="Room"))
        scenes = tuple(
            Scene(
                id=f"scene-{i // 4}",
                number=str(i // 4 + 1),
                heading="INT. ROOM",
                setting=room,
                shots=tuple(made[i : i + 4]),
            )
            for i in range(0, len(made), 4)
        )
        cast = (Character(id="ada", name=name), Character(id="bo", name="Bo"))
        return Breakdown(title=title, cast=cast, scenes=scenes)

    return tell


@pytest.fixture
def faded(story: Teller) -> Breakdown:
    """Four scenes of four shots: from black, dissolved into, cut to black and back, to black at the end."""
    told = story(*[("We should go.", "Should we?"), (), ("So?",), ("Yes.",)] * 4)
    edges = (("fade", "cut"), ("dissolve", "fade"), ("fade", "cut"), ("dissolve", "fade"))
    scenes = tuple(
        scene.model_copy(update={"opening": Passage(opening), "closing": Passage(closing)})
        for scene, (opening, closing) in zip(told.scenes, edges, strict=True)
    )
    return told.model_copy(update={"scenes": scenes})
