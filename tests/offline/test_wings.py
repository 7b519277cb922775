"""What waits beside the stage stays while it fits, by what it weighs by now, and what was unused longest goes first."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.offline.theatre.pose import Light
from services.offline.theatre.wings import Wings
from studio.story.cast import DNA
from tests.offline.doubles import BoxPuppet, box_set
from tests.offline.shots import CAST, HARBOUR, SMALL


class Growing(BoxPuppet):
    """A puppet that weighs what a test says."""

    weight = 0

    @property
    def nbytes(self) -> int:
        return self.weight


@dataclass
class Workshop:
    """Cuts puppets and remembers each."""

    cut: list[Growing] = field(default_factory=list)

    def __call__(self, dna: DNA, adult: float, _light: Light) -> Growing:
        self.cut.append(Growing(dna, adult))
        return self.cut[-1]


def tall(wings: Wings, who: str, height: float) -> object:
    return wings.puppet(CAST[who], height, Light())[0]


def test_a_puppet_that_has_grown_makes_others_go_before_the_next_shot() -> None:
    workshop = Workshop()
    wings = Wings(workshop, box_set, lambda place, frame: None, bound=100_000_000)
    ann, ben = tall(wings, "ann", 200), tall(wings, "ben", 200)
    assert tall(wings, "ann", 200) is ann  # and is the one used last
    ann.weight = 90_000_000  # type: ignore[attr-defined]
    ben.weight = 20_000_000  # type: ignore[attr-defined]
    wings.place(HARBOUR, SMALL, 0)
    assert tall(wings, "ann", 200) is ann
    assert tall(wings, "ben", 200) is not ben


def test_what_weighs_little_stays_whatever_its_height() -> None:
    workshop = Workshop()
    wings = Wings(workshop, box_set, lambda place, frame: None, bound=100_000_000)
    wings.place(HARBOUR, SMALL, 0)
    heights = [150.0 * 1.35**step for step in range(8)]
    first = [tall(wings, "ann", height) for height in heights]
    assert [tall(wings, "ann", height) for height in heights] == first
