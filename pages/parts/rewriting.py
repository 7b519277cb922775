"""Asking for a rewrite of the whole script, of some scenes or a passage of one, in words or by one of the buttons."""

from __future__ import annotations

from html import escape
from textwrap import shorten
from typing import Any

import streamlit as st

from pages.parts.answering import ask, broken_off, send, watch
from pages.parts.arriving import attend
from pages.parts.filling import among, refill, some_of
from pages.parts.pricing import answer_price
from pages.parts.proposals import decide
from studio.desk.desk import Desk
from studio.desk.views import Story
from studio.story.fountain import read_fountain
from studio.story.passage import beats_of
from studio.story.proposal import Request
from studio.story.renaming import titled

_TAB = "script_lab"
_TEXT = "rewrite-text"
_NAMES = ("Ada", "Nora", "Ivo")  # for an example
_PASSAGE = "What lies outside of this stays word for word."
_SHOWN = 70  # letters of a beat in a menu
_IN_A_ROW = 24  # scenes to choose from; a feature has hundreds, and they are found by typing
_QUICK = ("Shorter by a third", "Longer", "Funnier")


def rewrite(desk: Desk, story: Story) -> None:
    """The request, the answer as it comes, and the proposal that waits for a decision."""
    with st.container(border=True, key="rewriting"):
        price = answer_price(desk, story.episode)
        row = st.container(key="rewrite-ask")  # it stands above the choices it follows from
        with st.container(key="rewrite-more"):
            scenes = _scenes(story)
            passage = _passage(story, scenes)
            quick = _quick(price)
        about = Request(text=quick, tab=_TAB, scenes=scenes, passage=passage)
        with row:
            _request(desk, story, about, price)
        if quick:
            ask(desk, story, about)
    found = watch(desk, story.episode)
    if found.waiting:
        decide(desk, story, found.waiting, "lab")
    attend(".st-key-rewrite-text input", found.waiting.id if found.waiting else "")
    if found.unanswered:
        if broken_off(desk, story, found.unanswered, "lab"):
            st.rerun()
    elif found.answer and found.answer.tab == _TAB and found.answer.base == story.number:  # older ones, the chat has
        asked, said = escape(found.answer.asked), escape(found.answer.text)
        st.html(f'<p class="ts-talk-line" role="status"><b>“{asked}”</b> {said}</p>')


def _request(desk: Desk, story: Story, about: Request, price: str) -> None:
    form = st.form("rewrite", border=False, enter_to_submit=True, clear_on_submit=True)
    with form, st.container(key="rewrite-row"):
        st.text_input("Ask for a rewrite", key=_TEXT, placeholder=_example(story), max_chars=500)
        st.form_submit_button(
            f"Propose{price}",
            icon=":material/edit_note:",
            key="rewrite-go",
            on_click=send,
            args=(desk, story.episode, about, _TEXT),
        )


def _example(story: Story) -> str:
    """What could be asked of this very script."""
    names = [titled(one.name) for one in story.breakdown.cast]
    fresh = next(name for name in (*_NAMES, "somebody") if name not in names)
    somebody = [f"rename {name} to {fresh}" for name in names[:1]]
    return " · ".join([*somebody, "make scene 1 happen at night", "add a scene on the roof"])


def _scenes(story: Story) -> tuple[int, ...]:
    names = {at: f"Scene {one.number}" for at, one in enumerate(story.breakdown.scenes, 1)}
    key = f"rewrite-scenes-{story.episode}"
    refill(key, some_of(list(names), names.__getitem__))
    about: dict[str, Any] = {"format_func": names.__getitem__, "key": key, "help": "Choose none for the whole script."}
    if len(names) <= _IN_A_ROW:
        chosen = st.pills("Of which scenes", list(names), selection_mode="multi", **about)
    else:
        chosen = st.multiselect("Of which scenes", list(names), placeholder="All of them", **about)
    return tuple(sorted(at for at in chosen or () if at in names))


def _passage(story: Story, scenes: tuple[int, ...]) -> tuple[int, int] | None:
    """From which to which of its beats one scene is to change; None for all of it, or where it is not one scene."""
    found = beats_of(read_fountain(story.fountain), scenes[0]) if len(scenes) == 1 else []
    if len(found) < 2:
        return None
    key, whole = f"{story.episode}-{story.number}-{scenes[0]}", range(1, len(found) + 1)

    def told(at: int) -> str:
        beat = found[at - 1]
        return shorten(f"{at}. {f'{beat.speaker}: ' if beat.speaker else ''}{beat.text}", _SHOWN, placeholder="…")

    with st.container(key="rewrite-passage"):
        refill(f"passage-from-{key}", among(whole, told))
        first = st.selectbox("From", whole, format_func=told, key=f"passage-from-{key}") or 1
        ends = whole[first - 1 :]
        refill(f"passage-to-{key}-{first}", among(ends, told))
        last = st.selectbox(
            "To", ends, index=len(ends) - 1, format_func=told, key=f"passage-to-{key}-{first}", help=_PASSAGE
        )
    return None if (first, last) == (1, len(found)) else (first, last or first)


def _quick(price: str) -> str:
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="rewrite-quick"):
        st.html('<span class="ts-quiet">Or:</span>', width="content")
        pressed = [one for one in _QUICK if st.button(f"{one}{price}", key=f"quick-{one.split()[0].lower()}")]
    return pressed[0] if pressed else ""
