"""Questions on their way to the writer, each in a thread of this process, which nobody's leaving ends."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from threading import Condition, Lock, Thread

from studio.errors import Conflict, StudioError

log = logging.getLogger(__name__)
Hear = Callable[[str], None]  # takes the words of an answer, all of them so far each time
_LOOK_UP = 0.5  # seconds after which who follows gets a turn though there is nothing new


class Asking:
    """One question; who follows it may leave and come back."""

    def __init__(self, text: str, tab: str) -> None:
        self.text, self.tab = text, tab
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

    def answer(self, ask: Callable[[Hear], object]) -> None:
        """Have it answered; what goes wrong is kept for who follows."""
        try:
            ask(self.hear)
        except StudioError as error:
            self._error = error
        except Exception as error:
            log.exception("asking.broke")  # there may be nobody to tell
            self._error = error
        with self._news:
            self.over = True
            self._news.notify_all()


class Askings:
    """The questions of a process, one at a time for each account and episode."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[tuple[str, str], Asking] = {}

    def begin(self, account: str, episode: str, asking: Asking, ask: Callable[[Hear], object]) -> None:
        """Ask in a thread of its own; Conflict while another question about the episode is answered."""
        with self._lock:
            before = self._known.get((account, episode))
            if before and not before.over:
                raise Conflict("the writer is answering something else about this episode")
            self._known[account, episode] = asking
        # A daemon: who stops the process waits for no vendor, and who asks again finds that this one is gone.
        Thread(target=asking.answer, args=(ask,), name="asking", daemon=True).start()

    def held_up(self, account: str, episode: str, vendor: str) -> None:
        """Tell whoever follows the question about an episode that it waits for a vendor; empty when it is asked."""
        with self._lock:
            if found := self._known.get((account, episode)):
                found.held_up = vendor

    def of(self, account: str, episode: str) -> Asking | None:
        """The question about an episode that is on its way, or is over and not seen so; None where there is none."""
        with self._lock:
            found = self._known.get((account, episode))
            if found and found.over:
                del self._known[account, episode]
            return found if found and not found.seen else None
