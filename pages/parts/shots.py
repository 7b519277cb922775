"""Several shots at once: retake them with one note, frame and move them alike, take them out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.doing import do, said
from pages.parts.filling import among, refill
from pages.parts.retaking import retaking
from pages.parts.shooting import make, wanting
from pages.parts.wording import count
from studio.desk.desk import Desk
from studio.desk.storyboard import ShotView
from studio.desk.views import Story
from studio.production.film import Choices
from studio.story.breakdown import Framing, Move
from studio.story.directing import Restaging
from studio.story.labels import label
from studio.takes.recipe import TakeKind

_AS_IT_IS = ""  # not None: a menu whose choice is None offers to clear it


def shots(desk: Desk, story: Story, views: Sequence[ShotView], choices: Choices) -> None:
    """Act on the shots that are chosen together."""
    number = len(views)
    st.html(f'<h2 class="ts-title ts-slate">{count(number, "shot") if number else "No shot"} selected</h2>')
    if not views:
        st.html('<p class="ts-quiet">Click the shots you mean; click one again to leave it out.</p>')
        return
    st.html(f'<p class="ts-quiet">{", ".join(view.shot.number for view in views)}</p>')
    said()
    retaking(desk, story, views, choices)
    _alike(desk, story, [view.shot.id for view in views])
    with st.container(horizontal=True, key="several-make"):
        if boards := wanting(views, TakeKind.BOARD):
            make(desk, story.episode, "Draw their boards", boards, choices, key="draw-several")
        if clips := wanting(views, TakeKind.CLIP):
            make(desk, story.episode, "Shoot their clips", clips, choices, key="shoot-several")
    _moved(desk, story, [view.shot.id for view in views])


def _alike(desk: Desk, story: Story, shots: Sequence[str]) -> None:
    def apply() -> None:
        how = Restaging(framing=st.session_state["alike-framing"] or None, move=st.session_state["alike-move"] or None)
        if not how.empty:
            desk.restage(story.episode, shots, how, base=story.number)

    with st.form("alike", border=False):
        left = right = st.grid(2, min_column_width=190, gap="small", key="alike")
        _menu(left, "Framing", "framing", Framing)
        _menu(right, "Camera", "move", Move)
        st.form_submit_button("Apply to all", icon=":material/check:", type="primary", on_click=do, args=(apply,))


def _menu(at: DeltaGenerator, name: str, field: str, every: type[StrEnum]) -> None:
    """What all of them are to have alike; as it comes, each keeps its own."""
    options, key = [_AS_IT_IS, *every], f"alike-{field}"

    def called(one: str) -> str:
        return label(field, one) if one else "As each is"

    refill(key, among(options, called))
    at.selectbox(name, options, format_func=called, key=key)


def _moved(desk: Desk, story: Story, shots: Sequence[str]) -> None:
    episode, base = story.episode, story.number
    with st.container(horizontal=True, key="several-row", gap="xsmall"):
        _button("Move earlier", "arrow_back", partial(desk.move_shots, episode, shots, -1, base=base))
        _button("Move later", "arrow_forward", partial(desk.move_shots, episode, shots, 1, base=base))
        _button("Delete", "delete", partial(desk.delete_shots, episode, shots, base=base))


def _button(name: str, icon: str, what: Callable[[], object]) -> None:
    st.button(name, key=f"several-{name}", icon=f":material/{icon}:", on_click=do, args=(what,))
