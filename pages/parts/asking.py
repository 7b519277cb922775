"""Asking for an episode: a pitch in one box, or a screenplay file, with the few choices that matter."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from services.notices import sentence
from studio.desk.desk import Desk
from studio.errors import StudioError
from studio.production.film import Choices
from studio.takes.frame import Aspect, Quality

EXAMPLES = (
    "A retired diver finds a letter in a bottle addressed to her, dated tomorrow.",
    "Two rival bakers in a mountain village must share one oven the night before the harvest fair.",
    "A maintenance robot on an empty station promises a child it will bring the stars back on.",
)
_ASPECTS = {"Wide 16:9": Aspect.WIDE, "Tall 9:16": Aspect.TALL, "Square 1:1": Aspect.SQUARE}
_QUALITIES = {"Low, 720p": Quality.LOW, "High, 1080p": Quality.HIGH}


def ask(desk: Desk) -> str | None:
    """Show both ways in; gives the id of an episode whose production was just started."""
    pitch, upload = st.tabs(["Write a pitch", "Bring a screenplay"])
    with pitch:
        begun = _pitch(desk)
    with upload:
        return _upload(desk) or begun


def _pitch(desk: Desk) -> str | None:
    for example, column in zip(EXAMPLES, st.columns(len(EXAMPLES)), strict=True):
        if column.button(example, key=f"example-{example[:12]}", width="stretch"):
            st.session_state["pitch"] = example
    text = st.text_area(
        "Your pitch", key="pitch", height=96, max_chars=20_000, placeholder="Who wants what, and what is in the way?"
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seconds = st.select_slider("Length", options=[60, 90, 120, 150, 180], value=90, format_func="{} s".format)
        choices = _choices("pitch")
    if not st.button("Make the episode, $0.00", type="primary", key="make-pitch", icon=":material/movie:"):
        return None
    return _start(desk, lambda: desk.open_pitch(text, seconds=seconds), choices)


def _upload(desk: Desk) -> str | None:
    file = st.file_uploader("A screenplay: Fountain, Final Draft or plain text", type=["fountain", "fdx", "txt", "md"])
    choices = _choices("upload")
    if not st.button("Film the screenplay, $0.00", key="make-script", disabled=file is None, icon=":material/movie:"):
        return None
    assert file is not None
    return _start(desk, lambda: desk.open_script(file.name, file.getvalue()), choices)


def _choices(key: str) -> Choices:
    aspect = st.selectbox("Shape", list(_ASPECTS), key=f"aspect-{key}", width=160)
    quality = st.selectbox("Quality", list(_QUALITIES), key=f"quality-{key}", width=160)
    return Choices(aspect=_ASPECTS[aspect], quality=_QUALITIES[quality])


def _start(desk: Desk, open_source: Callable[[], str], choices: Choices) -> str | None:
    try:
        episode = open_source()
        desk.produce(episode, choices)
    except StudioError as error:
        st.error(sentence(error), icon=":material/error:")
        return None
    return episode
