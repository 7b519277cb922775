"""The crew in processes of its own: a few of them forked from one warm server, and none outlives the worker it serves.

Engines keep global state, use much memory and hold the interpreter, so they never run in the process that runs the
durable workflows, let alone in the web process. A process that dies takes only the take it was making with it.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from multiprocessing import forkserver, resource_tracker
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Condition, Thread
from typing import TypeVar

from services.slot import Died, Hire, Slot, offline
from studio.crew import Footage, Order, Pitch, Product, VoiceCard
from studio.errors import RenderFailed, StudioError
from studio.story.breakdown import Breakdown
from studio.story.cast import Character
from studio.story.proposal import Proposal, Request
from studio.story.screenplay import Screenplay
from studio.takes.recipe import Recipe

_TRIES = 2  # of a task over which processes end
T = TypeVar("T")


class PooledCrew:
    """A crew at work in `size` processes, each started on first use."""

    def __init__(self, size: int, cache: Path, ffmpeg: Path | None = None, hire: Hire = offline) -> None:
        self._slots = tuple(Slot(cache, ffmpeg, hire) for _ in range(size))
        self._free = list(self._slots)  # whoever was longest without work first
        self._change = Condition()  # of who is free
        self._warming: Thread | None = None

    def write(self, pitch: Pitch) -> Screenplay:
        """Have the offline writer write; it is quick and needs no process of its own."""
        from services.offline.writer.engine import TemplateWriter

        return TemplateWriter().write(pitch)

    def revise(self, screenplay: Screenplay, breakdown: Breakdown, request: Request) -> Proposal:
        """Have the offline writer propose a change; it is as quick."""
        from services.offline.writer.engine import TemplateWriter

        return TemplateWriter().revise(screenplay, breakdown, request)

    def cast(self, members: Sequence[Character], language: str) -> tuple[Character, ...]:
        """Give everybody without a voice one of espeak-ng's."""
        from services.offline.voice.casting import cast_voices

        return cast_voices(tuple(members), language)

    def voices(self, language: str) -> tuple[VoiceCard, ...]:
        """The voices espeak-ng has for a language."""
        from services.offline.voice.casting import voice_cards

        return voice_cards(language)

    def manners(self) -> tuple[str, ...]:
        """The manners the offline voice knows."""
        from services.offline.voice.manners import manners

        return manners()

    def unread(self, note: str) -> tuple[str, ...]:
        """The words of a note that tell the offline voice no manner."""
        from services.offline.voice.manners import unread

        return unread(note)

    def inspect(self, file: Path) -> Footage:
        """Look into a person's own film, in a process of its own: what it holds is anybody's guess."""
        from services.media.inspecting import inspect

        return inspect(file)

    def perform(self, order: Order) -> Product:
        """Make one take in a process, waiting for a free one; Garbled when it died over this take."""
        start_server()
        slot = self._taken(lambda: self._fit(order.recipe))
        try:
            return slot.perform(order)
        finally:
            self._put_back(slot)

    def do(self, task: Callable[[], T]) -> T:
        """Have a task done in a process, waiting for a free one; see services.tasks.Do."""
        start_server()
        for _ in range(_TRIES):
            slot = self._taken(self._idlest)
            try:
                return slot.do(task)
            except Died:
                continue
            finally:
                self._put_back(slot)
        raise RenderFailed("the processes that work on films end before they have done their work")

    def rehearse(self, clip: Recipe) -> None:
        """Have an idle process play a short clip for nobody: another one of its board comes to a stage that is set.

        The last idle one is left for what can be made now.
        """
        with self._change:
            if len(self._free) < 2:
                return
            slot = self._free.pop()
            slot.stage_set = clip.brief["board"]
        Thread(target=self._rehearse, args=(slot, clip), name="rehearsal", daemon=True).start()

    def warm(self) -> None:
        """Start the processes before they are needed; gives control back while they load."""
        self._warming = Thread(target=self._warm, name="warming", daemon=True)
        self._warming.start()

    def close(self) -> None:
        """End the processes when the takes under way are made; another take starts them again."""
        if self._warming:
            self._warming.join()
        for slot in self._all():
            slot.end()
            self._put_back(slot)

    def _warm(self) -> None:
        start_server()
        for slot in self._all():
            try:
                slot.start()
            finally:
                self._put_back(slot)

    def _rehearse(self, slot: Slot, clip: Recipe) -> None:
        try:
            # What goes wrong is told by the making of the clip itself.
            with suppress(StudioError, OSError), TemporaryDirectory(prefix="rehearsal-") as folder:
                slot.perform(Order(clip, {}, Path(folder)))
        finally:
            self._put_back(slot)

    def _all(self) -> list[Slot]:
        """Take every slot once it is free."""
        return [self._taken(partial(self._if_free, slot)) for slot in self._slots]

    def _taken(self, choose: Callable[[], Slot | None]) -> Slot:
        """Wait until one of the free slots is chosen, and take it."""
        with self._change:
            while (slot := choose()) is None:
                self._change.wait()
            self._free.remove(slot)
            slot.stage_set = None
            return slot

    def _put_back(self, slot: Slot) -> None:
        with self._change:
            self._free.append(slot)
            self._change.notify_all()

    def _if_free(self, slot: Slot) -> Slot | None:
        return slot if slot in self._free else None

    def _fit(self, recipe: Recipe) -> Slot | None:
        """Whoever is free for a take; for a clip whose stage somebody sets, only they are."""
        board = recipe.brief.get("board")
        rehearsed = next((slot for slot in self._slots if board and slot.stage_set == board), None)
        if rehearsed:
            return self._if_free(rehearsed)
        return self._idlest()

    def _idlest(self) -> Slot | None:
        """Whoever is free, sooner somebody for whom no stage is set."""
        return min(self._free, key=lambda slot: slot.stage_set is not None, default=None)


def start_server() -> None:
    """Have the server of processes load the engines in the background; once per process.

    It and what it forks are deaf to the terminal's ^C from the start: who asked for them ends them.
    """
    forkserver.set_forkserver_preload(["services.offline.preloaded"])
    resource_tracker.ensure_running()  # the server's start would unblock the signal with it
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
