"""A film asked for in the caller's own words, with most of it left to us, as a job of the wire."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from gpu_endpoint.asked import asked
from gpu_endpoint.errors import InvalidInput
from gpu_endpoint.registry import EngineSpec, engine
from gpu_endpoint.wire import Parameter, Picture, read

USUAL = "skyreels-v2-df-1.3b-540p"
_SIZE = re.compile(r"(\d{2,4})\s*[xX×]\s*(\d{2,4})")
_LINES = re.compile(r"(\d{3,4})p")
_EXAMPLES: list[JsonValue] = [
    {"prompt": "A raccoon lights a match in an alley.", "duration_seconds": 4, "resolution": "540p", "user_id": "ann"},
    {
        "engine": "svd-xt",
        "image": {"url": "https://example.com/board.png"},
        "width": 1024,
        "height": 576,
        "fps": 24,
        "seed": 7,
    },
]


class VideoRequest(BaseModel):
    """A film to be made. What is left out is the engine's usual; without `job_key` every request is a new film."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": _EXAMPLES})
    prompt: str = Field(default="", max_length=4000)
    duration_seconds: float | None = Field(default=None, gt=0, le=60)
    resolution: str = Field(default="", max_length=20, description="1024x576, or lines: 540p")
    user_id: str = Field(default="", max_length=200, description="Whose film it is; usage is counted by it.")
    engine: str = Field(default="", max_length=64)
    job_key: str | None = None
    image: Picture | None = None
    last_image: Picture | None = None
    references: list[Picture] = Field(default=[], max_length=4)
    seconds: float | None = None
    frames: int | None = None
    width: int | None = None
    height: int | None = None
    fps: int | None = None
    seed: int | None = None
    steps: int | None = None
    parameters: dict[str, Parameter] = {}
    ceiling_ms: int | None = None

    def job(self, usual: str) -> dict[str, Any]:
        """The job, held against its engine's rules already; `usual` is the engine where none is named."""
        spec = engine(self.engine or usual or USUAL)
        width, height = self._size(spec)
        plain = {"prompt", "frames", "fps", "steps", "parameters", "references", "image", "last_image", "ceiling_ms"}
        given = {
            **self.model_dump(include=plain, exclude_none=True, exclude_defaults=True),
            "engine": spec.name,
            "job_key": self.job_key or secrets.token_hex(32),
            "width": width,
            "height": height,
            "seed": secrets.randbits(32) if self.seed is None else self.seed,
        }
        if (seconds := self.seconds if self.seconds is not None else self.duration_seconds) is not None:
            given["seconds"] = float(seconds)
        asked(read(given), spec)
        return given

    @property
    def caller(self) -> str:
        """Whose it is, as a name of fixed length; empty for nobody in particular."""
        return hashlib.sha256(self.user_id.encode()).hexdigest()[:32] if self.user_id else ""

    def _size(self, spec: EngineSpec) -> tuple[int, int]:
        if self.resolution:
            return _read(self.resolution, spec)
        usual = spec.sizes.usual
        return (usual[0] if self.width is None else self.width, usual[1] if self.height is None else self.height)


def _read(resolution: str, spec: EngineSpec) -> tuple[int, int]:
    """Width and height of a resolution; lines are those of the engine's own shape, in its steps."""
    if exact := _SIZE.fullmatch(resolution.strip()):
        return int(exact[1]), int(exact[2])
    if lines := _LINES.fullmatch(resolution.strip()):
        step, (wide, high) = spec.sizes.step, spec.sizes.usual
        height = max(step, round(int(lines[1]) / step) * step)
        return max(step, round(height * wide / high / step) * step), height
    raise InvalidInput("resolution: such as 1024x576 or 540p")
