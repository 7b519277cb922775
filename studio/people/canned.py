"""Canned answers: what founders begin with, from data/answers.toml, with what is known of a ticket filled in."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Self

from pydantic import model_validator

from studio.story.noun import Noun

_FILE = Path(__file__).parents[2] / "data" / "answers.toml"
_UNKNOWN = {"name": "there", "title": "your question", "episode": "your episode", "page": "the page"}
_STUDIO = "TrashFire Studio"
_LONGEST = 3_000  # letters, so that what is filled in fits too


class Canned(Noun):
    """An answer; with `asks` the creator is waited for."""

    name: str
    title: str
    text: str
    asks: bool = False

    @model_validator(mode="after")
    def _fits(self) -> Self:
        asked = {field for _, field, _, _ in Formatter().parse(self.text) if field is not None}
        if unknown := asked - {*_UNKNOWN, "studio"}:
            raise ValueError(f"{self.name} asks for {', '.join(sorted(unknown))}")
        if not self.text.strip() or len(self.text) > _LONGEST:
            raise ValueError(f"{self.name} has between 1 and {_LONGEST:,} letters")
        return self


@cache
def answers() -> tuple[Canned, ...]:
    """Every answer there is, in the file's order."""
    found = tuple(Canned(**one) for one in tomllib.loads(_FILE.read_text(encoding="utf-8"))["answer"])
    if len({one.name for one in found}) != len(found):
        raise ValueError(f"{_FILE.name} has two answers of one name")
    return found


def filled_in(name: str, title: str, facts: Sequence[Sequence[str]]) -> tuple[Canned, ...]:
    """Every answer with what is known: who asks, the title, and the episode and page that went along."""
    along: Mapping[str, str] = {label.lower(): value for label, value in facts}
    told = {"name": name, "title": title, "episode": along.get("episode", ""), "page": along.get("page", "")}
    said = {key: value or _UNKNOWN[key] for key, value in told.items()} | {"studio": _STUDIO}
    return tuple(one.model_copy(update={"text": one.text.format_map(said)}) for one in answers())
