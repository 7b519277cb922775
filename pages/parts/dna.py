"""The form a look is drawn from, and what keeping it would leave stale."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from pages.parts.doing import Filled, filled, keep, said
from pages.parts.filling import among, between, colour, refill
from pages.parts.looks import circled
from pages.parts.pricing import typical
from pages.parts.staking import look_at_stake
from studio.desk.desk import Desk
from studio.desk.views import Story, TakeView
from studio.production.film import Choices
from studio.story.cast import DNA, Age, Build, Character, Manner, Presents
from studio.story.designing import LOWEST, TALLEST, parts
from studio.story.labels import label
from studio.takes.plan import Plan
from studio.takes.recipe import TakeKind

_CLOSED = "The look is locked: open it to change this form."


def form(desk: Desk, story: Story, plan: Plan, takes: Sequence[TakeView], member: Character, choices: Choices) -> None:
    """Show the DNA of a character; kept, it is a version of the episode, and the look is drawn from it."""
    shown = circled(takes)
    own = bool(shown and shown.own)
    place, key = f"dna-{member.id}", f"{member.id}-{story.number}"
    with st.form(f"dna-{key}"):
        _traits(filled(place, story.number, member.dna.model_dump()), key, shut=member.locked)
        st.html(f'<p class="ts-quiet">{look_at_stake(story, plan, member)}</p>')
        verb = (
            "Keep"
            if own
            else f"Keep and {'redraw' if shown else 'draw'}, {typical(desk, story.episode, TakeKind.LOOK, choices)}"
        )
        st.form_submit_button(
            verb,
            key=f"keep-{key}",
            type="primary",
            icon=":material/palette:",
            disabled=member.locked,
            width="stretch",
            on_click=_keep,
            args=(desk, story, member.id, key, place, None if own else choices),
        )
        said(place)
        if member.locked:
            st.html(f'<p class="ts-quiet">{_CLOSED}</p>')


def _keep(desk: Desk, story: Story, member: str, key: str, place: str, draw: Choices | None) -> None:
    told = {trait: st.session_state[f"{trait}-{key}"] for trait in DNA.model_fields}

    def design() -> None:
        desk.design(story.episode, member, told, base=story.number)
        if draw:
            desk.make(story.episode, [f"look:{member}"], draw)

    keep(place, told, design, lambda: desk.story(story.episode).number)


def _traits(stands: Filled, key: str, *, shut: bool) -> None:
    """The controls, as the look is now or as they were refused."""

    def pick(trait: str, options: Sequence[str]) -> None:
        called = partial(label, trait)
        refill(f"{trait}-{key}", among(options, called))
        st.selectbox(
            label("trait", trait).capitalize(),
            options,
            index=options.index(stands[trait]),
            format_func=called,
            key=f"{trait}-{key}",
            disabled=shut,
        )

    def paint(trait: str) -> None:
        refill(f"{trait}-{key}", colour)
        words = label("trait", trait).capitalize()
        st.color_picker(words, stands[trait], key=f"{trait}-{key}", disabled=shut)

    with st.grid(3, min_column_width=120, key=f"body-{key}"):
        pick("age", list(Age))
        pick("build", list(Build))
        pick("presents", list(Presents))
        pick("hair", parts("hair"))
        pick("face", parts("face"))
        pick("hat", parts("hat"))
        pick("garment", parts("garment"))
        pick("manner", list(Manner))
    refill(f"height-{key}", between(LOWEST, TALLEST))
    st.slider(
        "Height, 1.00 is an average adult", LOWEST, TALLEST, stands["height"], 0.01, key=f"height-{key}", disabled=shut
    )
    with st.grid(3, min_column_width=88, key=f"colours-{key}"):
        for trait in ("skin", "hair_colour", "eyes", "cloth", "trim"):
            paint(trait)
