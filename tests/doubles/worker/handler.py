"""The double's worker as RunPod starts one: the real worker loop of their package around the double's pictures.

Started as a program by tests/doubles/runpod_worker.py, which sets the loop's environment.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path
from threading import Event
from typing import Any

BEGUN = time.monotonic()
sys.path.insert(0, str(Path(__file__).parents[3]))

import runpod  # noqa: E402

from tests.doubles.worker.pictures import Refusal, Stopped, Studio  # noqa: E402

STUDIO = Studio(Path(os.environ["DOUBLE_RESULTS"]), slow=float(os.environ.get("DOUBLE_SLOW", "0")))


async def handler(job: dict[str, Any]) -> dict[str, Any]:
    """Make a job's picture in a thread, so that the loop hears a call to stop."""
    given = dict(job["input"])
    if given.pop("double_fault", "") == "crash":
        STUDIO.note(given["job_key"], job["id"])
        raise RuntimeError(f"CUDA error in {__file__}: an illegal memory access was encountered")
    stop = Event()

    def told(progress: dict[str, Any]) -> None:
        runpod.serverless.progress_update(job, progress)

    try:
        return await asyncio.to_thread(STUDIO.answer, given, job["id"], told, stop)
    except asyncio.CancelledError:
        stop.set()
        raise
    except Refusal as refusal:
        return {"error": refusal.text}
    except Stopped:
        return {"error": Refusal("cancelled", "called off").text}


if __name__ == "__main__":
    STUDIO.cold_ms = round((time.monotonic() - BEGUN) * 1000)
    runpod.serverless.start({"handler": handler})
