"""An answer on its way: the writer's words as they come. Whoever leaves meanwhile finds it in the conversation."""

from __future__ import annotations

from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.guard import told
from studio.desk.desk import Desk
from studio.desk.views import Story
from studio.production.asking import Asking
from studio.story.proposal import Request

_READS, _WRITES = "reads the script…", "writes it out…"


def ask(desk: Desk, story: Story, request: Request) -> bool:
    """Ask the writer something about the newest script; whether it was asked. Whoever shows the answer follows it."""
    with told():
        desk.begin(story.episode, request, base=story.number)
        return True
    return False


def follow(desk: Desk, episode: str, place: DeltaGenerator) -> bool:
    """Show the words of an answer as they come, until it is there; whether there was one, and it came."""
    asking = desk.asking(episode)
    if asking is None:
        return False
    with place:
        spot = st.empty()
        with told():
            before = ""
            for words in asking.follow():
                spot.html(_so_far(asking, words, still=bool(words) and words == before))
                before = words
            spot.empty()
            return True
    return False


def _so_far(asking: Asking, words: str, *, still: bool) -> str:
    """The question and the answer as far as it has come; `still` while no more words for the person come."""
    said = f"{escape(words)}<span class='ts-caret' aria-hidden='true'></span>" if words else f"<i>{_READS}</i>"
    said += f"<br><i>{_WRITES}</i>" if still else ""
    return (
        '<div class="ts-talk" role="status" aria-busy="true">'
        f'<p class="ts-talk-line you"><b>You</b> {escape(asking.text)}</p>'
        f'<p class="ts-talk-line"><b>Writer</b> {said}</p></div>'
    )
