"""The form of a place: which set stands for it, and the time, weather and mood of its scenes."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

import streamlit as st

from pages.parts.guard import told
from pages.parts.pricing import typical
from pages.parts.staking import at_stake, late
from studio.desk.designing import stake
from studio.desk.desk import Desk
from studio.desk.places import PlaceView, PlateView, plate_of
from studio.desk.views import Story
from studio.production.film import Choices
from studio.story.labels import label
from studio.story.places import Mood, Setting, Time, Weather
from studio.story.settling import kits
from studio.takes.plan import Plan
from studio.takes.recipe import TakeKind

_Light = TypeVar("_Light", bound=StrEnum)
_GUESSED = (
    "The script does not say what kind of place this is, so the set was guessed. Choose another if you know better."
)


def form(
    desk: Desk, story: Story, plan: Plan, place: PlaceView, plate: PlateView, choices: Choices, *, drawn: bool
) -> None:
    """Show how a place is set; kept, it is a version of the episode, and the plate is drawn from it."""
    first = plate.scenes[0]
    key = f"{first.id}-{story.number}"
    late(f"keep-{first.id}-", story.number)
    with st.form(f"setting-{key}"):
        options = kits(place.place.interior)
        kit = st.selectbox(
            "Set, in all scenes of this place",
            options,
            index=options.index(place.place.kit) if place.place.kit in options else None,
            format_func=lambda value: label("kit", value),
            key=f"kit-{key}",
        )
        if place.guessed:
            st.html(f'<p class="ts-quiet">{_GUESSED}</p>')
        scenes = _scenes(plate, key)
        told_by = first.written or first.setting
        with st.grid(2, min_column_width=150, key=f"light-{key}"):
            time = _pick("time", Time, first.setting, told_by, key)
            weather = _pick("weather", Weather, first.setting, told_by, key)
            mood = _pick("mood", Mood, first.setting, told_by, key)
        st.html(f'<p class="ts-quiet">{at_stake("Here play", stake(plan, plate.shots))}</p>')
        kept = st.form_submit_button(
            f"Keep and {'redraw' if drawn else 'draw'}, {typical(desk, story.episode, TakeKind.PLATE)}",
            key=f"keep-{key}",
            type="primary",
            icon=":material/landscape:",
            width="stretch",
        )
    if kept:
        with told():
            number = story.number
            if scenes:
                number = desk.settle(story.episode, scenes, time=time, weather=weather, mood=mood, base=number)
            if kit and kit is not place.place.kit:
                desk.build(story.episode, place.place.id, kit, base=number)
            _draw(desk, story.episode, scenes[0] if scenes else first.id, choices)
            st.rerun()


def _pick(field: str, every: type[_Light], now: Setting, told_by: Setting, key: str) -> _Light | None:
    """One of time, weather and mood; None leaves it to the script."""
    written, current = getattr(told_by, field), getattr(now, field)
    options = ["", *every]
    picked = st.selectbox(
        field.capitalize(),
        options,
        index=0 if written is current else options.index(current),
        format_func=lambda value: label(field, value) if value else f"{label(field, written)}, as written",
        key=f"{field}-{key}",
        help="It also chooses the music." if field == "mood" else None,
    )
    return every(picked) if picked else None


def _scenes(plate: PlateView, key: str) -> list[str]:
    """Which of the plate's scenes are set so; all of them unless some are picked out."""
    names = {scene.id: scene.number for scene in plate.scenes}
    if len(names) == 1:
        return list(names)
    return st.pills(
        "Scenes to change",
        list(names),
        selection_mode="multi",
        default=list(names),
        format_func=lambda scene: f"Scene {names[scene]}",
        key=f"scenes-{key}",
    )


def _draw(desk: Desk, episode: str, scene: str, choices: Choices) -> None:
    """Have the plate of a scene drawn as it is set now, and stay with it."""
    st.query_params["scene"] = scene
    desk.make(episode, [plate_of(desk.story(episode).breakdown, choices, scene).subject], choices)
