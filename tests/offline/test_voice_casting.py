"""A cast sounds like its members, each like nobody else, and stays so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.offline.voice.casting import cast_voices, distance, variant_of, voice_for, whisper_of
from services.offline.voice.languages import language_of
from studio.story.cast import DNA, Age, Build, Casting, Character, Manner, Presents

dnas = st.builds(
    DNA,
    age=st.sampled_from(Age),
    build=st.sampled_from(Build),
    presents=st.sampled_from(Presents),
    manner=st.sampled_from(Manner),
)


def people(*dnas: DNA) -> tuple[Character, ...]:
    return tuple(Character(id=f"c{index}", name=f"C{index}", dna=dna) for index, dna in enumerate(dnas))


@given(st.lists(dnas, min_size=1, max_size=6), st.sampled_from(["en", "es", "fr", "de", "hi", "pt-BR", "xx"]))
def test_no_two_of_a_cast_share_a_voice(cast: list[DNA], language: str) -> None:
    voiced = cast_voices(people(*cast), language)
    heard = [(member.casting.voice, member.casting.pitch) for member in voiced]
    assert len(set(heard)) == len(heard)
    assert all(language_of(member.casting.voice) == (language[:2] if language != "xx" else "en") for member in voiced)


@given(st.lists(dnas, min_size=4, max_size=4))
def test_the_same_cast_is_cast_the_same(cast: list[DNA]) -> None:
    assert cast_voices(people(*cast), "en") == cast_voices(people(*cast), "en")


@pytest.mark.parametrize("language", ["en", "es", "fr", "de", "hi", "pt"])
def test_two_women_and_two_men_are_clearly_apart(language: str) -> None:
    cast = cast_voices(people(*(DNA(presents=p) for p in (Presents.FEMININE, Presents.MASCULINE) * 2)), language)
    assert min(distance(a.casting, b.casting) for i, a in enumerate(cast) for b in cast[i + 1 :]) >= 1


@given(dnas)
def test_a_new_coat_does_not_change_a_voice(dna: DNA) -> None:
    dressed = dna.model_copy(update={"garment": "cape", "cloth": "#112233", "hair": "bun", "hat": "bowler"})
    assert voice_for(dna, character="mara", language="en") == voice_for(dressed, character="mara", language="en")


def test_who_joins_later_changes_nobody() -> None:
    four = people(*(DNA(presents=Presents.MASCULINE) for _ in range(4)))
    assert cast_voices(four[:3], "en") == cast_voices(four, "en")[:3]


def test_a_voice_a_person_chose_is_kept_and_avoided() -> None:
    chosen = voice_for(DNA(presents=Presents.FEMININE), character="c0", language="en")
    cast = people(DNA(presents=Presents.FEMININE), DNA(presents=Presents.FEMININE))
    cast = (cast[0], cast[1].model_copy(update={"casting": chosen}))
    voiced = cast_voices(cast, "en")
    assert voiced[1].casting == chosen
    assert distance(voiced[0].casting, chosen) >= 1


def test_bodies_and_ages_are_heard() -> None:
    def hz(**dna: object) -> float:
        casting = voice_for(DNA.model_validate(dna), character="x", language="en")
        variant = variant_of(casting.voice)
        assert variant is not None
        return variant.hz * casting.pitch

    assert hz(presents="feminine") > 1.3 * hz(presents="masculine")
    assert hz(age="child", presents="masculine") > 1.8 * hz(presents="masculine", age="old", build="heavy")
    fast = voice_for(DNA(manner=Manner.ANXIOUS), character="x", language="en")
    slow = voice_for(DNA(manner=Manner.FLORID, age=Age.OLD), character="x", language="en")
    assert fast.pace > 1.2 * slow.pace


def test_a_whisper_is_the_speakers_own() -> None:
    assert whisper_of("gmw/en+f3") == "gmw/en+whisperf"
    assert whisper_of("roa/fr+m3") == "roa/fr+whisper"
    assert whisper_of("roa/fr") == "roa/fr+whisper"


def test_thirty_people_can_be_cast() -> None:
    cast = cast_voices(people(*(DNA(presents=list(Presents)[index % 3]) for index in range(30))), "en")
    assert all(member.casting != Casting() for member in cast)
