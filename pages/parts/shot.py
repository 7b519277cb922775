"""One shot in full: its board or clip, what happens in it, how it is staged, its takes, and ways to change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from html import escape

import streamlit as st

from pages.parts.arriving import arrive
from pages.parts.choosing import look_at
from pages.parts.doing import do, said
from pages.parts.engaging import moved_by
from pages.parts.guard import told
from pages.parts.pricing import cost_again, cost_of
from pages.parts.recutting import recutting
from pages.parts.retaking import retaking
from pages.parts.staging import staging
from pages.parts.states import chip, why
from pages.parts.taking import show, takes
from pages.parts.wording import dollars
from studio.desk.desk import Desk
from studio.desk.storyboard import ShotView, Storyboard
from studio.desk.views import Situation, Story, TakeView
from studio.production.film import Choices
from studio.story.directing import Restaging
from studio.takes.plan import PlanItem, State
from studio.takes.recipe import TakeKind

_STILLS, _FILMS = ["png", "jpg", "jpeg", "webp"], ["mp4", "mov", "m4v", "webm", "mkv", "avi"]
_CUT = "Nothing else becomes stale by it; the next render cuts it in."
_NOTICED = 0.2  # seconds of a clip that are missed when they are cut off


def shot(desk: Desk, story: Story, board: Storyboard, view: ShotView, choices: Choices) -> None:
    """Show a shot and let it be directed."""
    found = desk.takes(story.episode, [view.board.subject, view.clip.subject])
    _head(board, view)
    _picture(desk, story, view, choices, found[view.clip.subject], board.aspect)
    _words(story, view)
    moved_by(desk, story.episode, view.shot.id)
    said()
    retaking(desk, story, [view], choices)
    direct, made, cut = st.tabs(["Direct", "Takes", "Cut"], key="panel", bind="query-params")
    if direct.open:
        with direct:
            staging(desk, story, view)
    if made.open:
        with made:
            _takes(desk, story, view, found, choices)
    if cut.open:
        with cut:
            recutting(desk, story, view)
    arrive(".st-key-shot-head", view.shot.id, first=True)


def _takes(
    desk: Desk, story: Story, view: ShotView, found: Mapping[str, tuple[TakeView, ...]], choices: Choices
) -> None:
    for item, what, kinds in ((view.board, "board", _STILLS), (view.clip, "clip", _FILMS)):
        name = f"{what} {view.shot.number}"
        poster = f"/takes/{story.episode}/{view.picture}?small" if view.picture else ""
        st.html(f'<h3 class="ts-small">{what.title()}s</h3>')
        takes(desk, story.episode, item.subject, found[item.subject], name=name, poster=poster)
        lost = lost_by_another_board(desk, story, view, choices) if item is view.board else _CUT
        _bring(desk, story, item, name, kinds, lost)


def _head(board: Storyboard, view: ShotView) -> None:
    order = [one.shot.id for one in board.shots]
    here = order.index(view.shot.id)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="shot-head"):
        st.button("Back", key="shot-back", icon=":material/arrow_back:", on_click=look_at, args=("",))
        st.html(f'<h2 class="ts-title ts-slate">Shot {escape(view.shot.number)}</h2>', width="stretch")
        for step, icon, end, helps in (
            (-1, "chevron_left", "First", "The shot before"),
            (1, "chevron_right", "Last", "The shot after"),
        ):
            at = here + step
            near = board.shots[at].shot if 0 <= at < len(board.shots) else None
            st.button(
                near.number if near else end,
                key=f"shot-step-{step}",
                icon=f":material/{icon}:",
                icon_position="left" if step < 0 else "right",
                help=helps if near else f"This is the {end.lower()} shot.",
                disabled=not near,
                on_click=look_at,
                args=(near.id if near else "",),
            )


def _picture(
    desk: Desk, story: Story, view: ShotView, choices: Choices, clips: Sequence[TakeView], aspect: str
) -> None:
    """The clip where there is one of how the shot is now, else the board; and what is to be made of them."""
    number = escape(view.shot.number, quote=True)
    still = f"/takes/{story.episode}/{view.picture}"
    clip = next((take for take in clips if take.fingerprint == view.film), None)
    if clip and view.clip.state is State.CURRENT:
        show(story.episode, clip, f"Clip {number}", poster=f"{still}?small" if view.picture else "")
    elif view.picture:
        st.html(f'<img class="ts-take" alt="Board {number}" src="{still}">')
    else:
        st.html(f'<div class="ts-bare" style="aspect-ratio: {aspect}; max-height: 44vh"><p>No board yet.</p></div>')
    under_way = '<span class="ts-chip work">being made</span>' if view.making else ""
    now = Situation(failed={one.subject: one for one in view.failures})
    marks = f"Board {chip(view.board, now)} Clip {chip(view.clip, now)}"
    st.html(f'<p class="ts-facts">{marks} {under_way} {view.seconds:.1f} s</p>')
    for failure in view.failures:
        st.html(why(failure, f"The {failure.subject.partition(':')[0]}"))
    with st.container(horizontal=True, gap="xsmall", key="shot-make"):
        for item in view.wanted:
            _make(desk, story, item, choices)
        if clip and clip.own and clip.seconds > view.seconds + _NOTICED:
            _lengthen(desk, story, view, clip.seconds)


def _lengthen(desk: Desk, story: Story, view: ShotView, seconds: float) -> None:
    """Offer to let a shot last as long as the clip a person brought for it."""
    st.button(
        f"Let it last {seconds:.1f} s",
        key="shot-lengthen",
        icon=":material/timer:",
        help=f"Your clip is {seconds:.1f} s long; the shot shows its beginning.",
        on_click=do,
        args=(partial(desk.restage, story.episode, [view.shot.id], Restaging(least=seconds), base=story.number),),
    )


def _make(desk: Desk, story: Story, item: PlanItem, choices: Choices) -> None:
    verb, icon = ("Draw the board", "brush") if item.kind is TakeKind.BOARD else ("Shoot the clip", "videocam")
    verb += " again" if item.state is State.STALE else ""
    st.button(
        f"{verb}, {cost_of(desk, story.episode, [item.subject], choices)}",
        key=f"make-{item.subject}",
        icon=f":material/{icon}:",
        on_click=do,
        args=(partial(desk.make, story.episode, [item.subject], choices),),
    )


def _words(story: Story, view: ShotView) -> None:
    """The action and the lines, as they were written."""
    parts = []
    if action := view.shot.staging.action:
        parts.append(f'<p class="ts-action">{escape(action)}</p>')
    for line in view.shot.lines:
        name = story.breakdown.character(line.character).name
        manner = f" <i>({escape(line.manner)})</i>" if line.manner else ""
        parts.append(f'<p class="ts-spoken"><b>{escape(name)}</b>{manner}<br>{escape(line.text)}</p>')
    if view.shot.note:
        parts.append(f'<p class="ts-quiet">Note: {escape(view.shot.note)}</p>')
    st.html(f'<div class="ts-words">{"".join(parts) or "<p>Nothing is said or done.</p>"}</div>')


def lost_by_another_board(desk: Desk, story: Story, view: ShotView, choices: Choices) -> str:
    """What another board makes stale, and what making that again costs."""
    if view.clip.own or view.clip.state is not State.CURRENT:
        return "Nothing else becomes stale by it."
    price = cost_again(desk, story.episode, [view.clip.subject], choices)
    return f"Clip {escape(view.shot.number)} becomes stale by it and stays as it is; shooting it again costs {price}."


def _bring(desk: Desk, story: Story, item: PlanItem, name: str, kinds: list[str], lost: str) -> None:
    """Offer to use an own file; `lost` says what becomes stale by it."""
    with st.popover(f"Bring your own {name.split()[0]}", icon=":material/upload:"):
        file = st.file_uploader(f"Your own {name}", type=kinds, key=f"own-{item.subject}-{item.fingerprint[:8]}")
        st.html(f'<p class="ts-quiet">{lost}</p>')
        go = st.button(
            f"Use it, {dollars(0)}",
            key=f"use-{item.subject}",
            type="primary",
            disabled=file is None,
            help=None if file else "Choose a file first.",
        )
        if go and file:
            with told():
                desk.bring(story.episode, item.subject, file.name, file.getvalue())
                st.rerun()
