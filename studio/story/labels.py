"""What traits, parts, sets and light are called on the screen, from data/words/labels.toml."""

from __future__ import annotations

from studio.story.lexicon import tables

_NONE = "None"


def label(kind: str, value: str) -> str:
    """What a value is called: `label("hat", "tophat")` is "Top hat"; nothing chosen is "None"."""
    return tables("labels")[kind][value] if value else _NONE
