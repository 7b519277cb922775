"""How the state of a take looks, on every tab alike."""

from __future__ import annotations

from html import escape

from pages.parts.wording import reason
from studio.desk.storyboard import stands
from studio.desk.views import Failure, Situation
from studio.takes.plan import PlanItem, State

_LOOKS = {
    State.CURRENT: ("done", "current", "Made as script and choices are now."),
    State.STALE: ("work", "stale", "Script or choices have changed since it was made. It stays until you remake it."),
    State.MISSING: ("quiet", "missing", "It has not been made yet."),
}
_MAKING = ("work", "being made", "It appears here by itself.")
NOTHING = Situation()


def chip(item: PlanItem | None, now: Situation = NOTHING) -> str:
    """The state of a subject as a small label in HTML, two where its last retake failed; nothing for an unknown one."""
    if item is None:
        return ""
    if item.subject in now.making:
        return _chip(*_MAKING)
    failure = broke(item, now)
    if failure is None:
        return _chip(*_LOOKS[item.state])
    found = chip_of(failure)
    return f"{_chip(*_LOOKS[item.state])}{found}" if item.state is not State.MISSING else found


def broke(item: PlanItem | None, now: Situation) -> Failure | None:
    """Why a subject could not be made when it was last tried; None where it is there, or being made."""
    failure = now.failed.get(item.subject) if item and item.subject not in now.making else None
    return failure if item and stands(failure, item) else None


def why(failure: Failure | None, what: str) -> str:
    """Why there is no such take, as a sentence of HTML; empty where nothing went wrong."""
    if failure is None:
        return ""
    return f'<p class="ts-failed" role="status"><b>{escape(what)} {failed(failure)}.</b> {escape(reason(failure))}</p>'


def chip_of(failure: Failure, of: str = "") -> str:
    """A take that could not be made as a small label in HTML: board failed."""
    words = f"{of} {failed(failure)}" if of and not failure.retake else failed(failure)
    return _chip("work" if failure.unclear else "bad", words, reason(failure))


def failed(failure: Failure) -> str:
    """What became of a take that could not be made, in a word or two."""
    return "unclear" if failure.unclear else "retake failed" if failure.retake else "failed"


def _chip(kind: str, words: str, title: str) -> str:
    return f'<span class="ts-chip {kind}" title="{escape(title, quote=True)}">{words}</span>'
