"""What is being made of this episode now: how far each run is, the newest picture, and a way to stop it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts.guard import told
from pages.parts.wording import format_of, plain, roughly, sent
from services.notices import outcome, stage
from studio.desk.desk import Desk
from studio.desk.views import Progress
from studio.production.run import RunState

_LOOK_AGAIN = 1.0  # seconds, while something is made
_IDLE = "No worker is running, so nothing moves. Start the studio with `make run`."


def working(desk: Desk, episode: str) -> frozenset[str]:
    """Show every run under way; gives the subjects being made.

    It looks again by itself, and the page is drawn again when a run begins or ends.
    """
    seen = desk.under_way(episode)
    _note(desk, episode, seen)
    # The container is there while it is empty too, so that nothing below is built anew when a run begins.
    with st.container(key="working-place"):
        for message in st.session_state.get(_told(episode), ()):
            st.error(message, icon=":material/error:")
        if seen:
            st.fragment(_panel, run_every=_LOOK_AGAIN)(desk, episode, [seen])
    return desk.making(episode) if seen else frozenset()


def _known(episode: str) -> str:
    return f"under-way-{episode}"


def _told(episode: str) -> str:
    return f"ended-badly-{episode}"


def _note(desk: Desk, episode: str, seen: Sequence[Progress]) -> None:
    """Remember what is under way, and what went wrong with what no longer is."""
    now = {one.run for one in seen}
    known: set[str] = st.session_state.get(_known(episode), set())
    if now - known:
        st.session_state.pop(_told(episode), None)
    if ended := sorted(known - now):
        messages = [message for run in ended if (message := _trouble(desk.progress(run)))]
        st.session_state[_told(episode)] = messages
    st.session_state[_known(episode)] = now


def _trouble(seen: Progress) -> str:
    """What went wrong with a run that ended, in a sentence; empty when nothing did."""
    why = seen.error if seen.state is RunState.FAILED else next((one.why for one in seen.failures if one.why), "")
    if not why:
        return ""
    number = len(seen.failures)
    return (f"{number} takes could not be made. " if number > 1 else "") + plain(outcome(why))


def _panel(desk: Desk, episode: str, read: list[tuple[Progress, ...]]) -> None:
    """The runs; `read` holds what the page has just read, and is empty when they look again by themselves."""
    with told():
        seen = read.pop() if read else desk.under_way(episode)
        if {one.run for one in seen} != st.session_state.get(_known(episode)):
            st.rerun()
        with st.container(border=True, key="working"):
            if not desk.workers():
                st.warning(_IDLE, icon=":material/engineering:")
            for one in seen:
                _run(desk, one)


def _run(desk: Desk, seen: Progress) -> None:
    stopping = seen.state is RunState.CANCELLING
    with st.container(horizontal=True, vertical_alignment="center", key=f"run-{seen.run}"):
        if seen.picture:
            picture = f"/takes/{seen.episode}/{seen.picture}?small"
            st.html(f'<img class="ts-newest" alt="The newest picture" src="{picture}">', width="content")
        st.progress(seen.share, text=_words(seen), width="stretch")
        st.button(
            "Stopping" if stopping else "Stop",
            key=f"stop-{seen.run}",
            icon=":material/stop_circle:",
            disabled=stopping,
            help="What is being made is finished and kept; nothing more is begun.",
            on_click=_cancel,
            args=(desk, seen.run),
        )


def _words(seen: Progress) -> str:
    """What is being made, how many of how many, and how long it may take."""
    film = f"The film, {format_of(seen.frame)}: " if seen.frame else "The whole episode: "
    what = f"{film if seen.whole else ''}{stage(seen.stage)}"
    if not seen.total:
        return what
    left = f"about {roughly(seen.seconds_left)} left" if seen.seconds_left >= 1 else "nearly there"
    there = f" · {sent(seen)}" if seen.sent else ""
    return f"{what}, {seen.done} of {seen.total} takes, {left}{plain(there)}"


def _cancel(desk: Desk, run: str) -> None:
    with told():
        desk.cancel(run)
