"""Staging a shot by hand: framing, camera, length, and who is in it with which feeling and gesture."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts.guard import told
from studio.desk.desk import Desk
from studio.desk.storyboard import ShotView
from studio.desk.views import Story
from studio.story.breakdown import Emotion, Figure, Framing, Gesture, Move, Shot
from studio.story.directing import LONGEST, Restaging, newcomer
from studio.story.labels import label
from studio.story.slates import find
from studio.takes.recipe import fingerprint

_FRAMINGS: Sequence[Framing] = tuple(Framing)
_MOVES: Sequence[Move] = tuple(Move)
_EMOTIONS: Sequence[Emotion] = tuple(Emotion)
_GESTURES: Sequence[Gesture] = tuple(Gesture)


def staging(desk: Desk, story: Story, view: ShotView) -> None:
    """A form with how the shot is staged now; applying it is one new version."""
    shot = view.shot
    mark = seen(shot)
    with st.form(f"staging-{mark}", border=False):
        left, right = st.columns(2, wrap=False, gap="small")
        framing = left.selectbox(
            "Framing",
            _FRAMINGS,
            index=_FRAMINGS.index(shot.staging.framing),
            format_func=lambda one: label("framing", one.value),
            key=f"framing-{mark}",
        )
        move = right.selectbox(
            "Camera",
            _MOVES,
            index=_MOVES.index((shot.played or shot.staging).move),
            format_func=lambda one: label("move", one.value),
            key=f"move-{mark}",
        )
        figures, focus = _people(story, view, mark)
        least = st.number_input(
            "Lasts at least, in seconds",
            min_value=0.0,
            max_value=LONGEST,
            value=shot.least,
            step=0.5,
            format="%.1f",
            help="0: as long as its lines and its picture need.",
            key=f"least-{mark}",
        )
        note = st.text_input("Note to yourself", value=shot.note, max_chars=300, key=f"note-{mark}")
        asked = st.form_submit_button("Apply", icon=":material/check:", type="primary")
    if asked:
        how = _changed(
            view, Restaging(framing=framing, move=move, focus=focus, figures=figures, least=least, note=note)
        )
        with told():
            if not how.empty:
                desk.restage(story.episode, [shot.id], how, base=story.number)
            st.rerun()


def seen(shot: Shot) -> str:
    """Names a shot as it is shown: what was filled in for another version of it is dropped, not applied to this one."""
    return f"{shot.id}-{fingerprint(shot.model_dump(mode='json'))[:8]}"


def _people(story: Story, view: ShotView, mark: str) -> tuple[tuple[Figure, ...], str]:
    """Who is in it, on whom the shot is, and how each of them is."""
    names = {member.id: member.name.title() for member in story.breakdown.cast}
    was = {figure.character: figure for figure in view.shot.staging.figures}
    there: Sequence[str] = st.multiselect(
        "In the shot", list(names), default=list(was), format_func=lambda one: names[one], key=f"people-{mark}"
    )
    focus = view.shot.staging.focus
    things = [] if focus in names else [focus]
    focus = st.selectbox(
        "The shot is about",
        [*things, *names],
        index=[*things, *names].index(focus),
        format_func=lambda one: names.get(one, one or "Nobody in particular"),
        key=f"focus-{mark}",
    )
    played = {figure.character: figure for figure in (view.shot.played or view.shot.staging).figures}
    acted = {who: _acting(names[who], figure, played.get(who, figure), mark) for who, figure in was.items()}
    scene, at = find(story.breakdown, view.shot.id)
    return tuple(acted.get(who) or newcomer(scene, at, who) for who in there), focus


def _acting(name: str, was: Figure, played: Figure, mark: str) -> Figure:
    """Feeling and gesture of one person; left as they are they stay what the words ask for."""
    left, right = st.columns(2, wrap=False, gap="small")
    emotion = left.selectbox(
        f"{name} feels",
        _EMOTIONS,
        index=_EMOTIONS.index(played.emotion),
        format_func=lambda one: label("emotion", one.value),
        key=f"emotion-{was.character}-{mark}",
    )
    gesture = right.selectbox(
        f"{name}'s hands",
        _GESTURES,
        index=_GESTURES.index(played.gesture),
        format_func=lambda one: label("gesture", one.value),
        key=f"gesture-{was.character}-{mark}",
    )
    decided: dict[str, object] = {}
    if emotion is not played.emotion:
        decided["emotion"] = emotion
    if gesture is not played.gesture:
        decided["gesture"] = gesture
    return was.model_copy(update=decided)


def _changed(view: ShotView, asked: Restaging) -> Restaging:
    """Only what differs from how the shot is now."""
    shot, playing = view.shot, view.shot.played or view.shot.staging
    return Restaging(
        framing=asked.framing if asked.framing is not shot.staging.framing else None,
        move=asked.move if asked.move is not playing.move else None,
        focus=asked.focus if asked.focus != shot.staging.focus else None,
        figures=asked.figures if asked.figures != shot.staging.figures else None,
        least=asked.least if asked.least != shot.least else None,
        note=asked.note if asked.note != shot.note else None,
    )
