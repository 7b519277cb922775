"""How the state of a take looks, on every tab alike."""

from __future__ import annotations

from studio.takes.plan import PlanItem, State

_LOOKS = {State.CURRENT: ("done", "current"), State.STALE: ("work", "stale"), State.MISSING: ("quiet", "missing")}


def chip(item: PlanItem | None) -> str:
    """The state of a subject as a small label in HTML; nothing for one the plan does not know."""
    if item is None:
        return ""
    kind, words = _LOOKS[item.state]
    return f'<span class="ts-chip {kind}">{words}</span>'
