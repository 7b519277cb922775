"""The chat of every tab: a drawer in which a person asks for a change, and the writer proposes one."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from pages.parts.answering import broken_off, follow, send
from pages.parts.doing import said
from pages.parts.pricing import answer_price
from pages.parts.proposals import DRAWER, FATES, QUESTIONS, decide
from studio.desk.conversing import MessageView
from studio.desk.desk import Desk
from studio.desk.views import Story
from studio.story.breakdown import Breakdown
from studio.story.message import Role
from studio.story.proposal import Request

_HINTS = {  # told with people, a scene and a shot of the film, so that each can be asked for as it stands
    "script_lab": "“make scene {scene} happen at night”, “rename {one} to Ada”, “shorter by a third”",
    "characters": "“make {one} older, red hair”, “{other} in a green coat, no hat”",
    "backgrounds": "“rain in scene {scene}”, “scene 1 like film noir”, “set scene 1 in a bakery”",
    "scenes": "“shot {shot} closer”, “shots 1A and {shot}: longer”, “cut scene {scene}”",
    "voices": "“{other} slower”, “{one} a little deeper”",
    "episode": "“shorter by a third”, “cut scene {scene}”, “make scene {scene} happen at night”",
    "costs": "“shorter by a third”, “cut scene {scene}”: what is not in the script costs nothing",
}
_HELP = "Ask for a change; nothing changes before you accept it."
_PROMISE = "You see first what would change, and nothing changes until you accept it."
_SHOWN = 12  # messages in the drawer; older ones stay in the database


def chat(desk: Desk, story: Story, tab: str) -> None:
    """A button in the head that opens the drawer."""
    if st.button("Chat", key="chat-open", icon=":material/forum:", help=_HELP):
        _drawer(desk, story.episode, tab)


@st.dialog("Chat", position="right", width="medium", icon=":material/forum:", on_dismiss="rerun")
def _drawer(desk: Desk, episode: str, tab: str) -> None:
    talk(desk, desk.story(episode), tab)


def talk(desk: Desk, story: Story, tab: str) -> None:
    """What was said about the episode, the proposal that waits, and a box to ask in."""
    box = f"chat-ask-{tab}"
    asking = (desk, story.episode, Request(text="", tab=tab), box)
    st.chat_input("What should change?", key=box, max_chars=500, on_submit=send, args=asking)
    said()
    if price := answer_price(desk, story.episode):
        st.html(f'<p class="ts-quiet">An answer of this writer costs{price.removeprefix(",")}.</p>')
    follow(desk, story.episode, st.container())
    found = desk.conversation(story.episode)
    if not found.messages:
        hint = escape(_hint(story.breakdown, tab))
        st.html(f'<p class="ts-quiet">Ask in plain words, for instance {hint}. {_PROMISE}</p>')
    if found.waiting:
        decide(desk, story, found.waiting, DRAWER)
    if found.unanswered and broken_off(desk, story, found.unanswered, DRAWER):
        st.rerun(scope="fragment")
    told = [one for one in found.messages if one not in (found.waiting, found.unanswered)]
    st.html(f'<div class="ts-talk">{"".join(_message(one) for one in _newest_first(told[-_SHOWN:]))}</div>')


def _hint(breakdown: Breakdown, tab: str) -> str:
    """What could be asked for on a tab."""
    names = [member.called for member in breakdown.cast[:2]]
    one, other = (*names, *("Mara", "Tom")[len(names) :])
    scene = breakdown.scenes[-1].number if breakdown.scenes else "1"
    shot = breakdown.shots[-1].number if breakdown.shots else "1A"
    return _HINTS.get(tab, _HINTS["script_lab"]).format(one=one, other=other, scene=scene, shot=shot)


def _newest_first(told: Sequence[MessageView]) -> list[MessageView]:
    """The newest question first, each before its answer."""
    turns: list[list[MessageView]] = []
    for one in told:
        if one.role is Role.PERSON or not turns:
            turns.append([])
        turns[-1].append(one)
    return [one for turn in reversed(turns) for one in turn]


def _message(one: MessageView) -> str:
    kind, words = (QUESTIONS if one.role is Role.PERSON else FATES).get(one.state, ("", ""))
    chip = f' <span class="ts-chip {kind}">{words}</span>' if words else ""
    if one.role is Role.PERSON:
        return f'<p class="ts-talk-line you"><b>You</b> {escape(one.text)}{chip}</p>'
    return f'<p class="ts-talk-line"><b>Writer</b> {escape(one.text)}{chip}</p>'
