"""A source as the command line names it: a pitch in quotes or a path."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from services.commands.gaps import gaps
from services.commands.keeping import say
from services.settings import Settings
from studio.cut.captions import CaptionStyle
from studio.desk.drafting import Drafting
from studio.desk.planning import Foreseen
from studio.errors import BadRequest, BadScript
from studio.money.quote import Quote
from studio.production.film import Choices
from studio.story.source import SUFFIXES
from studio.takes.frame import Aspect, Quality

if TYPE_CHECKING:
    from studio.desk.desk import Desk

_PATH = re.compile(r"\S*[/\\]\S*|\S+\.[A-Za-z][A-Za-z0-9]{0,9}")  # one word with a slash or a suffix in it
_WANTED = f"a source is a pitch in some words, or a file that ends in {', '.join(sorted(SUFFIXES))}"


@dataclass(frozen=True)
class Asked:
    """What somebody typed: SOURCE, --title, --seed, --length, --series and --crew."""

    source: str
    title: str
    seed: int
    length: int
    series: str = ""
    crew: str = ""

    @property
    def file(self) -> Path | None:
        """The file the source names, or None for a pitch; BadScript for a path that cannot be drafted."""
        if len(self.source) > 1000 or "\n" in self.source or not self.source.strip():
            return None
        path, there = Path(self.source), False
        with suppress(OSError, RuntimeError):  # a pitch may be longer than a name, or begin with somebody's ~
            path = path.expanduser()
            there = path.exists()
        known = path.suffix.casefold() in SUFFIXES
        if there and known and path.is_file():
            return path
        if there or known or _PATH.fullmatch(self.source):
            raise BadScript(f"{_wrong(path, there=there)}; {_WANTED}")
        return None


def _wrong(path: Path, *, there: bool) -> str:
    """Why a path is no source."""
    if there:
        return f"{path} is a folder" if path.is_dir() else f"{path.name} is no screenplay"
    return f"there is no file {path}"


def choices(aspect: Aspect, quality: Quality, burn: str, *, names: bool, music: bool, keep_stale: bool) -> Choices:
    """The choices of a production; BadRequest for an unknown caption style."""
    if burn and burn not in list(CaptionStyle):
        raise BadRequest(f"{burn!r} is no caption style; plain and karaoke are", field="burn")
    style = CaptionStyle(burn) if burn else None
    return Choices(aspect=aspect, quality=quality, burn=style, names=names, music=music, keep_stale=keep_stale)


def open_source(desk: Drafting, asked: Asked) -> str:
    """The episode of a source."""
    wishes = _wishes(asked)
    if (file := asked.file) is None:
        episode = desk.open_pitch(asked.source, **wishes)
    else:
        episode = desk.open_file(str(file.resolve()), file.read_bytes(), **wishes)
    if asked.crew:
        desk.engage_named(episode, asked.crew)
        tell_gaps(asked.crew)
    return episode


def tell_gaps(crew: str) -> None:
    """Say on stderr who is missing in a crew that was asked for."""
    for told in gaps(crew, Settings()):
        say(told)


def preview(desk: Drafting, asked: Asked, choices: Choices) -> Foreseen:
    """The plan of a source, with names for what it is about; writes nothing."""
    wishes = _wishes(asked)
    if (file := asked.file) is None:
        return desk.plan_pitch(asked.source, choices, **wishes)
    return desk.plan_file(str(file.resolve()), file.read_bytes(), choices, **wishes)


def to_write(desk: Desk, asked: Asked, choices: Choices) -> tuple[str, Quote] | None:
    """Who is yet to write the screenplay of a pitch at a vendor, and what for; None where nobody is."""
    writer = choices.crew.name("writer") if choices.crew and asked.file is None else ""
    quote = desk.writing(asked.source, asked.length, writer) if writer else Quote()
    return (writer, quote) if quote.ceiling and desk.unwritten(asked.source, **_wishes(asked)) else None


class _Wishes(TypedDict):
    title: str
    seconds: int
    seed: int
    series: str


def _wishes(asked: Asked) -> _Wishes:
    return {"title": asked.title, "seconds": asked.length, "seed": asked.seed, "series": asked.series}
