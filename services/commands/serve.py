"""`worker`, `web` and `up`: the processes a studio runs in."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from types import FrameType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from services.building import build_house
from services.commands.address import HOST, opened, url
from services.commands.keeping import Child, keep, say
from services.heap import share_heap
from services.hosting import check_hosting
from services.leaving import leave
from services.notices import sentence
from services.settings import ROOT, Settings
from studio.errors import StorageError

if TYPE_CHECKING:
    from studio.production.worker import Worker

log = logging.getLogger(__name__)


def worker() -> None:
    """Work until the process is told to stop."""
    from studio.production.worker import Worker

    stop = threading.Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    share_heap()
    parent = os.getppid()
    settings = Settings()
    check_hosting(settings)
    house = build_house(settings)
    house.crew.warm()
    say("A worker is ready.")

    def orphaned() -> bool:
        return os.getppid() != parent

    trouble = ""
    while not stop.is_set() and not orphaned():
        before, trouble = trouble, _work(Worker(house, settings.studio_workers), lambda: stop.wait(1.0) or orphaned())
        if trouble not in ("", before):
            say(trouble)
    log.info("worker.stopped")
    leave(settings, house.db, house.roster, say)
    os._exit(0)  # takes under way are taken over by another worker; their processes end with this one


def _work(at_work: Worker, over: Callable[[], bool]) -> str:
    """Work until it is over, or until nothing more comes of this worker and a fresh one is needed: gives why."""
    try:
        at_work.start()
        while not over() and not at_work.trouble:
            pass
        trouble = at_work.trouble
        at_work.stop()
    except StorageError as error:
        trouble = error
        over()
    if trouble is None:
        return ""
    log.warning("worker.trouble %s", trouble)
    return sentence(trouble)


def web() -> int:
    """Serve the pages in this process's child, in the foreground; 0 where a studio is open there already."""
    settings = Settings()
    check_hosting(settings)
    return _kept(settings, [_web(settings)])


def up() -> int:
    """Serve the pages and work until ^C; a worker that was killed is started again. 0 where a studio is open there."""
    settings = Settings()
    check_hosting(settings)
    build_house(settings).db.close()
    return _kept(settings, [_web(settings), Child("worker", [sys.executable, "-m", "studio", "worker"], again=True)])


def _kept(settings: Settings, children: Sequence[Child]) -> int:
    """Run the children at the studio's address, unless somebody is there."""
    if _said_open(settings.studio_port):
        return 0
    print(f"TrashFire Studio: {url(settings.studio_port)}", flush=True)  # noqa: T201  where to look
    code = keep(children)
    return 0 if code and _said_open(settings.studio_port) else code  # of two started at once, one finds the door taken


def _said_open(port: int) -> bool:
    """Say that a studio is open there already, if one is."""
    if found := opened(port):
        say(f"A studio is open already at {url(port)}. STUDIO_PORT={port + 1} opens another one beside it.")
    return found


def _web(settings: Settings) -> Child:
    port = str(settings.studio_port)
    serve = [sys.executable, "-m", "streamlit", "run", str(ROOT / "asgi.py"), "--server.port", port]
    # The address is said here, so that no setting of the machine opens it wider.
    address = settings.studio_address if settings.hosted else HOST
    # uvicorn would believe whoever is on this machine about where a request comes from; our door knows the proxies.
    plain = ["env", "FORWARDED_ALLOW_IPS="] if settings.hosted else []
    return Child("web process", [*plain, *serve, "--server.address", address, *for_strangers(settings)], quiet=True)


def for_strangers(settings: Settings) -> list[str]:
    """What tells Streamlit by which address people come, which its check of a websocket's Origin asks; and that no
    error of a page shows them how it is inside.
    """
    if not settings.hosted:
        return []
    found = urlsplit(settings.studio_public_url)
    port = found.port or (443 if found.scheme == "https" else 80)
    come = ["--browser.serverAddress", found.hostname or "", "--browser.serverPort", str(port)]
    return [*come, "--client.showErrorDetails", "none"]
