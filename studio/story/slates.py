"""Slates: the numbers of a scene's shots, 1A, 1B and so on, and where a shot is found."""

from __future__ import annotations

from collections.abc import Sequence

from studio.errors import NotFound
from studio.story.breakdown import Breakdown, Scene, Shot

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # slates leave out I and O, which look like figures


def letters(index: int) -> str:
    """The letters of a slate: A, B, ... Z, AA, AB; without I and O."""
    text = _LETTERS[index % len(_LETTERS)]
    return text if index < len(_LETTERS) else letters(index // len(_LETTERS) - 1) + text


def numbered(number: str, shots: Sequence[Shot]) -> tuple[Shot, ...]:
    """Letter the shots of a scene of this number in their order."""
    slates = (number + letters(at) for at in range(len(shots)))
    return tuple(
        shot if shot.number == slate else shot.model_copy(update={"number": slate})
        for shot, slate in zip(shots, slates, strict=True)
    )


def find(breakdown: Breakdown, shot: str) -> tuple[Scene, int]:
    """The scene of a shot and its place there; NotFound when no scene has it."""
    for scene in breakdown.scenes:
        for at, one in enumerate(scene.shots):
            if one.id == shot:
                return scene, at
    raise NotFound("the shot is no longer in the episode; look at its newest version")
