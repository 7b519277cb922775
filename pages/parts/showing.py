"""Showing an episode: its progress while it is made, then the player and the files."""

from __future__ import annotations

from html import escape

import streamlit as st

from services.notices import stage
from studio.desk.desk import Desk
from studio.desk.views import EpisodeView, Progress
from studio.production.run import RunState

_STATES = {
    RunState.QUEUED: ("work", "waiting for a worker"),
    RunState.RUNNING: ("work", "being made"),
    RunState.CANCELLING: ("work", "stopping"),
    RunState.DONE: ("done", "finished"),
    RunState.FAILED: ("bad", "stopped by an error"),
    RunState.CANCELLED: ("bad", "cancelled"),
}
_FILES = {
    "master.mp4": "Film",
    "captions.srt": "Captions .srt",
    "captions.vtt": "Captions .vtt",
    "screenplay.fountain": "Screenplay",
    "timeline.otio": "Timeline .otio",
    "timeline.edl": "EDL",
    "timeline.fcpxml": "Final Cut XML",
    "storyboard.pdf": "Storyboard .pdf",
    "poster.jpg": "Poster",
}


def chip(view: EpisodeView) -> str:
    """An episode's state as a small label in HTML."""
    kind, words = _STATES[view.progress.state] if view.progress else ("", "not begun")
    return f'<span class="ts-chip {kind}">{words}</span>'


def show(desk: Desk, episode: str) -> None:
    """Show one episode; while it is made the panel looks again every second."""
    view = desk.episode(episode)
    st.subheader(view.title, anchor=False)
    if view.progress and not view.progress.ended:
        _watch(desk, episode)
        return
    if view.progress:
        _ending(view.progress)
    if view.file("master.mp4"):
        player(view)
        downloads(view)


@st.fragment(run_every=1.0)
def _watch(desk: Desk, episode: str) -> None:
    view = desk.episode(episode)
    seen = view.progress
    if seen is None or seen.ended:
        st.rerun()
        return
    left = f", about {seen.seconds_left:.0f} s left" if seen.seconds_left >= 1 else ""
    words = stage(seen.stage)
    share = seen.done / seen.total if seen.total else 0.0
    st.progress(share, text=f"{words}: {seen.done} of {seen.total or '…'}{left}")
    if seen.newest:
        st.html(f'<img class="ts-poster" alt="The newest board" src="/pictures/{seen.run}/{seen.newest}">')
    if st.button("Stop", key=f"stop-{seen.run}", icon=":material/stop:", help="What is made is kept."):
        desk.cancel(seen.run)


def _ending(seen: Progress) -> None:
    if seen.state is RunState.CANCELLED:
        st.info("Stopped. What was made is kept; make it again to go on.", icon=":material/pause:")
    if seen.state is RunState.FAILED:
        st.error(seen.error or "The production ended without a film.", icon=":material/error:")
    if seen.failures:
        lines = "\n".join(f"- {one.subject}: {one.why or 'something it needs failed'}" for one in seen.failures[:20])
        st.warning(f"{len(seen.failures)} takes could not be made; boards or slates stand in.\n\n{lines}")


def player(view: EpisodeView) -> None:
    """The film with its captions as a track; both come from the studio's own route, which checks who asks."""
    base = f"/files/{view.id}/{view.frame}"
    st.html(
        f'<video class="ts-video" controls playsinline preload="metadata" poster="{base}/poster.jpg" '
        f'aria-label="{escape(view.title, quote=True)}"><source src="{base}/master.mp4" type="video/mp4">'
        f'<track kind="captions" src="{base}/captions.vtt" srclang="en" label="Captions" default></video>'
    )


def downloads(view: EpisodeView) -> None:
    """Links to every finished file."""
    base = f"/files/{view.id}/{view.frame}"
    links = [
        f'<a href="{base}/{name}?download=1" download="{name}">{label}</a>'
        for name, label in _FILES.items()
        if view.file(name)
    ]
    st.html(f'<div class="ts-files">{"".join(links)}</div>')
