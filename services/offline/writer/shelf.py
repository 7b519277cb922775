"""The shelf of shapes, motifs and passages, read from data once and checked whole."""

from __future__ import annotations

from functools import cache

from services.offline.writer.lexicon import DATA, table
from services.offline.writer.passage import Passage, compile_passage
from studio.errors import BadRequest
from studio.story.noun import Noun

BEATS = ("want", "obstacle", "turn", "choice", "close")


class Shape(Noun):
    """A shape of story: the words that call for it and the passages of its beats."""

    name: str
    words: frozenset[str]
    genres: frozenset[str]
    beats: dict[str, tuple[Passage, ...]]
    titles: tuple[Passage, ...]
    strangers: bool = False
    absent: bool = False
    inside: bool = False
    family: bool = False
    needs: str = ""
    sort: str = ""
    called: bool = False
    kit: str = ""
    own: bool = False


class Motif(Noun):
    """Something planted early that pays off at the end."""

    name: str
    plant: Passage
    payoff: Passage


@cache
def shapes() -> tuple[Shape, ...]:
    """All shapes, by name; BadRequest names a beat that is missing."""
    return tuple(shape(path.name) for path in sorted((DATA / "shapes").glob("*.toml")))


def shape(file: str) -> Shape:
    """Read one shape."""
    data = table(f"shapes/{file}")
    where = f"shapes/{file}"
    beats = {beat: passages(data.get(beat, []), where) for beat in BEATS}
    empty = [beat for beat, found in beats.items() if len(found) < 2]
    if empty:
        raise BadRequest(f"the beat {empty[0]!r} needs at least two passages", field=where)
    return Shape(
        name=file.removesuffix(".toml"),
        words=frozenset(data["words"].split()),
        genres=frozenset(data["genres"].split()),
        beats=beats,
        titles=passages(data["titles"], where),
        strangers=bool(data.get("strangers", False)),
        absent=bool(data.get("absent", False)),
        inside=bool(data.get("inside", False)),
        family=bool(data.get("family", False)),
        needs=str(data.get("needs", "")),
        sort=str(data.get("sort", "")),
        called=bool(data.get("called", False)),
        kit=str(data.get("kit", "")),
        own=bool(data.get("own", False)),
    )


@cache
def motifs() -> tuple[Motif, ...]:
    """All motifs, by name."""
    found = []
    for name, data in sorted(table("motifs.toml").items()):
        plant, payoff = (compile_passage(data[key], f"motifs.toml {name}") for key in ("plant", "payoff"))
        found.append(Motif(name=name, plant=plant, payoff=payoff))
    return tuple(found)


@cache
def bank(file: str, key: str) -> tuple[Passage, ...]:
    """The passages of one list of a data file."""
    return passages(table(file)[key], f"{file} {key}")


def passages(texts: list[str], where: str) -> tuple[Passage, ...]:
    """Compile a list of passages; a plain sentence is an action line."""
    return tuple(compile_passage(text if is_marked(text) else f"> {text}", where) for text in texts)


def is_marked(text: str) -> bool:
    """Whether a text is written as a passage rather than as a plain sentence."""
    return text.lstrip().startswith((">", "when ", "?")) or (
        text.lstrip()[1:2] in (":", " ") and ":" in text.split("\n")[0][:24]
    )
