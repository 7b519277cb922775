"""Questions on their way to a vendor, each in a thread of this process, which nobody's leaving ends."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from threading import Condition, Lock, Thread

from studio.errors import Conflict, StudioError

log = logging.getLogger(__name__)
_LOOK_UP = 0.5  # seconds after which who follows gets a turn though there is nothing new


class Asking:
    """One question; who follows it may leave and come back."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.over, self.seen = False, False
        self.words = ""  # of the answer, all so far
        self.held_up = ""  # the vendor that has no room for it now, or does not answer
        self._error: Exception | None = None
        self._news = Condition()

    def hear(self, words: str) -> None:
        """Take in the words of the answer so far."""
        with self._news:
            self.words, self.held_up = words, ""
            self._news.notify_all()

    def wait_for(self, vendor: str) -> None:
        """Take in that it waits for a vendor, or with an empty name that it is asked now."""
        self.held_up = vendor

    def follow(self) -> Iterator[str]:
        """The words so far, again whenever there are more, until all is done; raises what kept it from that."""
        told = ""
        while not self.over:
            yield told
            with self._news:
                self._news.wait_for(lambda: self.over or self.words != told, _LOOK_UP)  # noqa: B023
                told = self.words
        self.wait(0)

    def wait(self, seconds: float) -> bool:
        """Wait so long for the end; whether all is done, raising what kept it from that."""
        with self._news:
            self.seen = self._news.wait_for(lambda: self.over, seconds)
        if self.seen and self._error:
            raise self._error
        return self.seen

    def answer(self, ask: Callable[[], object]) -> None:
        """Have it answered; what goes wrong is kept for who follows."""
        try:
            ask()
        except StudioError as error:
            self._error = error
        except Exception as error:
            log.exception("asking.broke")  # there may be nobody to tell
            self._error = error
        with self._news:
            self.over = True
            self._news.notify_all()


class Askings:
    """The questions of a process, one at a time for each account and matter: an episode, or somebody in it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[tuple[str, str], Asking] = {}

    def begin(self, account: str, matter: str, asking: Asking, ask: Callable[[], object], busy: str) -> None:
        """Ask in a thread of its own; Conflict, with `busy`, while another question of the matter is answered."""
        with self._lock:
            before = self._known.get((account, matter))
            if before and not before.over:
                raise Conflict(busy)
            self._known[account, matter] = asking
        # A daemon: who stops the process waits for no vendor, and who asks again finds that this one is gone.
        Thread(target=asking.answer, args=(ask,), name="asking", daemon=True).start()

    def of(self, account: str, matter: str) -> Asking | None:
        """The question of a matter that is on its way, or is over and not seen so; None where there is none."""
        with self._lock:
            found = self._known.get((account, matter))
            if found and found.over:
                del self._known[account, matter]
            return found if found and not found.seen else None
