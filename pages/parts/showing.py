"""Showing a film: the player, or the newest board while there is none; how each format stands; the files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st

from pages.parts.guard import told
from pages.parts.player import downloads, player, player_frames
from pages.parts.pricing import price_once_more
from pages.parts.reasons import outcome
from pages.parts.watching import board, watch
from pages.parts.wording import chip, clock, count, failure, format_of, picture, plain
from pages.parts.wrong import wrong
from studio.desk.desk import Desk
from studio.desk.rendering import CutView
from studio.desk.views import EpisodeView, Progress, SilentLine
from studio.production.run import RunState

_STALE = '<span class="ts-chip work" title="Script, takes or choices have changed since it was made.">stale</span>'
_BEHIND = "Script, takes or choices have changed since this film was made. Render it below to see them."
_NOTHING = """<div class="ts-bare ts-nothing"><p><b>No film yet.</b></p>
<p>This is how it would be cut. Render it below; what is made on the way appears here.</p></div>"""


def show(
    desk: Desk, view: EpisodeView, standing: Sequence[Progress], cut: CutView | None, called: Callable[[str], str]
) -> None:
    """Show the film of an episode and how each of its formats stands.

    `standing` is the last run of each format, `cut` the film as it would be rendered; `called` names a take's subject.
    """
    behind, still = cut.behind if cut else (), _still(view.id, cut)
    if not view.frame and any(not one.ended for one in standing):
        watch(desk, view.id, stage=True, still=still)
        return
    if not view.frame and not standing:
        st.html(_NOTHING)
        watch(desk, view.id, stage=False)
        return
    stage, side = st.columns([2, 1], gap="medium")
    busy = [one for one in standing if not one.ended]
    unfinished = [one for one in standing if one.ended and (one.state is not RunState.DONE or one.failures)]
    with side:
        mark = _frame(view)
        _facts(view, mark, standing, stale=mark in behind)
        watch(desk, view.id, stage=False)
        _endings(desk, unfinished, called, alone=len(standing) == 1)
        _silent(view.silent)
        if not busy and not unfinished:
            downloads(view, mark)
    with stage:
        if mark:
            player(view, mark)
        else:
            board(standing, still)
        if busy or unfinished:
            downloads(view, mark)


def _still(episode: str, cut: CutView | None) -> str:
    """The address of the first board there is, whichever run made it; empty while there is none."""
    blocks = (block for one in (cut.strip.stretches if cut else ()) for block in one.pictures)
    drawn = next((block.picture for block in blocks if block.picture), "")
    return f"/takes/{episode}/{drawn}" if drawn else ""


def _frame(view: EpisodeView) -> str:
    """The format to show: the newest, unless the person picks another that was made."""
    made = player_frames(view)
    if len(made) < 2:
        return view.frame
    picked = st.segmented_control(
        "Watch", made, default=view.frame, required=True, format_func=format_of, key=f"made-{view.id}-{view.frame}"
    )
    return picked or view.frame


def _facts(view: EpisodeView, mark: str, standing: Sequence[Progress], *, stale: bool) -> None:
    seen = next((one for one in standing if one.frame == mark), standing[0] if standing else None)
    label = chip(seen.state if seen else None, gaps=bool(seen and seen.failures))
    label += _STALE if stale else ""
    facts = [clock(view.seconds), picture(mark)] if mark else []
    pitch = f'<p class="ts-pitch">{escape(view.pitch)}</p>' if view.pitch else ""
    why = f'<p class="ts-quiet">{_BEHIND}</p>' if stale else ""
    st.html(f'<p class="ts-facts">{label} {" · ".join(facts)}</p>{why}{pitch}')


def _endings(desk: Desk, unfinished: Sequence[Progress], called: Callable[[str], str], *, alone: bool) -> None:
    """What came of runs that did not end well, and the one button that does the rest of all of them."""
    if not unfinished:
        return
    for seen in unfinished:
        which = "" if alone else f"{format_of(seen.frame)}: "
        if seen.state is RunState.CANCELLED:
            st.info(f"{which}Stopped. What was made is kept.", icon=":material/pause_circle:")
        if seen.state is RunState.FAILED:
            why = outcome(seen.error) or "The production ended without a film."
            wrong(f"{which}{why}", seen.error.partition(":")[0], run=seen.run)
        if seen.failures:
            _gaps(seen, which, called)
    price = price_once_more(desk, [seen.run for seen in unfinished])
    if st.button(
        f"Make the rest, {plain(price)}", key=f"again-{unfinished[0].run}", type="primary", icon=":material/replay:"
    ):
        with told():
            for seen in unfinished:
                desk.again(seen.run)
            st.rerun()
    _leave(desk, [seen.run for seen in unfinished if seen.state is not RunState.DONE])


def _leave(desk: Desk, runs: Sequence[str]) -> None:
    """Offer to put away how runs ended that made no film."""
    if not runs:
        return
    words = "Leave it" if len(runs) == 1 else "Leave them"
    helps = "It is not named here any more. What was made is kept."
    if st.button(words, key=f"leave-{runs[0]}", icon=":material/close:", help=helps):
        with told():
            for run in runs:
                desk.dismiss(run)
            st.rerun()


def _gaps(seen: Progress, which: str, called: Callable[[str], str]) -> None:
    number = len(seen.failures)
    with st.expander(f"{which}{count(number, 'take')} could not be made"):
        lines = "".join(failure(one, called) for one in seen.failures)
        st.html(f'<p class="ts-quiet">Where one is missing, a board or a slate stands in.</p><ul>{lines}</ul>')


def _silent(lines: Sequence[SilentLine]) -> None:
    """Lines nobody hears, and why."""
    if not lines:
        return
    number = len(lines)
    with st.expander("1 line is captioned, not heard" if number == 1 else f"{number} lines are captioned, not heard"):
        st.html(f"<ul>{''.join(map(_unheard, lines))}</ul>")


def _unheard(one: SilentLine) -> str:
    return f"<li><b>{escape(one.speaker.title())}</b>: {escape(one.text)} <i>{escape(one.why)}</i></li>"
