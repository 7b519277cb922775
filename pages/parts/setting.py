"""The form of a place: which set stands for it, and the time, weather and mood of its scenes."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import Any

import streamlit as st

from pages.parts.doing import Filled, filled, keep, said
from pages.parts.filling import among, refill, some_of
from pages.parts.pricing import typical
from pages.parts.staking import at_stake
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

_LIGHT = {"time": Time, "weather": Weather, "mood": Mood}
_GUESSED = (
    "The script does not say what kind of place this is, so the set was guessed. Choose another if you know better."
)


def form(
    desk: Desk, story: Story, plan: Plan, place: PlaceView, plate: PlateView, choices: Choices, *, drawn: bool
) -> None:
    """Show how a place is set; kept, it is a version of the episode, and the plate is drawn from it."""
    first = plate.scenes[0]
    key, where = f"{first.id}-{story.number}", f"setting-{first.id}"
    told_by, options = first.written or first.setting, kits(place.place.interior)
    stands = filled(where, story.number, _stands(place, plate, told_by))
    with st.form(f"setting-{key}"):
        called = partial(label, "kit")
        refill(f"kit-{key}", among(options, called))
        st.selectbox(
            "Set, in all scenes of this place",
            options,
            index=options.index(stands["kit"]) if stands["kit"] in options else None,
            format_func=called,
            key=f"kit-{key}",
        )
        if place.guessed:
            st.html(f'<p class="ts-quiet">{_GUESSED}</p>')
        _scenes(plate, stands["scenes"], key)
        with st.grid(2, min_column_width=150, key=f"light-{key}"):
            for field, every in _LIGHT.items():
                _pick(field, every, stands[field], told_by, key)
        st.html(f'<p class="ts-quiet">{at_stake("Here play", stake(plan, plate.shots))}</p>')
        st.form_submit_button(
            f"Keep and {'redraw' if drawn else 'draw'}, {typical(desk, story.episode, TakeKind.PLATE, choices)}",
            key=f"keep-{key}",
            type="primary",
            icon=":material/landscape:",
            width="stretch",
            on_click=_keep,
            args=(desk, story, place, plate, choices, key, where),
        )
        said(where)


def _stands(place: PlaceView, plate: PlateView, told_by: Setting) -> Filled:
    """What the form says while nobody has touched it; "" leaves time, weather or mood to the script."""
    now = plate.scenes[0].setting
    light = {field: "" if getattr(told_by, field) is (here := getattr(now, field)) else here for field in _LIGHT}
    return {"kit": place.place.kit, "scenes": [scene.id for scene in plate.scenes], **light}


def _pick(field: str, every: type[StrEnum], stands: str, told_by: Setting, key: str) -> None:
    """One of time, weather and mood."""
    written: str = getattr(told_by, field)
    options: list[str] = ["", *every]

    def called(value: str) -> str:
        return label(field, value) if value else f"{label(field, written)}, as written"

    refill(f"{field}-{key}", among(options, called))
    st.selectbox(
        field.capitalize(),
        options,
        index=options.index(stands),
        format_func=called,
        key=f"{field}-{key}",
        help="It also chooses the music." if field == "mood" else None,
    )


def _scenes(plate: PlateView, stands: list[str], key: str) -> None:
    """Which of the plate's scenes are set so; all of them unless some are picked out."""
    names = {scene.id: f"Scene {scene.number}" for scene in plate.scenes}
    if len(names) == 1:
        return
    refill(f"scenes-{key}", some_of(list(names), names.__getitem__))
    st.pills(
        "Scenes to change",
        list(names),
        selection_mode="multi",
        default=[scene for scene in stands if scene in names],
        format_func=names.__getitem__,
        key=f"scenes-{key}",
    )


def _keep(desk: Desk, story: Story, place: PlaceView, plate: PlateView, choices: Choices, key: str, where: str) -> None:
    """Set the place and its scenes so, and have the plate drawn."""
    alone = [plate.scenes[0].id]
    told: dict[str, Any] = {field: st.session_state[f"{field}-{key}"] for field in ("kit", *_LIGHT)}
    told["scenes"] = scenes = st.session_state.get(f"scenes-{key}", alone)

    def settle() -> None:
        number = story.number
        if scenes:
            light = {field: told[field] or None for field in _LIGHT}
            number = desk.settle(story.episode, scenes, **light, base=number)
        if told["kit"] and told["kit"] is not place.place.kit:
            desk.build(story.episode, place.place.id, told["kit"], base=number)
        _draw(desk, story.episode, (scenes or alone)[0], choices)

    keep(where, told, settle, lambda: desk.story(story.episode).number)


def _draw(desk: Desk, episode: str, scene: str, choices: Choices) -> None:
    """Have the plate of a scene drawn as it is set now, and stay with it."""
    st.query_params["scene"] = scene
    desk.make(episode, [plate_of(desk.story(episode).breakdown, choices, scene).subject], choices)
