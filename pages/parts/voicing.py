"""Casting a voice: who is to be heard, the voices they could have, and how fast and high they speak."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape

import streamlit as st

from pages.parts import states
from pages.parts.doing import do, filled, keep, said
from pages.parts.filling import between, refill
from pages.parts.pricing import cost_listed
from pages.parts.taking import lasts
from pages.parts.wording import plain
from studio.desk.desk import Desk
from studio.desk.views import Situation, Story, TakeView
from studio.desk.voicing import VoiceOffer
from studio.production.film import Choices
from studio.story.cast import Character
from studio.story.voicing import FASTEST, HIGHEST, LOWEST, SLOWEST
from studio.takes.plan import PlanItem, State

_COLUMNS, _NARROWEST = 4, 230
_FIRST = 8  # voices shown before more are asked for
_LISTENING = "listening"  # the subject to be played as soon as it is there
_ANY = "Any accent"
_ALL = "hear-all"  # where it is said what came of hearing them all


def chosen(story: Story) -> str:
    """Choose whose voice is cast; the address says who, or which line was followed here."""
    counted = Counter(line.character for line in story.breakdown.lines)
    people = [member for member in story.breakdown.cast if counted[member.id]]
    speaks = {line.id: line.character for line in story.breakdown.lines}
    asked = st.query_params.get("character") or speaks.get(st.query_params.get("line", ""), "")
    known = [member.id for member in people]
    names = {member.id: f"{plain(member.name.title())} · {counted[member.id]}" for member in people}
    picked = st.pills(
        "Whose voice, and how many lines they have",
        known,
        default=asked if asked in known else known[0],
        required=True,
        format_func=lambda one: names[one],
        key=f"character-{story.episode}",
    )
    who = picked or known[0]
    if st.query_params.get("character") != who:
        st.query_params["character"] = who
    return who


def cast(
    desk: Desk,
    story: Story,
    character: str,
    offers: Sequence[VoiceOffer],
    items: Mapping[str, PlanItem],
    made: Mapping[str, Sequence[TakeView]],
    now: Situation,
    choices: Choices,
) -> None:
    """Show the voices somebody could have, each to be heard and cast."""
    member = story.breakdown.character(character)
    st.html(f'<h2 class="ts-small">The voice of {escape(member.name.title())}</h2>')
    with st.container(horizontal=True, vertical_alignment="bottom", key="voice-filter"):
        found = _filtered(offers, character)
        shown = found if st.session_state.get(f"more-{character}") else found[:_FIRST]
        missing = [one.subject for one in shown if one.subject and not _heard(items.get(one.subject), made)]
        missing = [one for one in missing if one not in now.making]
        cost = cost_listed(desk, story.episode, [items[one] for one in missing], choices) if missing else ""
        st.button(
            f"Hear {f'all {len(missing)}' if missing[1:] else 'it'}, {cost}" if missing else "All can be heard",
            key="hear-all",
            icon=":material/hearing:",
            disabled=not missing,
            on_click=_listen,
            args=(desk, story.episode, missing, _ALL, choices),
        )
    said(_ALL)
    with st.grid(_COLUMNS, min_column_width=_NARROWEST, gap="small", key="voices"):
        for offer in shown:
            _voice(desk, story, member, offer, items.get(offer.subject), made, now, choices)
    if len(shown) < len(found):
        more = f"Show {len(found) - len(shown)} more voices"
        st.button(more, key="voices-more", icon=":material/expand_more:", on_click=_more, args=(character,))
    _pace(desk, story, member)


def _filtered(offers: Sequence[VoiceOffer], character: str) -> list[VoiceOffer]:
    """The offers of an accent, those that fit unless all are asked for; the voice that is cast always."""
    accents = list(dict.fromkeys(offer.card.accent for offer in offers if offer.card.accent))
    first = next((offer.card.accent for offer in offers if offer.card.accent), "")  # a designed voice says none
    accent = first
    if len(accents) > 1:
        options = [_ANY, *accents]
        accent = st.selectbox("Accent", options, index=options.index(first), key=f"accent-{character}", width=200)
    every = st.toggle("Also voices that do not fit", key=f"every-{character}")
    return [
        one
        for one in offers
        if one.cast or one.suggested or ((every or one.fits) and accent in (_ANY, one.card.accent))
    ]


def _voice(
    desk: Desk,
    story: Story,
    member: Character,
    offer: VoiceOffer,
    item: PlanItem | None,
    made: Mapping[str, Sequence[TakeView]],
    now: Situation,
    choices: Choices,
) -> None:
    """One voice: what it is, how it sounds (`item` is the plan's of hearing it), and the button that casts it."""
    beside = f"voice-{member.id}-{offer.card.voice}"
    card, busy, heard = offer.card, offer.subject in now.making, _heard(item, made)
    kind = "here" if offer.cast else "free"
    with st.container(border=True, gap="xsmall", key=f"voice-{kind}-{card.voice}"):
        tags = '<span class="ts-chip done">◉ cast</span>' if offer.cast else ""
        tags += '<span class="ts-chip">suggested</span>' if offer.suggested else ""
        pitch = f"pitch {card.hz:.0f} Hz" if card.hz else ""  # a vendor does not say
        facts = ", ".join(filter(None, (card.accent, card.presents.value, pitch)))
        st.html(f"<p class='ts-voice'><b>{escape(card.name)}</b>{tags}<span>{escape(facts)}</span></p>")
        if offer.why:
            st.html(f'<p class="ts-quiet">{"Suggested: " if offer.suggested else ""}{escape(offer.why)}</p>')
        if heard:
            _play(story.episode, offer.subject, heard, f"{member.name.title()} in the voice of {card.name}")
        if failure := states.broke(item, now):
            st.html(states.why(failure, "This voice"))
        with st.container(horizontal=True, key=f"voice-acts-{card.voice}"):
            if item and not heard:
                st.button(
                    "Being spoken" if busy else f"Listen, {cost_listed(desk, story.episode, [item], choices)}",
                    key=f"listen-{card.voice}",
                    icon=":material/hearing:",
                    disabled=busy,
                    help=f"Hear {plain(member.name.title())} say a line in the voice of {card.name}.",
                    on_click=_listen,
                    args=(desk, story.episode, [offer.subject], beside, choices),
                )
            if not offer.cast:
                st.button(
                    "Cast",
                    key=f"cast-{card.voice}",
                    help=f"{card.name} speaks every line of {plain(member.name.title())} from now on.",
                    on_click=do,
                    args=(_casting(desk, story, member, {"voice": card.voice}), beside),
                )
        said(beside)


def _more(character: str) -> None:
    st.session_state[f"more-{character}"] = True


def _heard(item: PlanItem | None, made: Mapping[str, Sequence[TakeView]]) -> TakeView | None:
    """The take that shows how a voice sounds now, if it can be played: an audition, or a line spoken so."""
    if item is None or item.state is not State.CURRENT:
        return None
    return next((take for takes in made.values() for take in takes if take.fingerprint == item.fingerprint), None)


def _play(episode: str, subject: str, take: TakeView, name: str) -> None:
    """A take's player; what somebody waited for begins by itself, once."""
    auto = " autoplay" if st.session_state.get(_LISTENING) == subject else ""
    if auto:
        del st.session_state[_LISTENING]
    source = f"/takes/{episode}/{take.fingerprint}"
    label = escape(name, quote=True)
    st.html(
        f'<div class="ts-heard"><audio class="ts-take" controls preload="none"{auto} aria-label="{label}" '
        f'src="{source}"></audio>{lasts(take)}</div>'
    )


def _pace(desk: Desk, story: Story, member: Character) -> None:
    """How fast and how high somebody speaks."""
    casting, form = member.casting, f"pace-{member.id}"
    stands = filled(form, story.number, {"pace": casting.pace, "pitch": casting.pitch})
    name = plain(member.name.title())
    with st.expander(f"How {name} speaks: pace {casting.pace:.2f} ×, pitch {casting.pitch:.2f} ×"):
        pace, pitch = f"pace-{member.id}-{story.number}", f"pitch-{member.id}-{story.number}"
        with st.form(form, border=False):
            refill(pace, between(SLOWEST, FASTEST))
            st.slider("Pace, times the voice's own", SLOWEST, FASTEST, stands["pace"], 0.01, key=pace)
            refill(pitch, between(LOWEST, HIGHEST))
            st.slider("Pitch, times the voice's own", LOWEST, HIGHEST, stands["pitch"], 0.01, key=pitch)
            st.form_submit_button("Keep pace and pitch", on_click=_tune, args=(desk, story, member, pace, pitch, form))
        said(form)


def _tune(desk: Desk, story: Story, member: Character, pace: str, pitch: str, form: str) -> None:
    told = {"pace": st.session_state[pace], "pitch": st.session_state[pitch]}
    keep(form, told, _casting(desk, story, member, told), lambda: desk.story(story.episode).number)


def _casting(desk: Desk, story: Story, member: Character, update: Mapping[str, object]) -> Callable[[], int]:
    """What casts somebody otherwise than now."""
    casting = member.casting.model_copy(update=update)
    return partial(desk.cast_voice, story.episode, member.id, casting, base=story.number)


def _listen(desk: Desk, episode: str, subjects: Sequence[str], beside: str, choices: Choices) -> None:
    if len(subjects) == 1:
        st.session_state[_LISTENING] = subjects[0]
    do(partial(desk.make, episode, subjects, choices), beside)
