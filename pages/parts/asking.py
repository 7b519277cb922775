"""Asking for an episode: a pitch in one box, or a screenplay file, with the few choices that matter."""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import streamlit as st

from pages.parts.filling import among, one_of, refill
from pages.parts.guard import told
from pages.parts.pricing import about
from pages.parts.tabs import EPISODE, SCRIPT_LAB, turn_to
from pages.parts.unwritten import begin
from pages.parts.wording import dollars, spell
from studio.desk.desk import Desk
from studio.production.film import Choices
from studio.takes.frame import Aspect, Quality

_OFFERS = Path(__file__).parents[2] / "data" / "home.toml"
_FIRST = "Opens the script in Script Lab; nothing is filmed before you say so."
_NO_FILE = "Choose a file first."
_LATER = "Only the screenplay is written; what the film would cost is shown before it is made."
_CREWS = ["Offline crew, free", "Cloud crew"]
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
    for menu, options in (("aspect", _ASPECTS), ("quality", _QUALITIES)):
        refill(f"{menu}-{key}", among(list(options), str))
    aspect = st.selectbox("Shape", list(_ASPECTS), key=f"aspect-{key}")
    quality = st.selectbox("Quality", list(_QUALITIES), key=f"quality-{key}")
    return Choices(aspect=_ASPECTS[aspect], quality=_QUALITIES[quality])


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
        refill("length-pitch", among(offers, spell))
        seconds = st.selectbox(
            "Length", offers, index=offers.index(_offers()["length"]), format_func=spell, key="length-pitch"
        )
        choices = choose("pitch")
        cloud = _crew(desk, "pitch")
        words, helps = _offer(desk, text or "", seconds) if cloud else (f"Make the episode, {dollars(0)}", None)
        with st.container(horizontal=True, key="go-pitch"):
            go = st.button(words, type="primary", key="make-pitch", icon=":material/movie:", help=helps)
            first = not cloud and st.button(
                "Write the script first", key="write-pitch", icon=":material/edit_document:", help=_FIRST
            )
    with told():
        if go and cloud:
            _write(desk, desk.open_pitch(text or "", seconds=seconds))
        if go:
            return _produce(desk, desk.open_pitch(text or "", seconds=seconds), choices)
        if first:
            turn_to(SCRIPT_LAB, desk.open_pitch(text or "", seconds=seconds))
    return None


def _crew(desk: Desk, key: str) -> bool:
    """Choose who makes it, where there is a choice; whether it is the cloud crew."""
    if desk.free:
        return False
    refill(f"crew-{key}", one_of(_CREWS, str))
    picked = st.segmented_control("Made by", _CREWS, default=_CREWS[0], required=True, key=f"crew-{key}")
    return picked == _CREWS[1]


def _offer(desk: Desk, pitch: str, seconds: int) -> tuple[str, str | None]:
    """What the button of the cloud crew says, and what it leaves for later."""
    return f"Write the screenplay, {about(desk.writing(pitch, seconds).likely)}", _LATER


def _write(desk: Desk, episode: str) -> NoReturn:
    """Have the cloud crew's writer write, and show the tab on which the rest is priced."""
    desk.engage_named(episode, "cloud")
    begin(desk, episode)
    turn_to(EPISODE, episode)


def _examples() -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="examples"):
        st.html('<span class="ts-quiet">Or take one of these:</span>', width="content")
        for number, example in enumerate(_offers()["example"]):
            st.button(example["name"], key=f"example-{number}", on_click=_take, args=(example["pitch"],))


def first_pitch() -> tuple[str, str]:
    """The first example: what it is called, and its pitch."""
    first = _offers()["example"][0]
    return first["name"], first["pitch"]


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
        cloud = _crew(desk, "upload")
        with st.container(horizontal=True, key="go-upload"):
            go = st.button(
                "Open the screenplay, see the price" if cloud else f"Film the screenplay, {dollars(0)}",
                type="primary",
                key="make-script",
                disabled=file is None,
                icon=":material/movie:",
                help=None if file else _NO_FILE,
            )
            first = not cloud and st.button(
                "Open in Script Lab",
                key="read-script",
                disabled=file is None,
                icon=":material/edit_document:",
                help=_FIRST if file else _NO_FILE,
            )
    if (go or first) and file:
        with told():
            opened = desk.open_file(_source(file.name, file.getvalue()), file.getvalue())
            if first:
                turn_to(SCRIPT_LAB, opened)
            if cloud:
                desk.engage_named(opened, "cloud")
                turn_to(EPISODE, opened)
            return _produce(desk, opened, choices)
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
