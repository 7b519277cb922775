"""What an account had spoken: how a line that got lost is found again, so that it is not paid for twice.

The vendor knows no idempotency key. A line is known by its request, or else by voice, words, model and settings.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from services.guard import Line
from services.retry import Patience
from services.voices.elevenlabs_answers import Bill, Item, Page, Spoken, Timings
from services.voices.elevenlabs_faults import VENDOR
from services.voices.elevenlabs_wire import ElevenLabsWire
from services.voices.script import Script
from studio.errors import Denied, Invalid, Unclear

# Seconds looked back: for what was sent just now, for what an earlier process may have sent, for a known request.
LATELY, BACK, LONG = 120.0, 24 * 3600.0, 30 * 24 * 3600.0
_PAGES = 20
_LOOKS = 4  # while a line may still be on its way into the history
_UNDER_WAY = "processing"
_CLOSE = 0.01  # settings come back as they were sent, give or take a rounding

Known = Callable[[Item], bool]


class History:
    """One account's history; a line that may have been sent is looked for during `settle` seconds."""

    def __init__(self, wire: ElevenLabsWire, talk: Line, patience: Patience, settle: float) -> None:
        self._wire, self._line, self._patience, self._settle = wire, talk, patience, settle
        self._written: set[str] = set()

    def written(self, request: str) -> None:
        """This request's answer has come and is written down: it is never again the one that got lost."""
        self._written.add(request)

    def lost(self, script: Script, *, back: float) -> Item | None:
        """Find a line whose answer nobody got, by its words, among those of the last `back` seconds; else as `find`."""
        return self.find(
            script.voice, lambda item: item.request_id not in self._written and _is(item, script), back=back
        )

    def find(self, voice: str, mine: Known, *, back: float) -> Item | None:
        """The newest item that is ours; None when there is certainly none, Unclear when that cannot be known."""
        item = None
        for look in range(_LOOKS):
            if look:
                self._patience.sleep(self._settle / (_LOOKS - 1))
            item = self._searched(voice, mine, int(time.time() - back))
            if item and item.state != _UNDER_WAY:
                return item
        if item:
            raise Unclear("ElevenLabs is still at work on this line", vendor=VENDOR, operation="history")
        return None

    def fetch(self, item: Item, request: str = "") -> Spoken:
        """An item's audio, times and bill; `request` is its id where the history does not tell."""
        audio, suffix = self._line.ask("download", lambda: self._wire.audio(item.history_item_id))
        whole = item if item.alignments else self._line.ask("history", partial(self._wire.item, item.history_item_id))
        bill = Bill(item.request_id or request or item.history_item_id, item.cost)
        return Spoken(bill, audio, suffix, whole.alignments or Timings())

    def _searched(self, voice: str, mine: Known, since: int) -> Item | None:
        after = ""
        for _ in range(_PAGES):
            page = self._page(voice, since, after)
            if item := next((one for one in page.history if mine(one)), None):
                return item
            if not page.has_more or not page.last_history_item_id:
                return None
            after = page.last_history_item_id
        raise Unclear("ElevenLabs' history is too long to look through", vendor=VENDOR, operation="history")

    def _page(self, voice: str, since: int, after: str) -> Page:
        try:
            return self._line.ask("history", partial(self._wire.history, voice, since, after))
        except (Denied, Invalid) as closed:
            detail = f"whether ElevenLabs spoke this line cannot be looked up: {closed.detail}"
            raise Unclear(detail, vendor=VENDOR, operation="history", cause=closed) from closed


def requested(request: str) -> Known:
    """Whether an item is what a request made."""
    return lambda item: request in (item.request_id, item.history_item_id)


def _is(item: Item, script: Script) -> bool:
    """Whether an item is a script's: the same words by the same voice, model and settings."""
    told = item.settings or {}
    words = (item.text or "").split() == script.text.split()
    spoken = item.voice_id == script.voice and item.model_id in (None, script.model)
    return words and spoken and all(_near(told.get(name), value) for name, value in script.settings.items())


def _near(told: Any, ours: float) -> bool:
    """What the history leaves out does not speak against it."""
    return not isinstance(told, int | float) or abs(told - ours) < _CLOSE
