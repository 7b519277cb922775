"""The worker on RunPod's queue: `python -m gpu_endpoint.handler`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from threading import Event
from typing import Any

import runpod

from gpu_endpoint.errors import Refusal
from gpu_endpoint.settings import Settings
from gpu_endpoint.starting import warm, worker
from gpu_endpoint.worker import Errand, Worker

Handler = Callable[[dict[str, Any]], Coroutine[Any, Any, dict[str, Any]]]


def handling(made: Worker) -> Handler:
    """The handler of a worker. A job's work runs in threads, so that the loop hears a call to stop."""

    async def handler(job: dict[str, Any]) -> dict[str, Any]:
        stop = Event()

        def told(progress: dict[str, Any]) -> None:
            runpod.serverless.progress_update(job, progress)

        errand = Errand(str(job["id"]), told, stop)
        try:
            return await asyncio.to_thread(made.answer, job.get("input"), errand)
        except asyncio.CancelledError:
            stop.set()
            raise
        except Refusal as refusal:
            return {"error": refusal.text()}

    return handler


def main() -> None:
    """Load, then take jobs until told to stop."""
    logging.basicConfig(level=logging.INFO)
    settings = Settings.read()
    made = worker(settings)
    warm(made, settings.engine)
    runpod.serverless.start({"handler": handling(made)})


if __name__ == "__main__":
    main()
