"""What the operator sets, read from the environment here and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

VOLUME = Path("/runpod-volume")


class Bucket(BaseModel):
    """Where results go: any S3 storage."""

    model_config = ConfigDict(frozen=True)
    url: str
    key: str = Field(repr=False)
    secret: str = Field(repr=False)
    name: str = "results"


class Settings(BaseModel):
    """One worker's settings; sizes in GiB, times in seconds."""

    model_config = ConfigDict(frozen=True)
    engine: str = ""  # loaded before the first job
    device: str = ""  # cuda where there is a card, unless said otherwise
    volume: Path = VOLUME  # where jobs may name pictures by path
    weights: Path = Path("/weights")  # those baked into the image
    results: Path = Path("/tmp/results")  # noqa: S108  a folder of the container's own
    keep: float = Field(default=259_200.0, gt=0)  # a result
    vram: float | None = Field(default=None, gt=0)  # instead of what the card has
    memory: float = Field(default=48.0, gt=0)  # of the host, for engines that wait
    fp8: bool = False
    backend: str = ""  # of attention, for the whole process, instead of the card's quickest
    compile: bool | None = None  # on a card, unless said otherwise
    cache: float = Field(default=0.0, ge=0)  # of blocks that change less than this from step to step; 0 is none
    half: bool = False  # pictures decoded in bfloat16
    few: bool = False  # engines that were distilled to a few steps
    rate: float | None = Field(default=None, ge=0)  # dollars a second of this worker, instead of the card's list price
    token: str = Field(default="", repr=False)
    host: str = "0.0.0.0"  # noqa: S104  of the web service, which is alone on its machine
    port: int = Field(default=8000, gt=0, lt=65_536)
    queue: int = Field(default=32, ge=1)  # jobs at a time, of the web service
    idle: float = Field(default=300.0, gt=0)  # without work, after which the service says that it may be ended
    bucket: Bucket | None = None

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read the environment; pydantic's ValidationError names a setting that is wrong."""
        env = os.environ if environment is None else environment
        given: dict[str, object] = {
            name: env[f"ENDPOINT_{name.upper()}"]
            for name in cls.model_fields
            if name != "bucket" and env.get(f"ENDPOINT_{name.upper()}")
        }
        if "port" not in given and env.get("PORT"):
            given["port"] = env["PORT"]  # a load balancer's choice
        volume = Path(env.get("ENDPOINT_VOLUME", str(VOLUME)))
        if "results" not in given and volume.is_dir():
            given["results"] = volume / "results"
        if url := env.get("BUCKET_ENDPOINT_URL", ""):
            given["bucket"] = Bucket(
                url=url,
                key=env.get("BUCKET_ACCESS_KEY_ID", ""),
                secret=env.get("BUCKET_SECRET_ACCESS_KEY", ""),
                name=env.get("BUCKET_NAME", "results"),
            )
        return cls.model_validate({**given, "volume": volume})
