"""Keeps child processes running side by side; one that may fall is started again a few times. Knows no command."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType

import typer

from services.settings import ROOT

_LOOK = 0.3  # seconds between looks at the children
_PATIENCE = 10.0  # seconds a child has to stop
_AGAIN, _WITHIN = 3, 60.0  # a child is started again so often within so many seconds


@dataclass
class Child:
    """One child: what people call it, its command line, whether it is started again, whether its stdout is dropped."""

    what: str
    command: Sequence[str]
    again: bool = False
    quiet: bool = False
    falls: list[float] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        self.process = subprocess.Popen(self.command, cwd=ROOT, stdout=subprocess.DEVNULL if self.quiet else None)

    def going(self) -> bool:
        """Whether it runs, or was started again just now; says on stderr what happened otherwise."""
        code = self.process.poll() if self.process else 0
        if code is None:
            return True
        how = f"killed by signal {-code}" if code < 0 else f"exit code {code}"
        now = time.monotonic()
        self.falls = [*(fall for fall in self.falls if now - fall < _WITHIN), now]
        if self.again and len(self.falls) <= _AGAIN:
            say(f"The {self.what} ended ({how}) and is started again.")
            self.start()
            return True
        often = f", {len(self.falls)} times within a minute" if self.again else ""
        say(f"The {self.what} ended ({how}){often}. The studio stops; nothing already made is lost.")
        return False

    def ask_to_stop(self) -> None:
        """Ask it to end."""
        if self.process:
            self.process.terminate()

    def stop(self) -> None:
        """Wait until it has ended; kill it when that takes too long."""
        if not self.process:
            return
        try:
            self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def keep(children: Sequence[Child]) -> int:
    """Run children until one is lost for good (1), or until ^C or SIGTERM (0); then end the others."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        for child in children:
            child.start()
        while all(child.going() for child in children):
            time.sleep(_LOOK)
    except KeyboardInterrupt:
        return 0
    finally:
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.stop()
        signal.signal(signal.SIGTERM, before)
    return 1


def say(sentence: str) -> None:
    """Tell whoever sits at the terminal."""
    typer.secho(sentence, fg="yellow", err=True)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
