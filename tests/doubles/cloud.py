"""Every vendor at once: doubles with one schedule of faults, the settings that lead to them, and what they billed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from tests.doubles.elevenlabs import ElevenLabsDouble
from tests.doubles.fal import FalDouble
from tests.doubles.groq import GroqDouble
from tests.doubles.runpod import RunPodDouble
from tests.doubles.server import Books, Schedule, serving


@dataclass
class Cloud:
    """The vendors and the settings of a studio that asks them; keys as in an environment."""

    groq: GroqDouble
    elevenlabs: ElevenLabsDouble
    runpod: RunPodDouble
    fal: FalDouble
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def books(self) -> dict[str, Books]:
        """Every vendor's books by the vendor's name in data/crew.toml."""
        return {
            "groq": self.groq.books,
            "elevenlabs": self.elevenlabs.books,
            "runpod": self.runpod.books,
            "fal": self.fal.books,
        }

    @property
    def total(self) -> int:
        """What all of them billed, in micro-dollars."""
        return sum(books.total for books in self.books.values())


@contextmanager
def cloud(schedule: Schedule | None = None, *, latencies: bool = False, workers: int = 10) -> Iterator[Cloud]:
    """Serve every vendor until the block ends; `latencies` lets them wait as the real ones do."""
    schedule = schedule or Schedule()
    made = Cloud(
        groq=GroqDouble(schedule, takes=1.5 if latencies else 0.0),
        elevenlabs=ElevenLabsDouble(schedule, seconds=1.5 if latencies else 0.0),
        runpod=RunPodDouble(schedule, workers=workers, most_workers=workers, pace=1.0 if latencies else 0.0),
        fal=FalDouble(schedule, seconds=3.0 if latencies else 0.0),
    )
    with ExitStack() as stack:
        at = {
            name: stack.enter_context(serving(double.app))
            for name, double in (("groq", made.groq), ("elevenlabs", made.elevenlabs), ("runpod", made.runpod),
                                 ("fal", made.fal))
        }  # fmt: skip
        made.settings = {
            "APP_ENV": "test",
            "STUDIO_HASTE": "1" if latencies else "30",
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
        }
        yield made
