"""A recipe's two fingerprints: one is identity, the other is what staleness compares."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studio.takes.recipe import Recipe, TakeKind, canonical, fingerprint

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def recipe(**change: object) -> Recipe:
    made = Recipe(kind=TakeKind.SPEECH, brief={"text": "Hello."}, engine="espeak-ng", engine_version="1")
    return made.model_copy(update=change)


@given(st.dictionaries(st.text(), JSON, max_size=6))
def test_key_order_does_not_change_a_fingerprint(value: dict[str, object]) -> None:
    turned = dict(reversed(value.items()))
    assert fingerprint(value) == fingerprint(turned)


@given(JSON, JSON)
def test_different_values_have_different_fingerprints(one: object, other: object) -> None:
    assert (canonical(one) == canonical(other)) == (fingerprint(one) == fingerprint(other))


def test_engine_and_seed_are_identity_but_never_staleness() -> None:
    first = recipe()
    for changed in (recipe(engine="other"), recipe(engine_version="2"), recipe(seed=7), recipe(note="slower")):
        assert changed.fingerprint != first.fingerprint
        assert changed.essence == first.essence


def test_story_and_inputs_are_staleness() -> None:
    first = recipe()
    assert recipe(brief={"text": "Goodbye."}).essence != first.essence
    assert recipe(inputs={"board": "ab" * 32}).essence != first.essence


def test_a_recipe_survives_its_row() -> None:
    first = recipe(inputs={"plate": "cd" * 32}, seed=3)
    assert Recipe.model_validate(first.model_dump(mode="json")).fingerprint == first.fingerprint
