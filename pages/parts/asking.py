"""Asking for an episode: a pitch in one box, or a screenplay file, with the few choices that matter."""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from pages.parts.guard import told
from pages.parts.tabs import SCRIPT_LAB, turn_to
from pages.parts.wording import spell
from studio.desk.desk import Desk
from studio.production.film import Choices
from studio.takes.frame import Aspect, Quality

_OFFERS = Path(__file__).parents[2] / "data" / "home.toml"
_FIRST = "Opens the script in Script Lab; nothing is filmed before you say so."
_ASPECTS = {"Wide 16:9": Aspect.WIDE, "Tall 9:16": Aspect.TALL, "Square 1:1": Aspect.SQUARE}
_QUALITIES = {"Low, 720p": Quality.LOW, "High, 1080p": Quality.HIGH}


def ask(desk: Desk) -> str | None:
    """Show both ways in; gives the id of an episode whose production was just started."""
    with st.container(border=True, key="asking"):
        pitch, upload = st.tabs(["Write a pitch", "Bring a screenplay"])
        with pitch:
            begun = _pitch(desk)
        with upload:
            return _upload(desk) or begun


def choose(key: str) -> Choices:
    """Two menus: the picture's shape and its quality."""
    aspect = st.selectbox("Shape", list(_ASPECTS), key=f"aspect-{key}")
    quality = st.selectbox("Quality", list(_QUALITIES), key=f"quality-{key}")
    return Choices(aspect=_ASPECTS[aspect], quality=_QUALITIES[quality])


def price(desk: Desk) -> str:
    """What a button says about money."""
    return ", $0.00" if desk.free else ""


def _pitch(desk: Desk) -> str | None:
    text = st.text_area(
        "Your pitch",
        key="pitch",
        height=112,
        placeholder="Who wants what, and what is in the way? One sentence is enough.",
        persist_state="session",
    )
    _examples()
    with st.container(key="choices-pitch"):
        offers = _offers()["lengths"]
        seconds = st.selectbox(
            "Length", offers, index=offers.index(_offers()["length"]), format_func=spell, key="length-pitch"
        )
        choices = choose("pitch")
        go = st.button(f"Make the episode{price(desk)}", type="primary", key="make-pitch", icon=":material/movie:")
        first = st.button("Write the script first", key="write-pitch", icon=":material/edit_document:", help=_FIRST)
    with told():
        if go:
            return _produce(desk, desk.open_pitch(text or "", seconds=seconds), choices)
        if first:
            turn_to(SCRIPT_LAB, desk.open_pitch(text or "", seconds=seconds))
    return None


def _examples() -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="examples"):
        st.html('<span class="ts-quiet">Or take one of these:</span>', width="content")
        for number, example in enumerate(_offers()["example"]):
            st.button(example["name"], key=f"example-{number}", on_click=_take, args=(example["pitch"],))


def _take(pitch: str) -> None:
    st.session_state["pitch"] = pitch


def _upload(desk: Desk) -> str | None:
    file = st.file_uploader(
        "A screenplay: Fountain, Final Draft (.fdx) or plain text. Every word stays as it was written.",
        type=["fountain", "fdx", "txt", "md"],
        key="screenplay",
    )
    with st.container(key="choices-upload"):
        choices = choose("upload")
        go = st.button(
            f"Film the screenplay{price(desk)}",
            type="primary",
            key="make-script",
            disabled=file is None,
            icon=":material/movie:",
            help=None if file else "Choose a file first.",
        )
    if go and file:
        data = file.getvalue()
        with told():
            return _produce(desk, desk.open_file(_source(file.name, data), data), choices)
    return None


def _source(name: str, data: bytes) -> str:
    """What tells an upload from others: two files called script.fountain are two episodes, the same bytes are one."""
    return f"upload/{hashlib.sha256(data).hexdigest()[:16]}/{name}"


def _produce(desk: Desk, episode: str, choices: Choices) -> str:
    desk.produce(episode, choices)
    return episode


@cache
def _offers() -> dict[str, Any]:
    return tomllib.loads(_OFFERS.read_text(encoding="utf-8"))
