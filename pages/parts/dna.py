"""The form a look is drawn from, and what keeping it would leave stale."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts.guard import told
from pages.parts.looks import circled
from pages.parts.pricing import typical
from pages.parts.staking import late, look_at_stake
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
    late(f"keep-{member.id}-", story.number)
    with st.form(f"dna-{member.id}-{story.number}"):
        traits = _traits(member, f"{member.id}-{story.number}")
        st.html(f'<p class="ts-quiet">{look_at_stake(story, plan, member)}</p>')
        verb = (
            "Keep"
            if own
            else f"Keep and {'redraw' if shown else 'draw'}, {typical(desk, story.episode, TakeKind.LOOK)}"
        )
        kept = st.form_submit_button(
            verb,
            key=f"keep-{member.id}-{story.number}",
            type="primary",
            icon=":material/palette:",
            disabled=member.locked,
            width="stretch",
        )
        if member.locked:
            st.html(f'<p class="ts-quiet">{_CLOSED}</p>')
    if kept:
        with told():
            desk.design(story.episode, member.id, traits, base=story.number)
            if not own:
                desk.make(story.episode, [f"look:{member.id}"], choices)
            st.rerun()


def _traits(member: Character, key: str) -> dict[str, object]:
    """The controls, as the look is now; gives what they say."""
    dna, shut = member.dna, member.locked
    traits: dict[str, object] = {}

    def pick(trait: str, options: Sequence[str]) -> None:
        traits[trait] = st.selectbox(
            label("trait", trait).capitalize(),
            options,
            index=options.index(getattr(dna, trait)),
            format_func=lambda value: label(trait, value),
            key=f"{trait}-{key}",
            disabled=shut,
        )

    def colour(trait: str) -> None:
        words = label("trait", trait).capitalize()
        traits[trait] = st.color_picker(words, getattr(dna, trait), key=f"{trait}-{key}", disabled=shut)

    with st.grid(3, min_column_width=120, key=f"body-{key}"):
        pick("age", list(Age))
        pick("build", list(Build))
        pick("presents", list(Presents))
        pick("hair", parts("hair"))
        pick("face", parts("face"))
        pick("hat", parts("hat"))
        pick("garment", parts("garment"))
        pick("manner", list(Manner))
    traits["height"] = st.slider(
        "Height, 1.00 is an average adult", LOWEST, TALLEST, dna.height, 0.01, key=f"height-{key}", disabled=shut
    )
    with st.grid(3, min_column_width=88, key=f"colours-{key}"):
        for trait in ("skin", "hair_colour", "eyes", "cloth", "trim"):
            colour(trait)
    return {name: traits[name] for name in DNA.model_fields}
