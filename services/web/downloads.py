"""Downloads that are made while they are sent: nothing is on this disk, and the first bytes go out at once.

Whoever takes them slowly keeps nobody else waiting: a thread works only on the next bytes, and they are made when the
ones before were taken. Who takes nothing for long is cut off, and nobody has many at once.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from threading import Lock

from anyio import CapacityLimiter, fail_after, to_thread
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from services.logbook import reference
from studio.errors import Conflict, StudioError

log = logging.getLogger(__name__)
_AT_ONCE = 3  # of one account; a browser has six connections to us, and pages need some
_STALLED = 120.0  # seconds in which nobody takes a megabyte
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # the second is for a proxy that would wait


class Downloads:
    """What is on its way out. `hands` are the threads that make it; `stalled` seconds are waited for who takes it."""

    def __init__(self, hands: CapacityLimiter, *, at_once: int = _AT_ONCE, stalled: float = _STALLED) -> None:
        self._hands, self._at_once, self._stalled = hands, at_once, stalled
        self._going, self._lock = Counter[str](), Lock()

    def hand(self, whose: str, make: Callable[[], Iterator[bytes]], name: str) -> Response:
        """An answer that sends what is made as a zip file of this name; Conflict where somebody has enough of them."""
        with self._lock:
            if self._going[whose] >= self._at_once:
                raise Conflict(f"{self._at_once} downloads are on their way to you; wait until one of them is done")
            self._going[whose] += 1
        try:
            return _Sent(make(), name, self._hands, self._stalled, partial(self._over, whose))
        except BaseException:
            self._over(whose)
            raise

    def _over(self, whose: str) -> None:
        with self._lock:
            self._going -= Counter({whose: 1})  # which forgets who has none any more


class _Sent(StreamingResponse):
    """A zip file on its way. What breaks off has no end, which every browser tells from a whole one."""

    def __init__(
        self, made: Iterator[bytes], name: str, hands: CapacityLimiter, stalled: float, over: Callable[[], None]
    ) -> None:
        told = {**_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
        super().__init__(self._steps(made, hands), headers=told, media_type="application/zip")
        self._stalled, self._over = stalled, over

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it as far as it goes."""
        try:
            await super().__call__(scope, receive, send)
        except TimeoutError:
            log.info("download.stalled")
        except StudioError as error:
            log.warning("download.broke_off %s", error)
        except Exception as error:
            if not reference(error):
                raise
        finally:
            self._over()

    async def stream_response(self, send: Send) -> None:
        """Send it, each of its steps in good time."""

        async def in_time(message: Message) -> None:
            with fail_after(self._stalled):
                await send(message)

        await super().stream_response(in_time)

    @staticmethod
    async def _steps(made: Iterator[bytes], hands: CapacityLimiter) -> AsyncIterator[bytes]:
        while (step := await to_thread.run_sync(next, made, None, limiter=hands)) is not None:
            yield step
