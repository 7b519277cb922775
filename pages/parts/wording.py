"""The words and small marks of the screens: states, times, sizes and names of files."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape

from pages.parts.reasons import outcome
from studio.desk.views import EpisodeRow, EpisodeView, Failure, Progress, Removed
from studio.production.run import RunState

_STATES = {
    RunState.QUEUED: ("work", "waiting"),
    RunState.RUNNING: ("work", "being made"),
    RunState.CANCELLING: ("work", "stopping"),
    RunState.DONE: ("done", "finished"),
    RunState.FAILED: ("bad", "stopped by an error"),
    RunState.CANCELLED: ("quiet", "stopped"),
}
_MARKS = re.compile(r"([\\`*_{}\[\]#$<>~|]|:(?=\w))")
_FRAME = re.compile(r"(\d+)x(\d+)p(\d+)")
_SENT = 3  # takes at vendors that are told of one by one
WORKER = ".venv/bin/python -m studio worker"
NO_WORKER = "No worker is running, so nothing moves. Start one in a terminal, in the studio's folder:"
_EXCERPT = 60  # characters of a pitch that stand for a title


def chip(state: RunState | None, *, gaps: bool) -> str:
    """An episode's state as a small label in HTML; with `gaps` some of its takes failed."""
    kind, words = _STATES[state] if state else ("quiet", "no film yet")
    if gaps and kind == "done":
        kind, words = "work", "finished with gaps"
    return f'<span class="ts-chip {kind}">{words}</span>'


def name(view: EpisodeView | EpisodeRow | Removed) -> str:
    """What to call an episode: its title, or how its pitch begins while the writer is still at work."""
    if view.title != "Untitled" or not view.pitch:
        return view.title
    return view.pitch if len(view.pitch) <= _EXCERPT else view.pitch[:_EXCERPT].rsplit(" ", 1)[0] + " …"


def plain(text: str) -> str:
    """A person's words for a place that reads Markdown: shown as they are."""
    return _MARKS.sub(r"\\\1", text)


def spell(seconds: float) -> str:
    """A length of time as people say it: 45 s, 2 min, 2 min 30 s."""
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def work(seconds: float) -> str:
    """The time a machine worked: 0.3 s, 42 s, 4 min 21 s."""
    return f"{seconds:.1f} s" if seconds < 9.95 else spell(seconds)


def roughly(seconds: float) -> str:
    """A guess at a time, no finer than it can be: 40 s, 3 min."""
    return f"{max(5, round(seconds / 5) * 5)} s" if seconds < 90 else f"{round(seconds / 60)} min"


def clock(seconds: float) -> str:
    """A length as players show it: 1:05, begun seconds not counted."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"


def dollars(micros: int) -> str:
    """Money: $0.00, $1.20; less than a cent with as many digits as it takes, $0.0035."""
    cents = f"{micros / 1_000_000:,.2f}"
    return f"${micros / 1_000_000:.6f}".rstrip("0") if 0 < micros < 10_000 else f"${cents}"


def guess(micros: int) -> str:
    """Money that is only likely, no finer than it can be known: $0.42, $0.005."""
    rough = round(micros, -(len(str(micros)) - 1))
    return dollars(rough if 0 < micros < 10_000 else micros)


def count(number: int, word: str) -> str:
    """A number of things: 1 board, 6 boards."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def weight(size: int) -> str:
    """A file's size: 812 kB, 5.9 MB, 1.8 GB."""
    if size >= 1_000_000_000:
        return f"{size / 1e9:.1f} GB"
    return f"{size / 1e6:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} kB"


def picture(frame: str) -> str:
    """A frame's mark in words: 1280x720p24 is 1280 × 720, 24 pictures a second."""
    found = _FRAME.fullmatch(frame)
    return f"{found[1]} × {found[2]}, {found[3]} fps" if found else frame


def format_of(frame: str) -> str:
    """A frame's mark as people call the format: 1280x720p24 is Wide 720p, 1080x1920p30 Tall 1080p."""
    found = _FRAME.fullmatch(frame)
    if not found:
        return frame
    width, height = int(found[1]), int(found[2])
    name = "Square" if width == height else "Wide" if width > height else "Tall"
    return f"{name} {min(width, height)}p"


def shape(frame: str) -> str:
    """A frame's mark as an aspect ratio in CSS; 16 / 9 when it is no mark."""
    found = _FRAME.fullmatch(frame)
    return f"{found[1]} / {found[2]}" if found else "16 / 9"


def sent(seen: Progress) -> str:
    """How far the vendors are with the takes they make: 2 takes at their vendor, 40 % and 75 % done."""
    shares = " and ".join(f"{one.share:.0%}" for one in seen.sent[:_SENT])
    return f"{count(len(seen.sent), 'take')} at a vendor, {shares} done"


def awaited(seen: Progress) -> str:
    """For which vendors takes wait, because they are asked too much now: waiting for fal."""
    return f"waiting for {' and '.join(seen.awaited)}"


def subject(of: str) -> str:
    """What to call a subject of an episode that has no screenplay to tell its name: the screenplay, the look mara."""
    what, _, whose = of.partition("@")[0].partition(":")
    return f"{what} {whose}".replace("-", " ").replace("script pitch", "the screenplay")


def failure(one: Failure, called: Callable[[str], str]) -> str:
    """A failed take in one line of HTML: what it was, by the name `called` gives it, and why there is none."""
    return f"<li><b>{escape(called(one.subject))}</b>: {escape(reason(one))}</li>"


def reason(one: Failure) -> str:
    """Why there is no such take, in a sentence."""
    if one.blocked:
        return "Something it needs could not be made."
    why = outcome(one.why) or "No reason is known."
    return f"{why} The Episode tab lists it, with what can be done." if one.unclear else why


def listed(names: Sequence[str]) -> str:
    """Names in a row: board 1A, board 1B and clip 2C."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
