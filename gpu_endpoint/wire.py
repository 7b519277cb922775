"""A job on the wire: what lies in its input, what it reports, what it answers. The shape only, no engine's limits."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from gpu_endpoint.errors import InvalidInput

Method = Literal["trained", "weight-free"]
Lying = Annotated[str, Field(min_length=1, max_length=1024)]  # a path, below the volume
Parameter = bool | int | float | str
Stage = Literal["waiting", "load", "encode", "denoise", "decode", "smooth", "upload"]


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


T = TypeVar("T", bound=_Wire)


class Picture(_Wire):
    """A picture, or a clip to be compared: in the job, at an address, or on the worker's volume; one of them."""

    base64: str | None = Field(default=None, min_length=8)
    url: str | None = Field(default=None, pattern="^https://", max_length=4096)
    path: str | None = Field(default=None, pattern=r"^/runpod-volume/[^\x00]+$", max_length=1024)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(one is not None for one in (self.base64, self.url, self.path)) != 1:
            raise ValueError("exactly one of base64, url and path")
        return self


class JobInput(_Wire):
    """What a job asks for. Sizes are pixels, `frames` the model's own pictures, `fps` the rate of the film wanted."""

    engine: str = Field(pattern="^[a-z0-9][a-z0-9.-]{0,63}$")
    job_key: str = Field(pattern="^[0-9a-f]{64}$")
    prompt: str = Field(default="", max_length=4000)
    image: Picture | None = None
    last_image: Picture | None = None
    references: list[Picture] = Field(default=[], max_length=4)
    seconds: float | None = Field(default=None, gt=0, le=60)
    frames: int | None = Field(default=None, ge=2, le=1457)
    width: int = Field(ge=64, le=1920, multiple_of=8)
    height: int = Field(ge=64, le=1920, multiple_of=8)
    fps: int | None = Field(default=None, ge=1, le=60)
    seed: int = Field(ge=0, le=4294967295)
    steps: int | None = Field(default=None, ge=1, le=100)
    parameters: dict[str, Parameter] = Field(default={}, max_length=32)
    ceiling_ms: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _length(self) -> Self:
        if self.seconds is not None and self.frames is not None:
            raise ValueError("seconds or frames, not both")
        return self


class SceneInput(_Wire):
    """A clip and its keyframe; without a keyframe the clip's first picture is taken for it."""

    name: str = Field(min_length=1, max_length=120)
    clip: Lying | Picture
    keyframe: Lying | Picture | None = None
    characters: list[str] = Field(default=[], max_length=8)


class ConsistencyInput(_Wire):
    """What is to be compared: scenes, and pictures of everybody in them."""

    method: Method = "trained"
    scenes: list[SceneInput] = Field(min_length=2, max_length=64)
    cast: dict[str, Annotated[list[Lying | Picture], Field(max_length=8)]] = Field(default={}, max_length=16)


class ComparisonInput(_Wire):
    """A job that compares clips; with a `job_key` it is done once as long as its answer is kept."""

    consistency: ConsistencyInput
    job_key: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")


class Progress(_Wire):
    """How far a running job is, 0 to 1, what it is at, and since when; of a stage with steps how many are done."""

    share: float = Field(ge=0, le=1)
    stage: Stage
    elapsed_ms: int = Field(default=0, ge=0)
    step: int | None = Field(default=None, ge=0)
    steps: int | None = Field(default=None, ge=1)


class OtherJob(_Wire):
    """Another job that asked for the same key, with what it took."""

    id: str
    ms: int = Field(ge=0)
    cold_ms: int = Field(default=0, ge=0)


class Spent(_Wire):
    """What making a result took of the card, loading left out: seconds, dollars, and how much of it was used."""

    seconds: float = Field(ge=0)
    dollars: float = Field(ge=0)
    tflop: float = Field(ge=0)
    tflops: float = Field(ge=0)
    peak_share: float = Field(ge=0)


class Output(_Wire):
    """What a job answers: its picture or film in base64 or at an address, and what making it took."""

    kind: Literal["clip", "picture"]
    engine: str
    media_type: Literal["video/mp4", "image/png"]
    width: int = Field(ge=1)
    height: int = Field(ge=1)
    gpu_ms: int = Field(ge=0)
    seed: int = Field(ge=0)
    base64: str | None = None
    url: str | None = None
    frames: int | None = Field(default=None, ge=1)
    fps: float | None = Field(default=None, gt=0)
    cold_ms: int | None = Field(default=None, ge=0, le=3_600_000)
    work: Spent | None = None
    other_jobs: list[OtherJob] | None = Field(default=None, max_length=32)


class Compared(_Wire):
    """What a job answers that compared clips; `score` is a scoring.Score."""

    kind: Literal["consistency"] = "consistency"
    gpu_ms: int = Field(ge=0)
    score: dict[str, Any]
    cold_ms: int | None = Field(default=None, ge=0, le=3_600_000)
    other_jobs: list[OtherJob] = Field(default=[], max_length=32)


def read(given: object) -> JobInput:
    """The job in an input; InvalidInput names the field that is wrong, never its value."""
    return understood(JobInput, given)


def understood(noun: type[T], given: object) -> T:
    """What was given as a noun of the wire; InvalidInput as of read."""
    try:
        return noun.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])[:80] or "input"
        raise InvalidInput(f"{where}: {first['msg']}") from None
