"""Staging a shot by hand: framing, camera, length, and who is in it with which feeling and gesture."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from pages.parts.doing import Filled, filled, keep, said
from pages.parts.filling import among, refill, some_of
from studio.desk.desk import Desk
from studio.desk.storyboard import ShotView
from studio.desk.views import Story
from studio.story.breakdown import Emotion, Figure, Framing, Gesture, Move, Shot, Staging
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
    shot, mark, form = view.shot, seen(view.shot), f"staging-{view.shot.id}"
    stands = filled(form, story.number, _stands(shot))
    with st.form(f"staging-{mark}", border=False):
        left = right = st.grid(2, min_column_width=190, gap="small", key=f"how-{mark}")
        framed, moved = partial(label, "framing"), partial(label, "move")
        refill(f"framing-{mark}", among(_FRAMINGS, framed))
        left.selectbox(
            "Framing",
            _FRAMINGS,
            index=_FRAMINGS.index(stands["framing"]),
            format_func=framed,
            key=f"framing-{mark}",
        )
        refill(f"move-{mark}", among(_MOVES, moved))
        right.selectbox(
            "Camera",
            _MOVES,
            index=_MOVES.index(stands["move"]),
            format_func=moved,
            key=f"move-{mark}",
        )
        _people(story, shot, stands, mark)
        st.number_input(
            "Lasts at least, in seconds",
            min_value=0.0,
            max_value=LONGEST,
            value=stands["least"],
            step=0.5,
            format="%.1f",
            help="0: as long as its lines and its picture need.",
            key=f"least-{mark}",
        )
        st.text_input("Note to yourself", value=stands["note"], max_chars=300, key=f"note-{mark}")
        st.form_submit_button(
            "Apply", icon=":material/check:", type="primary", on_click=_apply, args=(desk, story, shot, form)
        )
    said(form)


def _stands(shot: Shot) -> Filled:
    """What the form says while nobody has touched it."""
    acted = {f"emotion-{one.character}": one.emotion for one in _playing(shot).figures}
    held = {f"gesture-{one.character}": one.gesture for one in _playing(shot).figures}
    return {
        "framing": shot.staging.framing,
        "move": _playing(shot).move,
        "people": [figure.character for figure in shot.staging.figures],
        "focus": shot.staging.focus,
        "least": shot.least,
        "note": shot.note,
        **acted,
        **held,
    }


def _apply(desk: Desk, story: Story, shot: Shot, form: str) -> None:
    """Restage the shot as the form says, in what differs from how it is."""
    was, mark = _stands(shot), seen(shot)
    told = {name: st.session_state[f"{name}-{mark}"] for name in was}
    changed = {name: value for name, value in told.items() if value != was[name]}

    def restage() -> None:
        figures = _figures(story, shot, told)
        other = {name: changed.get(name) for name in ("framing", "move", "focus", "least", "note")}
        how = Restaging(figures=figures if figures != shot.staging.figures else None, **other)
        if not how.empty:
            desk.restage(story.episode, [shot.id], how, base=story.number)

    keep(form, changed, restage, lambda: desk.story(story.episode).number)


def _playing(shot: Shot) -> Staging:
    """How the shot is staged in motion."""
    return shot.played or shot.staging


def seen(shot: Shot) -> str:
    """Names a shot as it is shown: what was filled in for another version of it is dropped, not applied to this one."""
    return f"{shot.id}-{fingerprint(shot.model_dump(mode='json'))[:8]}"


def _people(story: Story, shot: Shot, stands: Filled, mark: str) -> None:
    """Who is in it, on whom the shot is, and how each of them is."""
    names = {member.id: member.name.title() for member in story.breakdown.cast}
    refill(f"people-{mark}", some_of(list(names), names.__getitem__))
    st.multiselect(
        "In the shot",
        list(names),
        default=[who for who in stands["people"] if who in names],
        format_func=names.__getitem__,
        key=f"people-{mark}",
    )
    focus = shot.staging.focus
    about = [*([] if focus in names else [focus]), *names]

    def called(one: str) -> str:
        return names.get(one, one or "Nobody in particular")

    refill(f"focus-{mark}", among(about, called))
    st.selectbox(
        "The shot is about",
        about,
        index=about.index(stands["focus"] if stands["focus"] in about else focus),
        format_func=called,
        key=f"focus-{mark}",
    )
    for figure in _playing(shot).figures:
        _acting(names[figure.character], figure.character, stands, mark)


def _acting(name: str, who: str, stands: Filled, mark: str) -> None:
    left, right = st.columns(2, wrap=False, gap="small")
    felt, held = partial(label, "emotion"), partial(label, "gesture")
    refill(f"emotion-{who}-{mark}", among(_EMOTIONS, felt))
    left.selectbox(
        f"{name} feels",
        _EMOTIONS,
        index=_EMOTIONS.index(stands[f"emotion-{who}"]),
        format_func=felt,
        key=f"emotion-{who}-{mark}",
    )
    refill(f"gesture-{who}-{mark}", among(_GESTURES, held))
    right.selectbox(
        f"{name}'s hands",
        _GESTURES,
        index=_GESTURES.index(stands[f"gesture-{who}"]),
        format_func=held,
        key=f"gesture-{who}-{mark}",
    )


def _figures(story: Story, shot: Shot, told: Filled) -> tuple[Figure, ...]:
    """Everybody the form puts into the shot; feelings left as they are stay what the words ask for."""
    was = {figure.character: figure for figure in shot.staging.figures}
    played = {figure.character: figure for figure in _playing(shot).figures}
    scene, at = find(story.breakdown, shot.id)
    found = []
    for who in told["people"]:
        if who not in was:
            found.append(newcomer(scene, at, who))
            continue
        emotion, gesture = told[f"emotion-{who}"], told[f"gesture-{who}"]
        decided: dict[str, object] = {}
        if emotion is not played[who].emotion:
            decided["emotion"] = emotion
        if gesture is not played[who].gesture:
            decided["gesture"] = gesture
        found.append(was[who].model_copy(update=decided))
    return tuple(found)
