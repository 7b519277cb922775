"""Voicing: who speaks with which voice, and how a line is to be read. Decides; makes no sound."""

from __future__ import annotations

from studio.errors import BadRequest, NotFound
from studio.story.breakdown import Breakdown, Line, Scene, Shot
from studio.story.cast import Casting
from studio.story.noun import Noun

SLOWEST, FASTEST = 0.5, 2.0  # times the character's pace
LOWEST, HIGHEST = 0.6, 1.6  # times the voice's own pitch
_TELLING = 60  # characters in which a voice can be judged
_LONGEST = 2000  # characters a line may be spoken as


class LineReading(Noun):
    """How a person wants a line read; as it stands where nothing is set."""

    speed: float = 0.0  # times the character's pace; 0 is as they always speak
    said_as: str = ""  # spoken instead of the text
    like: str = ""  # a manner the voice engine knows, instead of the parentheticals


def cast_voice(breakdown: Breakdown, character: str, casting: Casting) -> Breakdown:
    """Give a character a voice; NotFound for somebody who is not in the cast, BadRequest for what no voice can do."""
    if character not in {member.id for member in breakdown.cast}:
        raise NotFound(f"nobody called {character} is in the cast")
    _within(casting.pace, SLOWEST, FASTEST, "pace")
    _within(casting.pitch, LOWEST, HIGHEST, "pitch")
    cast = tuple(
        member.model_copy(update={"casting": casting}) if member.id == character else member
        for member in breakdown.cast
    )
    return breakdown.model_copy(update={"cast": cast})


def read_line(breakdown: Breakdown, line: str, how: LineReading) -> Breakdown:
    """Have a line read so; NotFound when there is no such line, BadRequest for what no voice can do."""
    if line not in {one.id for one in breakdown.lines}:
        raise NotFound(f"no line {line}")
    if how.speed:
        _within(how.speed, SLOWEST, FASTEST, "speed")
    if len(how.said_as) > _LONGEST:
        raise BadRequest(f"{len(how.said_as)} letters; a line can be spoken as {_LONGEST} at most", field="said_as")

    def read(one: Line) -> Line:
        said_as = " ".join(how.said_as.split())
        update = {"speed": how.speed, "said_as": "" if said_as == one.text else said_as, "like": how.like}
        return one.model_copy(update=update) if one.id == line else one

    def spoken(shot: Shot) -> Shot:
        return shot.model_copy(update={"lines": tuple(read(one) for one in shot.lines)})

    def played(scene: Scene) -> Scene:
        return scene.model_copy(update={"shots": tuple(spoken(shot) for shot in scene.shots)})

    return breakdown.model_copy(update={"scenes": tuple(played(scene) for scene in breakdown.scenes)})


def telling_line(breakdown: Breakdown, character: str) -> Line | None:
    """The line of a character that tells most of a voice: neither a word nor a speech, and with no manner if they have
    such a one; None when they say nothing."""
    lines = [line for line in breakdown.lines if line.character == character]
    return min(lines, key=lambda line: (bool(line.manner), abs(len(line.text) - _TELLING)), default=None)


def as_read(line: Line, was: Line | None) -> Line:
    """A line of the newest text, read as a person decided before; how other words were pronounced is forgotten."""
    if was is None:
        return line
    said_as = was.said_as if was.text == line.text else ""
    return line.model_copy(update={"speed": was.speed, "said_as": said_as, "like": was.like})


def _within(value: float, least: float, most: float, field: str) -> None:
    if not least <= value <= most:
        raise BadRequest(f"{value:g}; {least:g} to {most:g} can be spoken", field=field)
