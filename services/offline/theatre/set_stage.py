"""A set being built: its view, palette, plan and the layers so far; draws nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from services.offline.theatre import set_walls
from services.offline.theatre.kits import KitPlan, Sheet
from services.offline.theatre.moods import Palette, mix, scale
from services.offline.theatre.props import hues
from services.offline.theatre.set_paper import sheet
from services.offline.theatre.set_view import View
from services.offline.theatre.sky import Star
from services.offline.theatre.sprite import Pixels

_SNOWED = {"ground": 0.9, "earth": 0.9, "stone": 0.95, "yellow": 0.85, "leaf": 0.88, "wood": 0.5, "pine": 0.35}


@dataclass
class Stage:
    """A set being built."""

    view: View
    palette: Palette
    plan: KitPlan
    draw: Random
    layers: dict[Sheet, Pixels]
    side: int
    box: set_walls.Box | None = None
    stars: tuple[Star, ...] = ()

    def on(self, which: Sheet) -> Pixels:
        """The layer of this name, begun if need be."""
        if which not in self.layers:
            self.layers[which] = sheet(self.view.width, self.view.height)
        return self.layers[which]


def paper(stage: Stage, name: str, tone: float, haze: float) -> str:
    """Choose the paper of a named colour: its tone, its snow, and how much air lies before it."""
    table = dict(hues(stage.palette).tokens)
    plain = scale(table[name], tone)
    if stage.palette.snow and name in _SNOWED:
        plain = mix(plain, scale(table["white"], 0.6 + 0.4 * tone), _SNOWED[name] * stage.palette.snow)
    return mix(plain, stage.palette.haze, min(0.95, haze + stage.palette.thickness * (0.3 + haze)))
