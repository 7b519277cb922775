"""The storyboard: every shot of a scene as a card with its board, slate, state and length."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.parts import guard
from pages.parts.choosing import chosen, look_at, pick, pick_scene, pick_several, scene_at, several, stay_at
from pages.parts.states import chip_of
from pages.parts.undoing import undoing
from pages.parts.wording import plain, spell
from studio.desk.desk import Desk
from studio.desk.storyboard import SceneView, ShotView, Storyboard
from studio.desk.views import Story
from studio.production.film import Choices
from studio.story.breakdown import Breakdown
from studio.takes.plan import State

_ALL_AT_ONCE = 48  # shots; a longer film is shown a scene at a time
_LOOK_AGAIN = 2.0  # seconds, while something is made
_COLUMNS = 6
_NARROWEST = 158  # pixels of a card
_EXCERPT = 64  # letters of what happens in a shot
_MEANT = "A board is the picture of a shot; a clip is the same in motion."
_NOTHING = """<div class="ts-bare ts-nothing"><p><b>No scenes yet.</b></p>
<p>Write one in Script Lab, and its shots appear here.</p></div>"""


def storyboard(desk: Desk, story: Story, board: Storyboard, choices: Choices) -> None:
    """Show the scenes with their shots; while some are being made they appear one by one."""
    if any(view.making for view in board.shots):
        st.fragment(_growing, run_every=_LOOK_AGAIN)(desk, story, choices, dict(st.query_params), [board])
    else:
        _show(desk, story, board)


def _growing(desk: Desk, story: Story, choices: Choices, asked: dict[str, str], read: list[Storyboard]) -> None:
    """The storyboard by itself; `read` holds what the page has just read, `asked` what it was opened with."""
    if dict(st.query_params) != asked:
        st.rerun()
    with guard.told():
        _show(desk, story, read.pop() if read else desk.storyboard(story.episode, choices))


def _show(desk: Desk, story: Story, board: Storyboard) -> None:
    if not board.shots:
        st.html(_NOTHING)
        return
    picking = several(board) is not None
    with st.container(key="storyboard"):
        with st.container(horizontal=True, vertical_alignment="center", key="storyboard-head"):
            shown = _scenes(story, board)
            undoing(desk, story)
            st.button(
                "Done" if picking else "Select several",
                key="pick-several",
                icon=":material/check:" if picking else ":material/checklist:",
                on_click=_several,
                args=(not picking,),
            )
        here = frozenset(one.shot.id for one in (several(board) if picking else [chosen(board)]) or () if one)
        for view in shown:
            _scene(story, board, view, here, picking=picking)


def _several(on: bool) -> None:
    pick_several(on=on)


def _scenes(story: Story, board: Storyboard) -> tuple[SceneView, ...]:
    """The scenes to show: all of a short film, one of a long one."""
    if len(board.shots) <= _ALL_AT_ONCE:
        long = spell(sum(one.seconds for one in board.shots))
        meant = "" if any(one.picture for one in board.shots) else f". {_MEANT}"
        st.html(f'<p class="ts-quiet">{len(board.shots)} shots, {long}{meant}</p>')
        return board.scenes
    shown, here = chosen(board), scene_at(board)
    picked: int = st.selectbox(
        "Scene",
        range(len(board.scenes)),
        index=here,
        format_func=lambda at: f"{board.scenes[at].scene.number} · {board.scenes[at].scene.heading}",
        key=f"scene-{story.episode}-{here if shown else 'last'}",
    )
    stay_at(board.scenes[picked].scene.id)
    return (board.scenes[picked],)


def _scene(story: Story, board: Storyboard, view: SceneView, here: frozenset[str], *, picking: bool) -> None:
    heading = f"{view.scene.number} · {view.scene.heading}"
    with st.container(horizontal=True, vertical_alignment="center", key=f"scene-head-{view.scene.id}"):
        st.html(f'<h2 class="ts-small ts-heading">{escape(heading)}</h2>', width="stretch")
        if picking:
            args = (board, view.scene.id)
            st.button("All of it", key=f"pick-scene-{view.scene.id}", on_click=pick_scene, args=args)
    with st.grid(_COLUMNS, min_column_width=_NARROWEST, gap="small", key=f"shots-{view.scene.id}"):
        for shot in view.shots:
            _card(story, board, shot, here, picking=picking)


def _card(story: Story, board: Storyboard, view: ShotView, here: frozenset[str], *, picking: bool) -> None:
    """One shot; the button is its slate and what happens, and the whole card leads to it."""
    kind = "shot-here" if view.shot.id in here else "shot"
    with st.container(key=f"card-{kind}-{view.shot.id}", gap="xsmall"):
        st.html(
            f'<div class="ts-poster" style="aspect-ratio: {board.aspect}">{picture(story.episode, view)}'
            f'{state(view)}<span class="ts-length">{view.seconds:.1f} s</span></div>'
        )
        mark = "✓ " if picking and view.shot.id in here else ""
        st.button(
            f"{mark}**{view.shot.number}** {plain(told(story.breakdown, view))}",
            key=f"shot-{view.shot.id}",
            type="tertiary",
            width="stretch",
            on_click=pick if picking else look_at,
            args=(board, view.shot.id) if picking else (view.shot.id,),
        )


def picture(episode: str, view: ShotView) -> str:
    """A shot's board in HTML, small; nothing while there is none."""
    if not view.picture:
        return ""
    return f'<img alt="Board {escape(view.shot.number)}" loading="lazy" src="/takes/{episode}/{view.picture}?small">'


def state(view: ShotView) -> str:
    """How a shot stands, as a small label; says which of board and clip it is about."""
    if view.making:
        kind, words = "work", "being made"
    elif view.failures:
        return chip_of(view.failures[0], view.failures[0].subject.partition(":")[0])
    elif view.board.state is State.MISSING:
        kind, words = "quiet", "no board"
    elif view.board.state is State.STALE:
        kind, words = "work", "board stale"
    elif not view.film:
        kind, words = "done", "board"
    else:
        kind, words = ("work", "clip stale") if view.clip.state is State.STALE else ("done", "clip")
    return f'<span class="ts-chip {kind}">{words}</span>'


def told(breakdown: Breakdown, view: ShotView) -> str:
    """What happens in a shot, in a few words: its first line, else its action."""
    if view.shot.lines:
        line = view.shot.lines[0]
        said = line.text.strip('"“”')
        text = f"{breakdown.character(line.character).name.title()}: “{said}”"
    else:
        about = [one.name.title() for one in breakdown.cast if one.id == view.shot.staging.focus]
        text = view.shot.staging.action or f"{about[0] if about else 'The place'}, {view.shot.staging.framing.value}."
    text = " ".join(text.split())
    return text if len(text) <= _EXCERPT else text[:_EXCERPT].rsplit(" ", 1)[0] + " …"
