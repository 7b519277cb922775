"""What waits beside the stage: puppets and sets already cut, kept while they fit into a bound of bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from math import ceil, log
from typing import Any, cast

import numpy as np

from services.offline.theatre.air import Air, air_of
from services.offline.theatre.layer import Set
from services.offline.theatre.mark import Body
from services.offline.theatre.memory import trim
from services.offline.theatre.pose import Light, Pose, Puppet
from services.offline.theatre.puppet import PaperPuppet
from services.offline.theatre.set_kept import kept_set
from services.offline.theatre.sets import build_set
from services.offline.theatre.sprite import Pixels
from services.offline.theatre.weather import Weather, weather_layer
from studio.story.cast import DNA
from studio.story.places import Setting
from studio.takes.frame import Frame

_REFERENCE = 240.0  # pixels of the small puppet a character is measured by
_STEP = 1.3  # puppets are cut in few sizes and drawn a little smaller: cutting one costs a dozen pictures
_ON_DISK = 8  # a set that is only seen there weighs so many times less: its pages are let go after each shot
Weigh = Callable[[Any], int]  # the memory a thing takes by now
Store = Callable[[Setting, Frame, int, Callable[[], Set]], Set]  # where a set is found, and kept once it is built


def _nowhere(_setting: Setting, _frame: Frame, _seed: int, build: Callable[[], Set]) -> Set:
    return build()


@dataclass
class Wings:
    """Puppets and sets by what decides them; the longest unused go first when `bound` bytes are passed."""

    puppets: Callable[[DNA, float, Light], Puppet]
    sets: Callable[[Setting, Frame, int], Set]
    weathers: Callable[[Setting, Frame], Weather | None]
    store: Store = _nowhere
    bound: int = 36_000_000
    _measures: dict[DNA, tuple[float, float, float]] = field(default_factory=dict)
    _kept: OrderedDict[Hashable, tuple[Any, Weigh]] = field(default_factory=OrderedDict)

    def puppet(self, dna: DNA, height: float, light: Light) -> tuple[Puppet, float]:
        """A puppet at least `height` pixels high, and the zoom that makes it as high as asked."""
        share = self._measured(dna)[0]
        adult = _STEP ** ceil(log(max(height / share, 16.0)) / log(_STEP))
        made = self._keep(
            (dna, adult, light),
            lambda: self.puppets(dna, adult, light),
            lambda made: made.nbytes,
        )
        return cast(Puppet, made), height / (adult * share)

    def place(self, setting: Setting, frame: Frame, seed: int) -> Set:
        """A built set, maybe by another process."""

        def build() -> Set:
            # Half of what is kept makes room first, because building takes three times what is kept of it.
            self._shrink(self.bound // 2)
            trim()
            return self.sets(setting, frame, seed)

        self._shrink(self.bound)  # puppets have grown in the shot before
        made = self._keep(
            (setting, frame, seed),
            lambda: self.store(setting, frame, seed, build),
            lambda built: sum(_weight(layer.pixels) for layer in built.layers),
        )
        return cast(Set, made)

    def air(self, setting: Setting, frame: Frame) -> Air:
        """The weather of a setting."""
        made = self._keep(
            ("air", setting, frame), lambda: air_of(self.weathers(setting, frame)), lambda built: built.nbytes
        )
        return cast(Air, made)

    def body(self, dna: DNA) -> Body:
        """The measures of a character: as high as the DNA says, the eyes where the puppet has them."""
        share, eyes, top = self._measured(dna)  # who sits in a wheelchair is lower than the DNA says
        return Body(round(share, 6), eyes, top)

    def _measured(self, dna: DNA) -> tuple[float, float, float]:
        """Of a small puppet: its height in the adults it was cut for; its eyes and its top as parts of that height."""
        if dna not in self._measures:
            puppet = self.puppets(dna, _REFERENCE, Light())
            sheet = np.zeros((round(1.5 * puppet.height), round(1.5 * puppet.height), 4), np.uint8)
            floor = 1.45 * puppet.height
            puppet.draw(sheet, Pose(), feet=(0.75 * puppet.height, floor))
            highest = int(np.flatnonzero(sheet[:, :, 3].max(axis=1) > 128)[0])
            share, eyes = puppet.height / _REFERENCE, puppet.eyes / puppet.height
            self._measures[dna] = share, eyes, max((floor - highest) / puppet.height, 1.0)
        return self._measures[dna]

    def _keep(self, key: Hashable, make: Callable[[], Any], weigh: Weigh) -> Any:
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key][0]
        made = make()
        self._kept[key] = made, weigh
        self._shrink(self.bound)
        return made

    def _shrink(self, bound: int) -> None:
        weights = [weigh(made) for made, weigh in self._kept.values()]
        for at in range(len(weights) - 1):
            if sum(weights[at:]) <= bound:
                return
            self._kept.popitem(last=False)


def _weight(pixels: Pixels) -> int:
    return pixels.nbytes if pixels.flags.writeable else pixels.nbytes // _ON_DISK


def paper_wings() -> Wings:
    """Wings with the puppets and sets cut from data/paper."""
    return Wings(
        puppets=lambda dna, adult, light: PaperPuppet(dna, height=adult, light=light),
        sets=lambda setting, frame, seed: build_set(setting, frame, seed=seed),
        weathers=lambda setting, frame: weather_layer(setting, frame, seed=0),
        store=kept_set,
    )
