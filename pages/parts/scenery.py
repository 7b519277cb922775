"""The places as cards, one for each light; and the chosen one: large, its takes, and what plays there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from html import escape

import streamlit as st

from pages.parts import states, taking
from pages.parts.arriving import arrive
from pages.parts.looks import OPEN, circled, first, item_of, poster, rest
from pages.parts.staking import at_stake, redraw, scenes_list
from pages.parts.unread import keep_unread, say_unread
from pages.parts.uploading import upload
from pages.parts.wording import plain
from studio.desk.designing import boards_of, stake
from studio.desk.desk import Desk
from studio.desk.places import PlaceView, PlateView
from studio.desk.views import Situation, Story, TakeView
from studio.production.film import Choices
from studio.story.labels import label
from studio.story.places import Setting
from studio.takes.plan import Plan

NOWHERE = """<div class="ts-bare ts-nothing"><p><b>The script has no scene yet.</b></p>
<p>Give it a heading in the Script Lab, and its place appears here.</p></div>"""
_HINT = "at night, in the rain, darker, warmer"
_OWN = "Your picture is kept as it is. The offline crew draws boards from the set and its light, not from a picture."
_UNMADE = """<div class="ts-stage ts-bare ts-unmade"><p>No plate yet: the empty set that is played before.
"Keep and draw" makes it.</p></div>"""
_Pair = tuple[PlaceView, PlateView]


def light(setting: Setting) -> str:
    """A setting's time, weather and mood in words."""
    words = [label("time", setting.time), label("weather", setting.weather), label("mood", setting.mood)]
    return ", ".join(words).capitalize()


def cards(
    episode: str,
    plan: Plan,
    takes: Mapping[str, Sequence[TakeView]],
    every: Sequence[_Pair],
    chosen: PlateView,
    now: Situation,
) -> None:
    """Every place in every light as a card; a click on one opens it below."""
    with st.grid(5, min_column_width=150, key="places"):
        for place, plate in first(every, next(pair for pair in every if pair[1] is chosen), "places"):
            here = plate.subject == chosen.subject
            with st.container(key=f"card-{'here-' if here else ''}plate-{plate.scenes[0].id}", gap="xsmall"):
                chips = states.chip(item_of(plan, plate.subject), now)
                st.html(poster(episode, circled(takes[plate.subject]), chips))
                st.button(
                    plain(place.place.name.capitalize()) + (OPEN if here else ""),
                    key=f"open-{plate.scenes[0].id}",
                    type="tertiary",
                    width="stretch",
                    on_click=_choose,
                    args=(plate.scenes[0].id,),
                )
                st.html(f'<p class="ts-quiet ts-light">{escape(light(plate.setting))}</p>')
    rest(every, "places")


def pictures(
    desk: Desk,
    story: Story,
    plan: Plan,
    takes: Sequence[TakeView],
    pair: _Pair,
    choices: Choices,
    now: Situation,
) -> None:
    """The chosen plate large, its takes side by side, another take and an own picture."""
    episode, (place, plate) = story.episode, pair
    name = f"the plate “{place.place.name.capitalize()}”"
    st.html(
        f'<h2 class="ts-title ts-who">{escape(place.place.name.capitalize())}</h2>'
        f'<p class="ts-facts">{states.chip(item_of(plan, plate.subject), now)} {escape(light(plate.setting))}</p>'
    )
    if failure := states.broke(item_of(plan, plate.subject), now):
        st.html(states.why(failure, "This plate"))
    arrive(".ts-who", plate.subject, first=False)
    shown = circled(takes)
    if shown:
        address = f"/takes/{episode}/{shown.fingerprint}"
        st.html(f'<img class="ts-stage" alt="{escape(name, quote=True)}" src="{address}">')
    else:
        st.html(_UNMADE)
    if shown and shown.own:
        st.info(_OWN, icon=":material/info:")
    if len(takes) > 1:
        taking.takes(desk, episode, plate.subject, takes, name=name)
    if takes:
        again = partial(_again, desk, story, plate, choices)
        taking.retake(desk, episode, [plate.subject], choices, name=name, hint=_HINT, again=again)
    say_unread(plate.scenes[0].id)
    upload(desk, episode, plate.subject, name=name, lost=at_stake("Here play", stake(plan, plate.shots)))


def plays_here(desk: Desk, episode: str, plan: Plan, plate: PlateView, choices: Choices, now: Situation) -> None:
    """The scenes and shots before this plate."""
    st.html('<h3 class="ts-small">What plays here</h3>')
    scenes = [
        (f"{scene.number}. {scene.heading}", tuple((shot.id, shot.number) for shot in scene.shots))
        for scene in plate.scenes
    ]
    st.html(scenes_list(episode, scenes))
    redraw(desk, episode, plan, boards_of(plate.shots, choices), choices, now)


def _again(desk: Desk, story: Story, plate: PlateView, choices: Choices, note: str) -> None:
    scenes = [scene.id for scene in plate.scenes]
    keep_unread(scenes[0], desk.note_plate(story.episode, scenes, note, choices, base=story.number).unread)
    st.query_params["scene"] = scenes[0]


def _choose(scene: str) -> None:
    st.query_params["scene"] = scene
