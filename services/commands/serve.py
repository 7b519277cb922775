"""`worker`, `web` and `up`: the processes a studio runs in."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING

from services.commands.keeping import Child, keep
from services.settings import ROOT, Settings
from services.wiring import build_house
from studio.errors import StorageError

if TYPE_CHECKING:
    from studio.production.worker import Worker

log = logging.getLogger(__name__)


def worker() -> None:
    """Work until the process is told to stop."""
    from studio.production.worker import Worker

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    for talker in ("alembic", "dbos"):
        logging.getLogger(talker).setLevel(logging.WARNING)
    stop = threading.Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    parent = os.getppid()
    settings = Settings()
    house = build_house(settings)
    house.crew.warm()

    def orphaned() -> bool:
        return os.getppid() != parent

    while not stop.is_set() and not orphaned():
        _work(Worker(house, settings.studio_workers), lambda: stop.wait(1.0) or orphaned())
    log.info("worker.stopped")
    os._exit(0)  # takes under way are taken over by another worker; their processes end with this one


def _work(at_work: Worker, over: Callable[[], bool]) -> None:
    """Work until it is over, or until nothing more comes of this worker and a fresh one is needed."""
    try:
        at_work.start()
        while not over() and not at_work.trouble:
            pass
        if at_work.trouble:
            log.warning("worker.trouble %s", at_work.trouble)
        at_work.stop()
    except StorageError as error:
        log.warning("worker.waits %s", error)
        over()


def web() -> int:
    """Serve the pages in this process's child, in the foreground."""
    return keep([_web(Settings())])


def up() -> int:
    """Serve the pages and work until ^C; a worker that was killed is started again."""
    settings = Settings()
    build_house(settings).db.close()
    print(f"TrashFire Studio: http://127.0.0.1:{settings.studio_port}", flush=True)  # noqa: T201  where to look
    return keep([_web(settings), Child("worker", [sys.executable, "-m", "studio", "worker"], again=True)])


def _web(settings: Settings) -> Child:
    port = str(settings.studio_port)
    serve = [sys.executable, "-m", "streamlit", "run", str(ROOT / "asgi.py"), "--server.port", port]
    # The address is said here, so that no setting of the machine opens it wider.
    return Child("web process", [*serve, "--server.address", "127.0.0.1"])
