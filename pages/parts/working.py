"""What is being made of this episode, with a way to stop it; and what could not be made, with a way to try again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from pages.parts.doing import do, said
from pages.parts.guard import told
from pages.parts.pricing import cost_once_more
from pages.parts.reasons import outcome
from pages.parts.wording import (
    NO_WORKER,
    WORKER,
    awaited,
    count,
    format_of,
    listed,
    plain,
    reason,
    roughly,
    sent,
    subject,
)
from pages.parts.wrong import wrong
from services.notices import stage
from studio.desk.desk import Desk
from studio.desk.views import Progress, Situation, Trouble
from studio.errors import StudioError
from studio.production.run import RunState

_LOOK_AGAIN = 1.0  # seconds, while something is made
_NAMED = 4  # takes that are told of by name
_LEAVE = "It is not named here any more. What was made is kept."


def working(desk: Desk, episode: str, called: Callable[[str], str] = subject) -> Situation:
    """Show every run under way and what went wrong with those that ended; `called` gives a subject its name.

    It looks again by itself, and the page is drawn again when a run begins or ends.
    """
    seen = desk.under_way(episode)
    now = desk.situation(episode)
    st.session_state[_known(episode)] = {one.run for one in seen}
    # The container is there while it is empty too, so that nothing below is built anew when a run begins.
    with st.container(key="working-place"):
        said()
        for one in now.troubles:
            _trouble(desk, one, called)
        if seen:
            st.fragment(_panel, run_every=_LOOK_AGAIN)(desk, episode, [seen])
    return now


def _known(episode: str) -> str:
    return f"under-way-{episode}"


def _trouble(desk: Desk, one: Trouble, called: Callable[[str], str]) -> None:
    """A run that left something undone: what and why, and the two things to do about it."""
    with st.container(key=f"trouble-{one.run}", gap="xsmall"):
        first = next((failure.why for failure in one.failures if not failure.blocked), one.why)
        wrong(_told(one, called), first.partition(":")[0], run=one.run)
        with st.container(horizontal=True, gap="xsmall"):
            if (price := _price(desk, one.run)) is not None:
                st.button(
                    f"Try again, {plain(price)}",
                    key=f"retry-{one.run}",
                    icon=":material/replay:",
                    on_click=do,
                    args=(partial(desk.again, one.run),),
                )
            leave = partial(desk.dismiss, one.run)
            st.button(
                "Leave it", key=f"leave-{one.run}", icon=":material/close:", help=_LEAVE, on_click=do, args=(leave,)
            )


def _told(one: Trouble, called: Callable[[str], str]) -> str:
    """What could not be made, and why the first of it could not."""
    first = next((failure for failure in one.failures if not failure.blocked), None)
    why = reason(first) if first else outcome(one.why) or "The production broke off."
    if not one.failures:
        return why
    names = [called(failure.subject) for failure in one.failures]
    more = len(names) - _NAMED
    shown = [*names[:_NAMED], f"{more} more"] if more > 1 else names
    what = listed(shown)
    return f"{what[:1].upper()}{what[1:]} could not be made. {why}"


def _price(desk: Desk, run: str) -> str | None:
    """What trying again costs; None where what was asked for is not in the film any more, or there is no film yet."""
    try:
        return cost_once_more(desk, [run])
    except StudioError:
        return None


def _panel(desk: Desk, episode: str, read: list[tuple[Progress, ...]]) -> None:
    """The runs; `read` holds what the page has just read, and is empty when they look again by themselves."""
    with told():
        seen = read.pop() if read else desk.under_way(episode)
        if {one.run for one in seen} != st.session_state.get(_known(episode)):
            st.rerun()
        with st.container(border=True, key="working"):
            if not desk.workers():
                st.warning(f"{NO_WORKER}\n\n`{WORKER}`", icon=":material/engineering:")
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
    there = [sent(seen)] if seen.sent else []
    there += [awaited(seen)] if seen.awaited else []
    return f"{what}, {seen.done} of {count(seen.total, 'take')}, {left}{plain(''.join(f' · {one}' for one in there))}"


def _cancel(desk: Desk, run: str) -> None:
    with told():
        desk.cancel(run)
