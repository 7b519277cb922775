"""What RunPod and the worker on it answer, as nouns; fields nobody here needs are passed over."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

FINAL = frozenset({"COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT"})  # any other state may still change


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Status(_Read):
    """A job as its vendor sees it; times in milliseconds, None where it does not say."""

    id: str = Field(min_length=1)
    status: str = Field(min_length=1)
    delay: int | None = Field(default=None, alias="delayTime")
    execution: int | None = Field(default=None, alias="executionTime")
    output: Any = None
    error: Any = None

    @property
    def final(self) -> bool:
        """Whether nothing changes any more."""
        return self.status in FINAL

    @property
    def share(self) -> float | None:
        """How far a running job says it is, 0 to 1; None when it says nothing that can be read."""
        found = self.output.get("share") if isinstance(self.output, dict) else None
        return float(found) if isinstance(found, int | float) and 0 <= found <= 1 else None


class Health(_Read):
    """An endpoint's jobs and workers by their state."""

    jobs: dict[str, int] = {}
    workers: dict[str, int] = {}

    @property
    def manned(self) -> bool:
        """Whether any worker is there or on its way; a throttled one waits for a card as we do."""
        return any(self.workers.get(state, 0) for state in ("idle", "ready", "running", "initializing"))


class Other(_Read):
    """Another job that asked for the same work."""

    id: str
    ms: int = Field(ge=0)
    cold_ms: int = Field(default=0, ge=0, le=3_600_000)


class Answer(_Read):
    """What any answer of the worker says of its cost."""

    kind: str
    gpu_ms: int = Field(ge=0)
    cold_ms: int = Field(default=0, ge=0, le=3_600_000)
    other_jobs: tuple[Other, ...] = ()


class Made(Answer):
    """The worker's answer: `output` in data/wire/gpu-job.json."""

    engine: str
    media_type: str
    width: int
    height: int
    base64: str = ""
    url: str = ""
    frames: int = 1
    fps: float = 0.0


class SceneScore(_Read):
    """How consistent one clip is, in percent with chance taken off; what it counts, and why where they differ."""

    name: str
    percent: float = Field(ge=0, le=100)
    counted: float = Field(ge=0, le=100)
    reason: str = ""


class Score(_Read):
    """How consistent a set of clips is; `passed` by the worker's own rule, and only where trained eyes looked."""

    method: str
    passed: bool
    scenes: tuple[SceneScore, ...]


class Compared(Answer):
    """The worker's answer to a comparison: `compared` in data/wire/gpu-job.json."""

    score: Score


def made(output: Any) -> Made | None:
    """Read a worker's answer; None when it is something else, such as progress that came late."""
    try:
        found = Made.model_validate(output)
    except ValidationError:
        return None
    return found if bool(found.base64) != bool(found.url) else None


def compared(output: Any) -> Compared | None:
    """Read a worker's answer to a comparison; None when it is something else."""
    try:
        return Compared.model_validate(output)
    except ValidationError:
        return None


class Refusal(_Read):
    """The error of a job the worker refused: `error` in data/wire/gpu-job.json."""

    code: str = ""
    job: str = ""


def refusal(error: Any) -> Refusal:
    """Read a failed job's error; an empty code stands for a crash and its traceback."""
    try:
        return Refusal.model_validate_json(error) if isinstance(error, str) else Refusal.model_validate(error)
    except ValidationError:
        return Refusal()
