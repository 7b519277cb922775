"""One shot in full: its board or clip, what happens in it, how it is staged, its takes, and ways to change it."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.parts.choosing import look_at
from pages.parts.guard import told
from pages.parts.recutting import recutting
from pages.parts.retaking import retaking
from pages.parts.shooting import cost
from pages.parts.staging import staging
from pages.parts.states import chip
from pages.parts.taking import show, takes
from studio.desk.desk import Desk
from studio.desk.storyboard import ShotView, Storyboard
from studio.desk.views import Story, TakeView
from studio.production.film import Choices
from studio.takes.plan import PlanItem, State

_STILLS, _FILMS = ["png", "jpg", "jpeg", "webp"], ["mp4", "mov", "m4v", "webm", "mkv", "avi"]
_CHIPS = {State.CURRENT: "done", State.STALE: "work", State.MISSING: "quiet"}


def shot(desk: Desk, story: Story, board: Storyboard, view: ShotView, choices: Choices) -> None:
    """Show a shot and let it be directed."""
    found = desk.takes(story.episode, [view.board.subject, view.clip.subject])
    _head(story, board, view)
    _picture(desk, story, view, choices, found[view.clip.subject])
    _words(story, view)
    retaking(desk, story, [view], choices)
    direct, made, cut = st.tabs(["Direct", "Takes", "Cut"])
    with direct:
        staging(desk, story, view)
    with made:
        for item, name in ((view.board, "board"), (view.clip, "clip")):
            st.html(f'<h3 class="ts-small">{name.title()}s</h3>')
            poster = f"/takes/{story.episode}/{view.picture}?small" if view.picture and name == "clip" else ""
            takes(
                desk, story.episode, item.subject, found[item.subject], name=f"{name} {view.shot.number}", poster=poster
            )
            _bring(desk, story, item, f"{name} {view.shot.number}", _STILLS if name == "board" else _FILMS)
    with cut:
        recutting(desk, story, board, view)


def _head(story: Story, board: Storyboard, view: ShotView) -> None:
    order = [one.shot.id for one in board.shots]
    here = order.index(view.shot.id)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="shot-head"):
        st.button("Back", key="shot-back", icon=":material/arrow_back:", on_click=look_at, args=("",))
        st.html(f'<h2 class="ts-title ts-slate">Shot {escape(view.shot.number)}</h2>', width="stretch")
        for name, step, icon in (("Shot before", -1, "chevron_left"), ("Shot after", 1, "chevron_right")):
            there = order[here + step] if 0 <= here + step < len(order) else ""
            st.button(
                "",
                key=f"shot-step-{step}",
                icon=f":material/{icon}:",
                help=name,
                disabled=not there,
                on_click=look_at,
                args=(there,),
            )


def _picture(desk: Desk, story: Story, view: ShotView, choices: Choices, clips: tuple[TakeView, ...]) -> None:
    """The clip where there is one, else the board, and what is missing of them."""
    number = view.shot.number
    still = f"/takes/{story.episode}/{view.picture}"
    clip = next((take for take in clips if take.fingerprint == view.film), None)
    if clip:
        show(story.episode, clip, f"Clip {number}", poster=f"{still}?small" if view.picture else "")
    elif view.picture:
        st.html(f'<img class="ts-take" alt="Board {escape(number, quote=True)}" src="{still}">')
    else:
        st.html('<div class="ts-bare ts-nothing"><p>No board yet.</p></div>')
    st.html(f'<p class="ts-facts">Board {chip(view.board)} Clip {chip(view.clip)} {view.seconds:.1f} s</p>')
    wanted = [
        (verb, item)
        for verb, item in (("Draw the board", view.board), ("Shoot the clip", view.clip))
        if item.state is not State.CURRENT
    ]
    if wanted:
        with st.container(horizontal=True, key="shot-make"):
            for verb, item in wanted:
                _make(desk, story, verb, item, choices)


def _make(desk: Desk, story: Story, verb: str, item: PlanItem, choices: Choices) -> None:
    icon = ":material/brush:" if item is not None and verb.startswith("Draw") else ":material/videocam:"
    price = cost(desk, story.episode, [item.subject], choices)
    if st.button(f"{verb}, {price}", key=f"make-{item.subject}", icon=icon):
        with told():
            desk.make(story.episode, [item.subject], choices)
            st.rerun()


def _words(story: Story, view: ShotView) -> None:
    """The action and the lines, as they were written."""
    parts = []
    if action := view.shot.staging.action:
        parts.append(f'<p class="ts-action">{escape(action)}</p>')
    for line in view.shot.lines:
        name = story.breakdown.character(line.character).name
        manner = f" <i>({escape(line.manner)})</i>" if line.manner else ""
        parts.append(f'<p class="ts-spoken"><b>{escape(name)}</b>{manner}<br>{escape(line.text)}</p>')
    if view.shot.note:
        parts.append(f'<p class="ts-quiet">Note: {escape(view.shot.note)}</p>')
    st.html(f'<div class="ts-words">{"".join(parts) or "<p>Nothing is said or done.</p>"}</div>')


def _bring(desk: Desk, story: Story, item: PlanItem, name: str, kinds: list[str]) -> None:
    with st.popover(f"Bring your own {name.split()[0]}", icon=":material/upload:"):
        file = st.file_uploader(f"Your own {name}", type=kinds, key=f"own-{item.subject}-{item.fingerprint[:8]}")
        if st.button("Use it", key=f"use-{item.subject}", type="primary", disabled=file is None) and file:
            with told():
                desk.bring(story.episode, item.subject, file.name, file.getvalue())
                st.rerun()
