"""Designing a voice for somebody from who they are: what it costs, what was designed, and the one that is kept."""

from __future__ import annotations

import base64
from functools import partial
from html import escape

import streamlit as st

from pages.parts.doing import do, said
from pages.parts.guard import told
from pages.parts.pricing import about
from pages.parts.wording import plain
from studio.desk.desk import Desk
from studio.desk.views import Story

_BUSY = "Voices are being designed; it takes some seconds."


def designed(desk: Desk, story: Story, character: str) -> None:
    """Offer to design voices where whoever speaks can, and the last ones to be heard."""
    with told():
        quote = desk.price_of_design(story, character)
        if quote is None:
            return
        found = desk.designed_voices(story, character)
        who = story.breakdown.character(character).name.title()
        name = plain(who)
        with st.container(border=True, key=f"designed-{character}"):
            st.html(
                '<h3 class="ts-small">A voice of their own</h3><p class="ts-quiet">Three voices are made for '
                f"{escape(who)} from age, build and manner, and say their lines. Keep one or none.</p>"
            )
            for number, one in enumerate(found, 1):
                with st.container(horizontal=True, vertical_alignment="center", key=f"preview-{one.voice}"):
                    st.html(_player(one.media, one.sound, f"designed voice {number} of {name}"))
                    st.button(
                        f"Keep voice {number} and cast it",
                        key=f"keep-{one.voice}",
                        help=f"It takes one of your plan's voice slots and speaks every line of {name} from now on.",
                        on_click=_keep,
                        args=(desk, story, character, one.voice),
                    )
            what = "Design others" if found else "Design a voice from who they are"
            st.button(
                f"{what}, {about(quote.likely)}",
                key=f"design-{character}",
                icon=":material/graphic_eq:",
                on_click=_design,
                args=(desk, story, character),
            )
            said(_beside(character))


def _player(media: str, sound: str, name: str) -> str:
    kind = media if media in ("audio/mpeg", "audio/wav", "audio/ogg") else "audio/mpeg"
    safe = base64.b64encode(base64.b64decode(sound)).decode()
    label = escape(name, quote=True)
    source = f"data:{kind};base64,{safe}"
    return f'<audio class="ts-take" controls preload="metadata" aria-label="{label}" src="{source}"></audio>'


def _design(desk: Desk, story: Story, character: str) -> None:
    with st.spinner(_BUSY):
        do(partial(desk.design_voice, story, character), _beside(character))


def _keep(desk: Desk, story: Story, character: str, voice: str) -> None:
    with st.spinner("The voice is being kept."):
        do(partial(desk.keep_voice, story, character, voice), _beside(character))


def _beside(character: str) -> str:
    return f"designed-{character}"
