"""Several shots at once: retake them with one note, frame and move them alike, take them out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from pages.parts.guard import told
from pages.parts.retaking import retaking
from pages.parts.shooting import make, wanting
from studio.desk.desk import Desk
from studio.desk.storyboard import ShotView
from studio.desk.views import Story
from studio.production.film import Choices
from studio.story.breakdown import Framing, Move
from studio.story.directing import Restaging
from studio.story.labels import label
from studio.takes.recipe import TakeKind

_AS_IT_IS = "As each is"


def shots(desk: Desk, story: Story, views: Sequence[ShotView], choices: Choices) -> None:
    """Act on the shots that are chosen together."""
    number = len(views)
    st.html(f'<h2 class="ts-title ts-slate">{number} shot{"" if number == 1 else "s"} selected</h2>')
    if not views:
        st.html('<p class="ts-quiet">Click the shots you mean; click one again to leave it out.</p>')
        return
    st.html(f'<p class="ts-quiet">{", ".join(view.shot.number for view in views)}</p>')
    retaking(desk, story, views, choices)
    _alike(desk, story, [view.shot.id for view in views])
    with st.container(horizontal=True, key="several-make"):
        if boards := wanting(views, TakeKind.BOARD):
            make(desk, story.episode, "Draw their boards", boards, choices, key="draw-several")
        if clips := wanting(views, TakeKind.CLIP):
            make(desk, story.episode, "Shoot their clips", clips, choices, key="shoot-several")
    _moved(desk, story, [view.shot.id for view in views])


def _alike(desk: Desk, story: Story, shots: Sequence[str]) -> None:
    with st.form(f"alike-{story.number}", border=False):
        left, right = st.columns(2)
        framing: Framing | None = left.selectbox(
            "Framing", [None, *Framing], format_func=lambda one: label("framing", one.value) if one else _AS_IT_IS
        )
        move: Move | None = right.selectbox(
            "Camera", [None, *Move], format_func=lambda one: label("move", one.value) if one else _AS_IT_IS
        )
        asked = st.form_submit_button("Apply to all", icon=":material/check:", type="primary")
    if asked:
        with told():
            desk.restage(story.episode, shots, Restaging(framing=framing, move=move), base=story.number)
            st.rerun()


def _moved(desk: Desk, story: Story, shots: Sequence[str]) -> None:
    episode, base = story.episode, story.number
    with st.container(horizontal=True, key="several-row", gap="xsmall"):
        _button("Move earlier", "arrow_back", lambda: desk.move_shots(episode, shots, -1, base=base))
        _button("Move later", "arrow_forward", lambda: desk.move_shots(episode, shots, 1, base=base))
        _button("Delete", "delete", lambda: desk.delete_shots(episode, shots, base=base))


def _button(name: str, icon: str, do: Callable[[], int]) -> None:
    if st.button(name, key=f"several-{name}", icon=f":material/{icon}:"):
        with told():
            do()
            st.rerun()
