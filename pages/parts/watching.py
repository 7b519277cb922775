"""Watching an episode being made: the newest board, how far each stage is, and a way to stop."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.parts.guard import told
from pages.parts.wording import chip, name, roughly
from services.notices import stage
from studio.desk.desk import Desk
from studio.desk.views import EpisodeView, Progress
from studio.production.run import RunState

_LOOK_AGAIN = 1.0  # seconds
_NO_WORKER = """No worker is running, so nothing moves. Start one in a terminal, in the studio's folder:

`.venv/bin/python -m studio worker`"""


@st.fragment(run_every=_LOOK_AGAIN)
def watch(desk: Desk, first: EpisodeView) -> None:
    """Show how far a run is; when it has ended the page is drawn again."""
    with told():
        _watch(desk, desk.episode(first.id))


def _watch(desk: Desk, view: EpisodeView) -> None:
    seen = view.progress
    if seen is None or seen.ended:
        st.rerun()
        return
    board, side = st.columns([2, 1], gap="medium")
    with board:
        _board(seen)
    with side:
        st.html(f'<h1 class="ts-title">{escape(name(view))}</h1><p class="ts-facts">{chip(seen.state, gaps=False)}</p>')
        if not desk.workers():
            st.warning(_NO_WORKER, icon=":material/engineering:")
        _bar(seen)
        _stop(desk, seen)
        _stages(seen)


def _board(seen: Progress) -> None:
    if seen.newest:
        st.html(f'<img class="ts-stage" alt="The newest board" src="/pictures/{seen.run}/{seen.newest}">')
    else:
        st.html('<div class="ts-stage ts-bare"><p>Boards appear here as they are drawn.</p></div>')


def _bar(seen: Progress) -> None:
    share = seen.done / seen.total if seen.total else 0.0
    count = f", {seen.done} of {seen.total} takes" if seen.total else ""
    st.progress(share, text=f"{stage(seen.stage)}{count}")
    if seen.total:
        left = f"About {roughly(seen.seconds_left)} left" if seen.seconds_left >= 1 else "Nearly there"
        st.html(f'<p class="ts-quiet">{left}. You can close this tab; the work goes on.</p>')


def _stages(seen: Progress) -> None:
    rows = []
    for one in seen.stages:
        kind = "done" if one.done == one.total else "now" if one.kind == seen.stage else ""
        rows.append(f'<li class="{kind}">{stage(one.kind)}<span>{one.done} of {one.total}</span></li>')
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
