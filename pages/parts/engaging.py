"""Engaging a crew: who writes, paints, moves and speaks in an episode, one by one or all in a click."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st

from pages.parts.doing import chooses, do, said
from studio.desk.crewing import CrewView, Part, Player
from studio.desk.desk import Desk

_PARTS = {"writer": "Writer", "painter": "Painter", "animator": "Motion", "voice": "Voices"}
_REFUSED = "crew-refused"
_AS_REST = ""  # not None: a menu whose choice is None offers to clear it


def engaging(desk: Desk, episode: str) -> CrewView:
    """Show who plays which part and let it be changed; gives the crew."""
    crew = desk.crew(episode)
    who = "offline, free" if crew.offline else ", ".join(dict.fromkeys(part.vendor or "offline" for part in crew.parts))
    with st.expander(f"Crew: {who}", icon=":material/groups:", expanded=not crew.offline, key=f"crew-{episode}"):
        said()
        _whole(desk, episode, crew)
        with st.grid(4, min_column_width=220, gap="small", key="crew-parts"):
            for part in crew.parts:
                _part(desk, episode, part)
        if not desk.free:
            _others(desk, episode, crew)
    return crew


def moved_by(desk: Desk, episode: str, shot: str) -> None:
    """Choose who animates one shot; where all motion is free there is nothing to choose."""
    if desk.free:
        return
    crew = desk.crew(episode)
    part = next(one for one in crew.parts if one.role == "animator")
    players = {one.name: one for one in part.players}
    now = crew.shots.get(shot, _AS_REST)
    now, key = now if now in players else _AS_REST, f"moved-{shot}-{now}-{_refusals()}"

    def change(name: str) -> None:
        _ask(partial(desk.engage, episode, {}, shots={shot: name}))

    st.selectbox(
        "Moved by",
        [_AS_REST, *players],
        index=[_AS_REST, *players].index(now),
        format_func=lambda name: player(players[name]) if name else f"As the episode: {part.engine}",
        key=key,
        on_change=chooses(f"moved-{shot}", key, now, change),
    )


def player(one: Player) -> str:
    """An engine in a menu: where it works, and what it lacks."""
    return f"{one.name}, {one.vendor or 'offline, free'}" + (
        f" (needs {' and '.join(one.missing)})" if one.missing else ""
    )


def _whole(desk: Desk, episode: str, crew: CrewView) -> None:
    with st.container(horizontal=True, key="crew-whole", gap="xsmall"):
        st.button(
            "Offline crew",
            key="crew-offline",
            icon=":material/home_work:",
            help="Everything is made on this machine; it costs nothing.",
            disabled=crew.offline and not crew.shots,
            on_click=_ask,
            args=(partial(desk.engage_named, episode, "offline"),),
        )
        st.button(
            "Cloud crew",
            key="crew-cloud",
            icon=":material/cloud:",
            help="Set a vendor's key first."
            if desk.free
            else "The first engine at a vendor for every part that has one.",
            disabled=desk.free,
            on_click=_ask,
            args=(partial(desk.engage_named, episode, "cloud"),),
        )


def _others(desk: Desk, episode: str, crew: CrewView) -> None:
    """Whether another engine may take over, and who animates instead of whom by what the gate found."""
    place = f"switch-{episode}"
    key = f"{place}-{crew.switch}"

    def change(on: bool) -> None:
        _ask(partial(desk.engage, episode, {}, switch=on))

    st.toggle(
        "Let another engine take over where one cannot be had",
        value=crew.switch,
        key=key,
        on_change=chooses(place, key, crew.switch, change),
        help="The next one in the order of its part, for no more than is held for the take, so never a dearer one, and "
        "never where it may have been sent already. Such a take says who made it instead of whom, and why.",
    )
    for chosen, found in crew.instead.items():
        words = f"{found.engine} animates instead of {chosen}: {found.why}"
        st.html(f'<p class="ts-quiet">{escape(words)}</p>')


def _part(desk: Desk, episode: str, part: Part) -> None:
    players = {one.name: one for one in part.players}
    key = f"part-{part.role}-{part.engine}-{_refusals()}"

    def change(name: str) -> None:
        _ask(partial(desk.engage, episode, {part.role: name}))

    with st.container(gap="xsmall", key=f"crew-{part.role}"):
        st.selectbox(
            _PARTS[part.role],
            list(players),
            index=list(players).index(part.engine),
            format_func=lambda name: player(players[name]),
            key=key,
            on_change=chooses(f"part-{episode}-{part.role}", key, part.engine, change),
        )
        if caution := players[part.engine].caution:
            st.html(f'<p class="ts-quiet">{escape(caution)}</p>')


def _ask(what: partial[None]) -> None:
    """Do it; every asking makes the menus anew, so that one that was refused shows who really plays."""
    st.session_state[_REFUSED] = _refusals() + 1
    do(what)


def _refusals() -> int:
    found: int = st.session_state.get(_REFUSED, 0)
    return found
