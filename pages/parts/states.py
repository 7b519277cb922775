"""How the state of a take looks, on every tab alike."""

from __future__ import annotations

from collections.abc import Collection

from studio.takes.plan import PlanItem, State

_LOOKS = {
    State.CURRENT: ("done", "current", "Made as script and choices are now."),
    State.STALE: ("work", "stale", "Script or choices have changed since it was made. It stays until you remake it."),
    State.MISSING: ("quiet", "missing", "It has not been made yet."),
}
_MAKING = ("work", "being made", "It appears here by itself.")


def chip(item: PlanItem | None, making: Collection[str] = ()) -> str:
    """The state of a subject as a small label in HTML; nothing for one the plan does not know.

    `making` are the subjects that are being made now.
    """
    if item is None:
        return ""
    kind, words, why = _MAKING if item.subject in making else _LOOKS[item.state]
    return f'<span class="ts-chip {kind}" title="{why}">{words}</span>'
