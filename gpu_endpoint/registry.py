"""The engines by name: what each makes, in which sizes and lengths, with what it must be given and what it needs.

Each file of engines/ is one engine. Every engine has a twin, `tiny-` and its name: the same code and rules on a model
with random weights that a processor runs in moments. Nothing here loads a model.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from gpu_endpoint.errors import UnknownEngine

_FOLDER = Path(__file__).parent / "engines"
TINY = "tiny-"


class _Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Sizes(_Fact):
    """Which sizes an engine makes: sides in whole steps, at most so many pixels."""

    step: int = Field(ge=1)
    least: int = Field(ge=16)
    most_pixels: int
    usual: tuple[int, int]


class Lengths(_Fact):
    """How many pictures an engine makes: least, least + step, ... most; all of one model's windows together."""

    least: int = 1
    most: int = 1
    step: int = 1
    usual: int = 1


class Steps(_Fact):
    """How often a picture is denoised."""

    usual: int
    most: int


class Knob(_Fact):
    """A parameter of an engine's own, its bounds and what it is without being asked for."""

    kind: Literal["int", "float"]
    usual: float
    least: float
    most: float


class Needs(_Fact):
    """What an engine takes, GiB: its weights as they lie on the card, and all of it at its usual size."""

    weights: float
    peak: float
    fp8: float | None = None  # of the weights, stored in 8 bits; none where the engine cannot
    offload: float | None = None  # all of it, while only the part at work is on the card


class EngineSpec(_Fact):
    """One engine. `family` names the code that runs it, `package` what must be installed beyond our own."""

    name: str
    family: Literal["svd", "skyreels-df", "skyreels-t2v", "skyreels-i2v", "klein", "skyreels-v3"]
    kind: Literal["clip", "picture"]
    repository: str
    licence: str
    package: str = ""
    plain: str = ""  # what it was distilled from, which makes a clip again where this one's stands still
    rate: int = 1  # pictures a second, the model's own
    sizes: Sizes
    frames: Lengths = Lengths()
    steps: Steps
    image: Literal["required", "optional", "none"] = "none"
    last_image: bool = False
    references: int = 0
    prompt: Literal["required", "none"] = "none"
    needs: Needs
    knobs: dict[str, Knob] = {}
    options: dict[str, float] = {}  # of its pipeline; nobody asks for them
    model: dict[str, int] = {}  # the transformer's own measures, where they differ within a family
    tiny: dict[str, int] = {}  # of the twin's sizes: step, least
    random: bool = False  # a twin: its weights are random

    def twin(self) -> EngineSpec:
        """The same engine on a tiny model with random weights."""
        step, least = self.tiny.get("step", 16), self.tiny.get("least", 32)
        sizes = self.sizes.model_copy(update={"step": step, "least": least})
        needs = Needs(weights=0.01, peak=0.5)
        changed: dict[str, object] = {"name": TINY + self.name, "sizes": sizes, "needs": needs, "random": True}
        changed |= {"plain": TINY + self.plain} if self.plain else {}
        return self.model_copy(update=changed)


@cache
def engines() -> dict[str, EngineSpec]:
    """Read and check every engine once; each is followed by its twin, where its code is our own."""
    found: dict[str, EngineSpec] = {}
    for file in sorted(_FOLDER.glob("*.toml")):
        spec = EngineSpec.model_validate({"name": file.stem, **tomllib.loads(file.read_text(encoding="utf-8"))})
        found[spec.name] = spec
        if not spec.package:
            found[TINY + spec.name] = spec.twin()
    return found


def engine(name: str) -> EngineSpec:
    """The engine of this name; UnknownEngine when there is none."""
    spec = engines().get(name)
    if spec is None:
        raise UnknownEngine(f"there is no engine {name}")
    return spec
