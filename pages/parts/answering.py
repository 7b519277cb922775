"""An answer on its way: the writer's words as they come. Whoever leaves meanwhile finds it in the conversation."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.doing import do
from pages.parts.guard import told
from pages.parts.pricing import answer_price
from studio.desk.conversing import Conversation, MessageView
from studio.desk.desk import Desk
from studio.desk.views import Story
from studio.errors import StudioError
from studio.production.asking import Asking
from studio.story.proposal import Request

_READS, _WRITES = "reads the script…", "writes it out…"
LOOK_AGAIN = 0.2  # seconds between looks at an answer that comes while the page is used
_STILL = 3  # looks without another word after which the writer is at what nobody reads yet
WAITS = "has no room for this now, or does not answer. It is asked again by itself, and nothing is paid meanwhile."
_AT_ONCE = 0.4  # seconds an answer may take to be there when the page is drawn after it was asked for
_BROKEN = "The writer has not answered this: something went wrong, or the studio was stopped meanwhile."


def ask(desk: Desk, story: Story, request: Request) -> bool:
    """Ask the writer something about the newest script; whether it was asked. Whoever shows the answer follows it."""
    with told():
        desk.begin(story.episode, request, base=story.number)
        return True
    return False


def send(desk: Desk, episode: str, request: Request, box: str) -> None:
    """Ask what was typed into a box, in a callback; the browser has emptied it, what is refused stands there again."""
    asked = request.model_copy(update={"text": st.session_state[box]})

    def begin() -> None:
        try:
            desk.begin(episode, asked, base=desk.story(episode).number)
        except StudioError:
            st.session_state[box] = asked.text
            raise

    if asked.text:
        do(begin)


def watch(desk: Desk, episode: str) -> Conversation:
    """Show the words of an answer as they come, beside a page that goes on; it is drawn again when all is there.

    Gives what was said by then.
    """
    asking, key = desk.asking(episode), f"awaited-{episode}"
    with told():
        if asking and asking.wait(0 if st.session_state.get(key) is asking else _AT_ONCE):
            asking = None
    st.session_state[key] = asking
    found = desk.conversation(episode)
    if found.asked:
        st.fragment(_coming, run_every=LOOK_AGAIN)(desk, episode, asking, found.asked.text)
    return found


def _coming(desk: Desk, episode: str, asking: Asking | None, text: str) -> None:
    """The answer as far as it has come; one that another process asks for tells no words."""
    if asking.over if asking else desk.conversation(episode).asked is None:
        st.rerun()
    words, key = asking.words if asking else "", f"heard-{episode}"
    before, looks = st.session_state.get(key, ("", 0))
    looks = looks + 1 if words == before else 0
    held_up = asking.held_up if asking else ""
    st.html(_so_far(text, words, still=bool(words) and looks >= _STILL, held_up=held_up))
    if held_up:
        stop_waiting(desk, episode, "lab")
    st.session_state[key] = words, looks


def follow(desk: Desk, episode: str, place: DeltaGenerator) -> None:
    """Show the words of an answer as they come, until it is there; for where nothing else can be done meanwhile."""
    asking = desk.asking(episode)
    if asking is None:
        return
    with place:
        spot = st.empty()
        with told():
            before, offered = "", False
            for words in asking.follow():
                still = bool(words) and words == before
                spot.html(_so_far(asking.text, words, still=still, held_up=asking.held_up))
                if asking.held_up and not offered:
                    stop_waiting(desk, episode, "drawer")
                    offered = True
                before = words
            spot.empty()


def stop_waiting(desk: Desk, episode: str, where: str) -> None:
    """Offer to wait no more."""
    stop = partial(desk.stop_asking, episode)
    st.button("Stop waiting", key=f"stop-asking-{where}", icon=":material/close:", on_click=do, args=(stop,))


def broken_off(desk: Desk, story: Story, one: MessageView, where: str) -> bool:
    """Say that a question was not answered, and offer to ask it again or to leave it; whether it was asked again."""
    price = answer_price(desk, story.episode, one.text)
    with st.container(key=f"unanswered-{where}", gap="xsmall"):
        st.html(
            f'<div class="ts-talk"><p class="ts-talk-line you"><b>You</b> {escape(one.text)}</p>'
            f'<p class="ts-failed" role="status">{_BROKEN}</p></div>'
        )
        with st.container(horizontal=True, gap="xsmall", key=f"reask-{where}"):
            again = st.button(f"Ask again{price}", key=f"reask-{where}-{one.id}", icon=":material/replay:")
            leave = partial(desk.leave_question, one.id)
            st.button("Leave it", key=f"unask-{where}-{one.id}", icon=":material/close:", on_click=do, args=(leave,))
    return again and ask(desk, story, one.request)


def _so_far(asked: str, words: str, *, still: bool, held_up: str = "") -> str:
    """The question and the answer as far as it has come; `still` while no more words for the person come.

    `held_up` is the vendor that it waits for.
    """
    waits = f"{escape(held_up)} {WAITS}" if held_up else _READS
    said = f"{escape(words)}<span class='ts-caret' aria-hidden='true'></span>" if words else f"<i>{waits}</i>"
    said += f"<br><i>{_WRITES}</i>" if still else ""
    return (
        '<div class="ts-talk" role="status" aria-busy="true">'
        f'<p class="ts-talk-line you"><b>You</b> {escape(asked)}</p>'
        f'<p class="ts-talk-line"><b>Writer</b> {said}</p></div>'
    )
