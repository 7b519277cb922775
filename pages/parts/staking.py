"""What a change leaves stale, said beforehand; and the boards that are to be drawn anew because of one."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import streamlit as st

from pages.parts.guard import told
from pages.parts.pricing import cost_of
from pages.parts.states import NOTHING
from pages.parts.wording import count
from studio.desk.designing import Stake, stake
from studio.desk.desk import Desk
from studio.desk.views import Situation, Story
from studio.production.film import Choices
from studio.story.cast import Character
from studio.story.designing import appearances
from studio.takes.plan import Plan, State


def at_stake(what: str, lost: Stake) -> str:
    """What a change would leave stale, as a sentence of HTML; `what` begins it ("Mara is in", "Here play")."""
    if not lost.shots:
        return f"{escape(what)} no shot yet."
    where = f"{escape(what)} {count(lost.shots, 'shot')}"
    if not lost.boards and not lost.clips:
        return f"{where}, none with a current board or clip that a change would make stale."
    parts = [count(number, word) for number, word in ((lost.boards, "board"), (lost.clips, "clip")) if number]
    verb = (
        "becomes stale, and stays as it is" if lost.boards + lost.clips == 1 else "become stale, and stay as they are"
    )
    return f"{where}: with a change {' and '.join(parts)} {verb} until you redraw or render."


def look_at_stake(story: Story, plan: Plan, member: Character) -> str:
    """What another look of somebody would leave stale."""
    shots = tuple(shot for one in appearances(story.breakdown, member.id) for shot, _ in one.shots)
    return at_stake(f"{member.called} is in", stake(plan, shots))


def redraw(
    desk: Desk,
    episode: str,
    plan: Plan,
    subjects: Iterable[str],
    choices: Choices,
    now: Situation = NOTHING,
) -> None:
    """Offer to draw those of some subjects of one kind that are stale or missing, and not being made."""
    mine = set(subjects) - now.making
    left = [item for item in plan.items if item.subject in mine and item.state is not State.CURRENT]
    if not left:
        return
    kind = left[0].kind
    found = {item.state for item in left}
    words = count(len(left), f"{found.pop() if len(found) == 1 else 'stale or missing'} {kind}")
    asked = [item.subject for item in left]
    if st.button(
        f"Draw {words}, {cost_of(desk, episode, asked, choices)}", key=f"redraw-{kind}", icon=":material/brush:"
    ):
        with told():
            desk.make(episode, asked, choices)
            st.rerun()


def scenes_list(episode: str, scenes: list[tuple[str, tuple[tuple[str, str], ...]]]) -> str:
    """Scenes with links to their shots on the Scenes tab, as HTML: heading, and ids and slates of shots."""
    rows = "".join(
        f"<li><span>{escape(heading)}</span><span>{_links(episode, shots)}</span></li>" for heading, shots in scenes
    )
    return f'<ul class="ts-where">{rows}</ul>'


def _links(episode: str, shots: tuple[tuple[str, str], ...]) -> str:
    return " ".join(
        f'<a href="/scenes?episode={episode}&shot={ident}" target="_self" aria-label="Shot {escape(number)}">'
        f"{escape(number)}</a>"
        for ident, number in shots
    )
