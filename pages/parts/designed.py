"""Designing a voice for somebody from who they are: what it costs, what was designed, and the one that is kept.

Both are asked for beside the page: whoever leaves meanwhile finds what came of it.
"""

from __future__ import annotations

import base64
from functools import partial
from html import escape

import streamlit as st

from pages.parts.answering import WAITS, stop_waiting
from pages.parts.doing import do, said
from pages.parts.guard import told
from pages.parts.pricing import about
from pages.parts.wording import plain
from studio.desk.desk import Desk
from studio.desk.views import Story
from studio.production.asking import Asking
from studio.takes.briefs import Preview

_AT_ONCE = 0.4  # seconds what was asked for may take to be there when the page is drawn after it
_LOOK_AGAIN = 0.5  # seconds between looks at it
_BUSY = "It is being done; that takes some seconds."


def designed(desk: Desk, story: Story, character: str) -> None:
    """Offer to design voices where whoever speaks can, and the last ones to be heard."""
    with told():
        quote = desk.price_of_design(story, character)
        if quote is None:
            return
        asking = _under_way(desk, story.episode, character)
        found = desk.designed_voices(story, character)
        who = story.breakdown.character(character).name.title()
        with st.container(border=True, key=f"designed-{character}"):
            st.html(
                '<h3 class="ts-small">A voice of their own</h3><p class="ts-quiet">Three voices are made for '
                f"{escape(who)} from age, build and manner, and say their lines. Keep one or none.</p>"
            )
            for number, one in enumerate(found, 1):
                _offered(desk, story, character, one, number, plain(who), busy=asking is not None)
            what = "Design others" if found else "Design a voice from who they are"
            st.button(
                f"{what}, {about(quote.likely)}",
                key=f"design-{character}",
                icon=":material/graphic_eq:",
                disabled=asking is not None,
                on_click=do,
                args=(partial(desk.begin_design, story, character), _beside(character)),
            )
            said(_beside(character))
            if asking:
                st.fragment(_coming, run_every=_LOOK_AGAIN)(desk, story.episode, asking)


def _under_way(desk: Desk, episode: str, character: str) -> Asking | None:
    """What is asked for somebody's voice now. What has ended changes the page above, or is said where it went wrong."""
    asking, key = desk.fitting(episode, character), f"fitting-{character}"
    if asking is None:
        return None
    with told():
        if asking.wait(0 if st.session_state.get(key) is asking else _AT_ONCE):
            st.rerun()
    st.session_state[key] = asking
    return None if asking.over else asking


def _coming(desk: Desk, episode: str, asking: Asking) -> None:
    """What is said while it is under way; the page is drawn again when it is over."""
    if asking.over:
        st.rerun()
    waits = f"{escape(asking.held_up)} {WAITS}" if asking.held_up else _BUSY
    st.html(f'<p class="ts-quiet" role="status" aria-busy="true">{waits}</p>')
    if asking.held_up:
        stop_waiting(desk, episode, "voice")


def _offered(desk: Desk, story: Story, character: str, one: Preview, number: int, name: str, *, busy: bool) -> None:
    """One designed voice to be heard and kept."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"preview-{one.voice}"):
        st.html(_player(one.media, one.sound, f"designed voice {number} of {name}"))
        st.button(
            f"Keep voice {number} and cast it",
            key=f"keep-{one.voice}",
            help=f"It takes one of your plan's voice slots and speaks every line of {plain(name)} from now on.",
            disabled=busy,
            on_click=do,
            args=(partial(desk.begin_keeping, story, character, one.voice), _beside(character)),
        )


def _player(media: str, sound: str, name: str) -> str:
    kind = media if media in ("audio/mpeg", "audio/wav", "audio/ogg") else "audio/mpeg"
    safe = base64.b64encode(base64.b64decode(sound)).decode()
    label = escape(name, quote=True)
    source = f"data:{kind};base64,{safe}"
    return f'<audio class="ts-take" controls preload="metadata" aria-label="{label}" src="{source}"></audio>'


def _beside(character: str) -> str:
    return f"designed-{character}"
