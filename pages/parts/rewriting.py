"""Asking for a rewrite of the whole script or of some scenes, in words or by one of the buttons."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.parts.guard import told
from pages.parts.pricing import answer_price
from pages.parts.proposals import decide
from studio.desk.desk import Desk
from studio.desk.views import Story
from studio.story.proposal import Request
from studio.story.renaming import titled

_TAB = "script_lab"
_NAMES = ("Ada", "Nora", "Ivo")  # for an example
_QUICK = ("Shorter by a third", "Longer", "Funnier")


def rewrite(desk: Desk, story: Story) -> None:
    """The request, the answer, and the proposal that waits for a decision."""
    with st.container(border=True, key="rewriting"):
        price = answer_price(desk, story.episode)
        text, go = _request(story, price)
        with st.container(key="rewrite-more"):
            scenes = _scenes(story)
            quick = _quick(price)
        if asked := quick or (text if go else ""):
            with told():
                desk.ask(story.episode, Request(text=asked, tab=_TAB, scenes=scenes), base=story.number)
    found = desk.conversation(story.episode)
    if found.waiting:
        decide(desk, story, found.waiting, "lab")
    elif found.answer and found.answer.tab == _TAB:
        asked, said = escape(found.answer.asked), escape(found.answer.text)
        st.html(f'<p class="ts-talk-line" role="status"><b>“{asked}”</b> {said}</p>')


def _request(story: Story, price: str) -> tuple[str, bool]:
    with st.form("rewrite", border=False, enter_to_submit=True), st.container(key="rewrite-row"):
        text = st.text_input(
            "Ask for a rewrite",
            key="rewrite-text",
            placeholder=_example(story),
            max_chars=500,
        )
        go = st.form_submit_button(f"Propose{price}", icon=":material/edit_note:", key="rewrite-go")
    return text or "", go


def _example(story: Story) -> str:
    """What could be asked of this very script."""
    names = [titled(one.name) for one in story.breakdown.cast]
    fresh = next(name for name in (*_NAMES, "somebody") if name not in names)
    somebody = [f"rename {name} to {fresh}" for name in names[:1]]
    return " · ".join([*somebody, "make scene 1 happen at night", "add a scene on the roof"])


def _scenes(story: Story) -> tuple[int, ...]:
    scenes = story.breakdown.scenes
    chosen = st.pills(
        "Of which scenes",
        range(1, len(scenes) + 1),
        selection_mode="multi",
        format_func=lambda at: f"Scene {scenes[at - 1].number}",
        key=f"rewrite-scenes-{story.episode}",
        help="Choose none for the whole script.",
    )
    return tuple(sorted(at for at in chosen or () if at <= len(scenes)))


def _quick(price: str) -> str:
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="rewrite-quick"):
        st.html('<span class="ts-quiet">Or:</span>', width="content")
        pressed = [one for one in _QUICK if st.button(f"{one}{price}", key=f"quick-{one.split()[0].lower()}")]
    return pressed[0] if pressed else ""
