"""Every vendor at once: doubles with one schedule of faults, the settings that lead to them, and what they billed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from starlette.applications import Starlette

from tests.doubles.comfyui import ComfyDouble
from tests.doubles.elevenlabs import ElevenLabsDouble
from tests.doubles.fal import FalDouble
from tests.doubles.groq import GroqDouble
from tests.doubles.openai_compatible import CompatibleDouble
from tests.doubles.runpod import REALISTIC, RunPodDouble
from tests.doubles.server import Books, Schedule, serving
from tests.doubles.vast import VastDouble

CHAT, SPEECH, PICTURE = 1.5, 1.5, 3.0  # seconds an answer takes at the vendors


class Double(Protocol):
    """A vendor played on this machine."""

    def app(self, base: str) -> Starlette:
        """The server at this base URL."""
        ...


@dataclass
class Cloud:
    """The vendors and the settings of a studio that asks them; keys as in an environment."""

    groq: GroqDouble
    elevenlabs: ElevenLabsDouble
    runpod: RunPodDouble
    fal: FalDouble
    comfyui: ComfyDouble
    vast: VastDouble
    local: CompatibleDouble
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def books(self) -> dict[str, Books]:
        """Every vendor's books by the vendor's name in data/crew.toml."""
        return {
            "groq": self.groq.books,
            "elevenlabs": self.elevenlabs.books,
            "runpod": self.runpod.books,
            "fal": self.fal.books,
            "comfyui": self.comfyui.books,
            "vast": self.vast.books,
            "local-writer": self.local.books,
        }

    @property
    def total(self) -> int:
        """What all of them billed, in micro-dollars."""
        return sum(books.total for books in self.books.values())


@contextmanager
def cloud(
    schedule: Schedule | None = None, *, latencies: bool = False, pace: float = 1.0, workers: int = 10, first: int = 1
) -> Iterator[Cloud]:
    """Serve every vendor until the block ends; `latencies` lets them wait as the real ones do, times `pace`.

    `first` is the number of their first request: one house must never be given the same one twice.
    """
    schedule, wait = schedule or Schedule(), pace if latencies else 0.0
    says = REALISTIC if latencies else {}
    made = Cloud(
        groq=GroqDouble(schedule, takes=CHAT * wait),
        elevenlabs=ElevenLabsDouble(schedule, seconds=SPEECH * wait, first=first),
        runpod=RunPodDouble(
            schedule, workers=workers, most_workers=workers, says=says, pace=wait, calm=latencies, first=first
        ),
        fal=FalDouble(schedule, seconds=PICTURE * wait, titled=latencies),
        comfyui=ComfyDouble(schedule),
        vast=VastDouble(schedule),
        local=CompatibleDouble(schedule),
    )
    doubles: dict[str, Double] = {
        "groq": made.groq, "elevenlabs": made.elevenlabs, "runpod": made.runpod, "fal": made.fal,
        "comfyui": made.comfyui, "vast": made.vast, "local": made.local,
    }  # fmt: skip
    with ExitStack() as stack:
        at = {name: stack.enter_context(serving(double.app)) for name, double in doubles.items()}
        stack.callback(made.runpod.close)
        made.settings = {
            "APP_ENV": "test",
            "STUDIO_HASTE": str(1 / pace) if latencies else "30",
            "GROQ_API_KEY": made.groq.key,
            "GROQ_BASE_URL": at["groq"],
            "ELEVENLABS_API_KEY": made.elevenlabs.key,
            "ELEVENLABS_BASE_URL": at["elevenlabs"],
            "RUNPOD_API_KEY": made.runpod.key,
            "RUNPOD_ENDPOINT_ID": made.runpod.endpoint,
            "RUNPOD_ENDPOINT_ID_SKYREELS": made.runpod.endpoint,
            "RUNPOD_JOBS_BASE_URL": f"{at['runpod']}/v2",
            "RUNPOD_MGMT_BASE_URL": f"{at['runpod']}/mgmt/v2",
            "FAL_KEY": made.fal.key,
            "FAL_QUEUE_BASE_URL": f"{at['fal']}/queue",
            "FAL_REST_BASE_URL": f"{at['fal']}/rest",
            "FAL_CDN_BASE_URL": f"{at['fal']}/cdn",
            "FAL_API_BASE_URL": f"{at['fal']}/api/v1",
            "COMFYUI_BASE_URL": at["comfyui"],
            "VAST_API_KEY": made.vast.key,
            "VAST_BASE_URL": at["vast"],
            "LOCAL_WRITER_BASE_URL": f"{at['local']}/v1",
            "LOCAL_WRITER_MODEL": made.local.model,
        }
        yield made
