"""Orders: how a film is to be rendered, as programs say it, and what that costs at the most."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, field_validator

from studio.cut.captions import CaptionStyle
from studio.production.film import Choices
from studio.takes.frame import Aspect, Quality

DEAREST = 1_000_000_000  # micro-dollars of one request
Ident = Annotated[str, Path(pattern="^[0-9A-Za-z_-]{1,64}$", examples=["4f1c09ab12de"])]
MaxMicros = Annotated[
    int,
    Field(
        ge=0,
        le=DEAREST,
        description="what it may cost at the most, in micro-dollars; above it nothing is begun. 0: what is free",
        examples=[0],
    ),
]


class Asking(BaseModel):
    """What a program sends: a field nobody knows is refused."""

    model_config = ConfigDict(extra="forbid")


class Answering(BaseModel):
    """What a program is told."""

    model_config = ConfigDict(extra="forbid")


class Order(Asking):
    """How a film is rendered."""

    formats: list[Aspect] = Field([Aspect.WIDE], min_length=1, max_length=3, description="each is a film of its own")
    quality: Quality = Field(Quality.LOW, description="low: 720 lines at 24 frames a second; high: 1080 at 30")
    burn: CaptionStyle | None = Field(None, description="burn captions in; without it they are a track and files")
    names: bool = Field(False, description="introduce everybody in writing")
    music: bool = True
    keep_stale: bool = Field(False, description="remake only what is missing")

    @field_validator("formats")
    @classmethod
    def _once(cls, formats: list[Aspect]) -> list[Aspect]:
        return list(dict.fromkeys(formats))

    @property
    def choices(self) -> tuple[Choices, ...]:
        """The choices of each format."""
        shared = Choices(
            quality=self.quality, burn=self.burn, names=self.names, music=self.music, keep_stale=self.keep_stale
        )
        return tuple(shared.model_copy(update={"aspect": one}) for one in self.formats)
