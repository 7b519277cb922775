"""Every noun can be built, though that is left until the first one is made."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

import studio
from studio.story.noun import Noun


def kinds(of: type[Noun]) -> Iterator[type[Noun]]:
    for one in of.__subclasses__():
        yield one
        yield from kinds(one)


def test_every_noun_can_be_built() -> None:
    for module in walk_packages(studio.__path__, "studio."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    mine = [one for one in kinds(Noun) if one.__module__.startswith("studio.")]
    assert len(mine) > 100
    unbuilt = [one for one in mine if one.model_rebuild() is False or not one.__pydantic_complete__]
    assert not unbuilt
