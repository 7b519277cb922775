"""Watching a film being made: the newest board, how far each format is, and a way to stop it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts.guard import told
from pages.parts.wording import NO_WORKER, WORKER, awaited, count, format_of, plain, roughly, sent
from services.notices import stage as doing
from studio.desk.desk import Desk
from studio.desk.views import Progress
from studio.production.run import RunState

_LOOK_AGAIN = 1.0  # seconds


def watch(desk: Desk, episode: str, *, stage: bool, still: str = "") -> None:
    """Show every run under way, looking again by itself; with `stage` beside the newest board, or this still.

    When one begins or ends the page is drawn again.
    """
    seen = desk.under_way(episode)
    if seen:
        known = frozenset(one.run for one in seen)
        st.fragment(_watch, run_every=_LOOK_AGAIN)(desk, episode, stage, known, still, [seen])


def board(seen: Sequence[Progress], still: str) -> None:
    """Show the newest board of these runs, large; before there is one, the still at this address."""
    newest = next((one for one in seen if one.newest), None)
    if newest:
        st.html(f'<img class="ts-stage" alt="The newest board" src="/pictures/{newest.run}/{newest.newest}">')
    elif still:
        st.html(f'<img class="ts-stage" alt="A board of the film" src="{still}">')
    else:
        st.html('<div class="ts-stage ts-bare"><p>Boards appear here as they are drawn.</p></div>')


def _watch(
    desk: Desk, episode: str, stage: bool, known: frozenset[str], still: str, read: list[tuple[Progress, ...]]
) -> None:
    """The runs; `read` holds what the page has just read, and is empty when they look again by themselves."""
    with told():
        seen = read.pop() if read else desk.under_way(episode)
        if {one.run for one in seen} != known:
            st.rerun()
        if not stage:
            _runs(desk, seen, pictures=True)
            return
        left, side = st.columns([2, 1], gap="medium")
        with left:
            board(seen, still)
        with side:
            _runs(desk, seen, pictures=False)


def _runs(desk: Desk, seen: tuple[Progress, ...], *, pictures: bool) -> None:
    if not desk.workers():
        st.warning(f"{NO_WORKER}\n\n`{WORKER}`", icon=":material/engineering:")
    for one in seen:
        with st.container(key=f"watch-{one.run}", gap="xsmall"):
            what = format_of(one.frame) if one.whole else "A part of the episode"
            st.html(f'<h2 class="ts-small">{plain(what)}</h2>')
            if pictures and one.picture:
                newest = f"/takes/{one.episode}/{one.picture}?small"
                st.html(f'<img class="ts-newest" alt="The newest picture" src="{newest}">')
            _bar(one)
            _stop(desk, one)
            if len(seen) == 1:
                _stages(one)
    st.html('<p class="ts-quiet">You can close this tab; the work goes on.</p>')


def _bar(seen: Progress) -> None:
    there = f", {seen.done} of {count(seen.total, 'take')}" if seen.total else ""
    left = ""
    if seen.total:
        left = f", about {roughly(seen.seconds_left)} left" if seen.seconds_left >= 1 else ", nearly there"
    st.progress(seen.share, text=f"{doing(seen.stage)}{there}{left}")
    if seen.sent:
        st.html(f'<p class="ts-quiet">{sent(seen)}</p>')
    if seen.awaited:
        st.html(f'<p class="ts-quiet">{awaited(seen)}</p>')


def _stages(seen: Progress) -> None:
    rows = []
    for one in seen.stages:
        kind = "done" if one.done == one.total else "now" if one.kind == seen.stage else ""
        rows.append(f'<li class="{kind}">{doing(one.kind)}<span>{one.done} of {one.total}</span></li>')
    if rows:
        st.html(f'<ul class="ts-stages">{"".join(rows)}</ul>')


def _stop(desk: Desk, seen: Progress) -> None:
    stopping = seen.state is RunState.CANCELLING
    label = "Stopping after the takes under way" if stopping else "Stop"
    st.button(
        label,
        key=f"stop-{seen.run}",
        icon=":material/stop_circle:",
        disabled=stopping,
        help="What is made is kept.",
        on_click=_cancel,
        args=(desk, seen.run),
    )


def _cancel(desk: Desk, run: str) -> None:
    with told():
        desk.cancel(run)
