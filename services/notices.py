"""The words a person reads for an error or a stage, from data/notices.toml."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import Any

from services.settings import ROOT
from studio.errors import BadRequest, StudioError

_EXCEPTION = re.compile(r"[A-Z][a-z]+(?:[A-Z]\w*)+")  # KeyError, BrokenProcessPool


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((ROOT / "data" / "notices.toml").read_text(encoding="utf-8"))


def sentences() -> dict[str, str]:
    """Class name -> sentence with {detail}."""
    return dict(_table()["sentences"])


def sentence(error: StudioError) -> str:
    """What to tell a person about an error."""
    words = sentences()[type(error).__name__]
    if isinstance(error, BadRequest) and (field := _table()["fields"].get(error.field)):
        why = error.detail.removeprefix(f"{error.field}: ").rstrip(". ")
        return words.replace("This", str(field), 1).format(detail=why)
    return words.format(detail=str(error).rstrip(". ") or "no more is known")


def outcome(error: str) -> str:
    """What to tell a person about an error kept as text, `Class: detail`; empty when there was none.

    What nobody foresaw is an exception of Python's: what it says is for the log alone.
    """
    name, colon, detail = error.partition(": ")
    if known := sentences().get(name):
        return known.format(detail=detail.rstrip(". ") or "no more is known")
    return str(_table()["accidents"]["made"]) if colon and _EXCEPTION.fullmatch(name) else error


def outside(error: str) -> str:
    """What to tell somebody who does not run the studio about an error, by its class or as it was kept as text.

    Empty where they read of it what everybody does.
    """
    return str(_table()["outside"].get(error.partition(":")[0], ""))


def accident(reference: str) -> str:
    """What to tell a person about an error nobody foresaw."""
    return str(_table()["accidents"]["unforeseen"]).format(reference=reference)


def stage(name: str) -> str:
    """What to tell a person a run is doing; a run that has not begun is starting."""
    return str(_table()["stages"].get(name, "Starting"))


def kind(name: str) -> str:
    """What takes of a kind are called, in the plural."""
    return str(_table()["kinds"][name])
