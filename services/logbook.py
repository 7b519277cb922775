"""The logbook: what the studio's processes say of themselves goes to one file; the terminal is for people.

No key reaches it: neither a configured one nor what stands in a header where keys do.
"""

from __future__ import annotations

import fcntl
import logging
import logging.handlers
import os
import time
from collections.abc import Collection
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from uuid import uuid4

from services.redaction import Redaction

log = logging.getLogger(__name__)
_FILE, _OLD = "studio.log", "studio.log.1"
_MOST = 5_000_000  # bytes after which a new file is begun: strangers cause lines too, and must not fill the disk
_LINE = "%(asctime)s %(process)d %(levelname)s %(name)s %(message)s"
_TALKERS = ("alembic", "dbos", "httpx", "httpcore")  # say at every start or request what nobody asked
# Loggers of the vendors' clients that write by themselves to the terminal when their own setting asks for it.
_CLIENTS = ("groq", "groq._base_client", "groq._response", "fern", "fal_client", "stripe", "httpx")


class _Line(logging.Formatter):
    """One line for a record, whatever is in it, and its time as it is in Greenwich; a traceback comes below."""

    default_time_format, default_msec_format = "%Y-%m-%dT%H:%M:%S", "%s.%03dZ"

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  logging's own name
        return "\\n".join(super().formatMessage(record).splitlines())


def _line() -> _Line:
    made = _Line(_LINE)
    made.converter = time.gmtime
    return made


class _Pen(logging.handlers.WatchedFileHandler):
    """Makes its file with the first record, and goes on in a new one when it, or another process, has begun that.

    A full disk neither stops the work nor covers the terminal.
    """

    def __init__(self, file: Path) -> None:
        super().__init__(file, encoding="utf-8", delay=True)
        self.dry = False  # whether the last record could not be written

    def emit(self, record: logging.LogRecord) -> None:
        self.dry = False
        try:
            _begin_anew(Path(self.baseFilename))
            super().emit(record)
        except OSError:
            self.dry = True

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  logging's own name
        self.dry = True

    def close(self) -> None:
        """Close the file, whatever still fits."""
        with suppress(OSError):
            super().close()

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        return super()._open()


def _begin_anew(file: Path) -> None:
    """Put a file that is full aside, over the one before it; of several processes one does, and the rest see it."""
    with suppress(FileNotFoundError):
        if file.stat().st_size <= _MOST:
            return
        with file.open("rb") as full:
            fcntl.flock(full, fcntl.LOCK_EX)
            if os.path.samestat(os.fstat(full.fileno()), file.stat()):  # it is not another's new one by now
                file.replace(file.with_name(_OLD))


_pen: _Pen | None = None
_voice: logging.Handler | None = None  # says every line on stderr too, where somebody collects them
_redaction = Redaction()


def open_logbook(folder: Path, secrets: Collection[str] = (), *, aloud: bool = False) -> None:
    """Write down in `folder` whatever this process logs from now on; the file is made when there is something.

    None of the `secrets` (Settings.secrets) is written, nor said by a vendor's client on the terminal. What is written
    is said on stderr too where it is to be `aloud`.
    """
    global _pen, _voice
    close_logbook()
    _conceal(secrets)
    _pen, _voice = _Pen(folder / _FILE), logging.StreamHandler() if aloud else None
    root = logging.getLogger()
    for handler in _handlers():
        handler.setFormatter(_line())
        handler.addFilter(_redaction)
        root.addHandler(handler)
    root.setLevel(logging.INFO)
    for talker in _TALKERS:
        logging.getLogger(talker).setLevel(logging.WARNING)
    _silence(logging.getLogger("dbos"))
    logging.captureWarnings(capture=True)


def _handlers() -> list[logging.Handler]:
    """What hears of every record."""
    return [one for one in (_pen, _voice) if one is not None]


def _conceal(secrets: Collection[str]) -> None:
    """Have keys taken out of what the clients say before any handler has it."""
    global _redaction
    fresh = Redaction(secrets)
    root = logging.getLogger()
    for speaker in (*map(logging.getLogger, _CLIENTS), *root.handlers):
        speaker.removeFilter(_redaction)
        speaker.addFilter(fresh)
    _redaction = fresh


def _silence(talker: logging.Logger) -> None:
    """Have a library that talks to the terminal by itself write down what it says; without a handler it adds one."""
    for handler in [*talker.handlers]:
        talker.removeHandler(handler)
    talker.addHandler(logging.NullHandler())
    talker.propagate = True


def close_logbook() -> None:
    """Write down no more."""
    global _pen, _voice
    if _pen:
        logging.captureWarnings(capture=False)
        for handler in _handlers():
            logging.getLogger().removeHandler(handler)
            handler.close()
        logging.getLogger().setLevel(logging.WARNING)
        _pen = _voice = None


def reference(error: Exception) -> str:
    """Write an error nobody foresaw down with its traceback; gives what it is found by, nothing if it cannot be."""
    if _pen is None:
        return ""
    found = uuid4().hex[:8]
    log.error("unforeseen reference=%s", found, exc_info=error)
    return "" if _pen.dry else found
