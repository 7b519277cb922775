"""What a scene is about in one line, in the script's own words, and who is in it."""

from __future__ import annotations

from studio.story.breakdown import Scene
from studio.story.mentions import sentences

_MOST = 110  # letters of a line in an outline


def synopsis(scene: Scene) -> str:
    """The scene's first sentence of action, or what is first said in it; empty for a scene without either."""
    told = [sentence for shot in scene.shots for sentence in sentences(shot.staging.action)]
    telling = next((sentence for sentence in told if len(sentence.split()) > 3), told[0] if told else "")
    if not telling:
        said = next((line.text for shot in scene.shots for line in shot.lines), "")
        telling = f"“{said}”" if said else ""
    line = " ".join(telling.split()).rstrip(";:,")  # a sentence may end within the writer's own
    return line if len(line) <= _MOST else f"{line[:_MOST].rsplit(' ', 1)[0]} …"


def appearing(scene: Scene) -> tuple[str, ...]:
    """The ids of everybody seen or heard in a scene, in the order they appear."""
    seen = []
    for shot in scene.shots:
        seen += [line.character for line in shot.lines] + [figure.character for figure in shot.staging.figures]
    return tuple(dict.fromkeys(seen))
