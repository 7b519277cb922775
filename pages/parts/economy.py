"""The budget director: a cap for motion, and for each shot whether it moves for money or over its board for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from html import escape

import streamlit as st

from pages.parts.doing import chooses, do, said
from pages.parts.guard import told
from pages.parts.wording import dollars, plain
from studio.desk.crewing import CrewView
from studio.desk.desk import Desk
from studio.desk.moving import MotionView, ShotMotion
from studio.desk.rendering import CutView
from studio.money.amount import DOLLAR
from studio.production.film import Choices

_SAID = "economy"  # where it is said what came of a choice
_TALL = 420  # pixels of the list before it scrolls
_MOST = 40  # shots in it at once: a browser takes seconds to draw the nine hundred switches of an hour


def economy(desk: Desk, episode: str, crew: CrewView, orders: Sequence[Choices], cut: CutView) -> None:
    """Offer to choose which shots move, where motion costs."""
    if not next(part.vendor for part in crew.parts if part.role == "animator"):
        return
    with st.expander("Budget director: which shots move", icon=":material/savings:", key=f"economy-{episode}"), told():
        left = desk.spare(episode, cut.engines)
        cap = st.number_input(
            "Motion may cost, in dollars",
            min_value=0.0,
            value=left / DOLLAR,
            step=0.10,
            format="%.2f",
            key=f"cap-{episode}-{left}",
            help="What is left to the target beside the other engines, unless you say otherwise.",
            width=220,
        )
        found = desk.motion(episode, orders[0], round(cap * DOLLAR))
        _summary(desk, episode, found)
        said(_SAID)
        shown = _page(episode, found.shots)
        with st.container(height=_TALL, key="economy-shots", border=True):
            for one in shown:
                _shot(desk, episode, one)


def _summary(desk: Desk, episode: str, found: MotionView) -> None:
    moving, every = len(found.direction.moving), len(found.shots)
    advice = f"{moving} of {every} shots move with {found.engine}, at most {dollars(found.direction.micros)}"
    advice += "." if moving == every else "; the others get a free move over their board."
    with st.container(horizontal=True, vertical_alignment="center", key="economy-head"):
        st.html(f'<p class="ts-quiet">{escape(advice)}</p>', width="stretch")
        st.button(
            "As you chose" if found.followed else "Follow this",
            key="economy-follow",
            icon=":material/check:",
            disabled=found.followed,
            on_click=do,
            args=(partial(desk.follow, episode, found.direction), _SAID),
        )


def _page(episode: str, shots: Sequence[ShotMotion]) -> Sequence[ShotMotion]:
    """All shots of a short film; of a longer one those chosen, at first where the director would change one."""
    if len(shots) <= _MOST:
        return shots
    pages = [shots[at : at + _MOST] for at in range(0, len(shots), _MOST)]
    names = [f"{one[0].number} to {one[-1].number}" for one in pages]
    key = f"economy-page-{episode}"
    if st.session_state.get(key) not in names:
        st.session_state[key] = next((name for name, one in zip(names, pages, strict=True) if _differs(one)), names[0])
    return pages[names.index(st.selectbox("Which shots", names, key=key, width=220) or names[0])]


def _differs(shots: Sequence[ShotMotion]) -> bool:
    return any(one.moves != one.advised for one in shots)


def _shot(desk: Desk, episode: str, one: ShotMotion) -> None:
    place = f"moves-{one.shot}"
    key = f"{place}-{one.moves}"

    def change(paid: bool) -> None:
        do(partial(desk.move, episode, one.shot, paid=paid), _SAID)

    with st.container(key=f"economy-{one.shot}", gap=None):
        st.toggle(
            f"{plain(one.number)} moves, at most {plain(dollars(one.micros))}",
            value=one.moves,
            key=key,
            on_change=chooses(place, key, one.moves, change),
        )
        differs = "" if one.moves == one.advised else '<span class="ts-chip work">advised otherwise</span> '
        st.html(f'<p class="ts-quiet ts-why">{differs}{escape(one.why)}</p>')
