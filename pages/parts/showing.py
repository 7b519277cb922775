"""Showing an episode: its progress while it is made, then the player and the files."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.parts import frame
from pages.parts.asking import choose, price
from pages.parts.guard import told
from pages.parts.player import downloads, player
from pages.parts.watching import watch
from pages.parts.wording import chip, clock, failure, name, picture, plain
from services.notices import outcome
from studio.desk.desk import Desk
from studio.desk.views import EpisodeView, Progress
from studio.production.run import RunState


def show(desk: Desk, episode: str) -> None:
    """Show one episode; while it is made the panel looks again every second. NotFound when it is not there."""
    view = desk.episode(episode)
    frame.call(name(view))
    if view.progress and not view.progress.ended:
        watch(desk, view)
        return
    stage, side = st.columns([2, 1], gap="medium")
    with side:
        _title(view)
        mark = _frame(view)
        facts = [clock(view.seconds), picture(mark)] if mark else []
        seen = view.progress
        label = chip(seen.state if seen else None, gaps=bool(seen and seen.failures))
        st.html(f'<p class="ts-facts">{label} {" · ".join(facts)}</p>')
        if view.progress:
            _ending(desk, view, view.progress)
        downloads(view, mark)
        _another(desk, view)
    with stage:
        player(view, mark)


def _frame(view: EpisodeView) -> str:
    """The shape to show: the newest, unless the person picks another that was made."""
    made = list(dict.fromkeys(file.frame for file in view.files if file.name == "master.mp4"))
    if len(made) < 2:
        return view.frame
    picked = st.segmented_control(
        "Made as", made, default=view.frame, required=True, format_func=picture, key=f"made-{view.id}-{view.frame}"
    )
    return picked or view.frame


def _title(view: EpisodeView) -> None:
    pitch = f'<p class="ts-pitch">{escape(view.pitch)}</p>' if view.pitch else ""
    st.html(f'<h1 class="ts-title">{escape(name(view))}</h1>{pitch}')


def _ending(desk: Desk, view: EpisodeView, seen: Progress) -> None:
    if seen.state is RunState.CANCELLED:
        st.info("Stopped. What was made is kept.", icon=":material/pause_circle:")
    if seen.state is RunState.FAILED:
        st.error(plain(outcome(seen.error)) or "The production ended without a film.", icon=":material/error:")
    if seen.failures:
        _gaps(seen)
    if (seen.state is not RunState.DONE or seen.failures) and st.button(
        f"Make the rest{price(desk)}", key=f"again-{seen.run}", type="primary", icon=":material/replay:"
    ):
        with told():
            desk.again(seen.run)
            st.rerun()


def _gaps(seen: Progress) -> None:
    number = len(seen.failures)
    with st.expander("1 take could not be made" if number == 1 else f"{number} takes could not be made"):
        lines = "".join(failure(one) for one in seen.failures)
        st.html(f'<p class="ts-quiet">Where one is missing, a board or a slate stands in.</p><ul>{lines}</ul>')


def _another(desk: Desk, view: EpisodeView) -> None:
    """Offer the same story in another shape or quality; pictures are staged again, voices are kept."""
    if view.progress and not view.frame:
        return
    label = "Another shape or quality" if view.frame else "Make the episode"
    with st.popover(label, icon=":material/aspect_ratio:"):
        choices = choose(f"another-{view.id}")
        if st.button(f"Make it{price(desk)}", key=f"go-another-{view.id}", type="primary"):
            with told():
                desk.produce(view.id, choices)
                st.rerun()
