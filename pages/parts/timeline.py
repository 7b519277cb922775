"""The timeline of a film as one strip: its shots, what is said and the music, scene by scene, each with its state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

import streamlit as st

from pages.parts.wording import clock, count
from studio.desk.noticing import NoteView
from studio.desk.strip import Block, Stretch, Strip
from studio.takes.plan import State

_WORDS = {State.CURRENT: "made", State.STALE: "stale", State.MISSING: "missing"}
_LEGEND = {"current": "made", "stale": "stale", "missing": "missing", "failed": "failed"}
_PIN = 8.0  # hundredths of a scene in which notes share a pin
_LEAST = 1.0  # seconds a block is drawn as, at least: thinner ones cannot be hit


def timeline(episode: str, strip: Strip, notes: Sequence[NoteView] = ()) -> None:
    """Draw the strip; a shot leads to Scenes, a line to Voices, an open note of a tester to where it is answered.

    A browser draws a hundred and fifty shots at once, but not the nine hundred of an hour: long films come in parts.
    """
    left = [one for one in notes if not one.resolved]
    st.html(
        f'<div class="ts-strip-head"><h2 class="ts-small" id="ts-strip-title">Timeline, {clock(strip.seconds)}</h2>'
        f"{_legend(strip)}</div>"
    )
    shown = _part(episode, strip.parts, left)
    stretches = "".join(_stretch(episode, one, left) for one in shown.stretches)
    st.html(f'<section aria-labelledby="ts-strip-title"><ol class="ts-strip">{stretches}</ol></section>')


def _part(episode: str, parts: Sequence[Strip], notes: Sequence[NoteView]) -> Strip:
    """The part of the film that is looked at: as chosen, else the first with something to make, else the first."""
    if len(parts) == 1:
        return parts[0]
    names = [f"{clock(one.stretches[0].start)} to {clock(one.stretches[0].start + one.seconds)}" for one in parts]
    key = f"strip-part-{episode}"
    if st.session_state.get(key) not in range(len(parts)):
        st.session_state[key] = next((at for at, one in enumerate(parts) if _to_make(one)), 0)
    chosen = st.segmented_control(
        "Part of the film", range(len(parts)), format_func=names.__getitem__, key=key, required=True
    )
    told = (f"{name}: {words}" for name, one in zip(names, parts, strict=True) if (words := _told(one, notes)))
    if said := " · ".join(told):
        st.html(f'<p class="ts-quiet">{said}</p>')
    return parts[chosen or 0]


def _to_make(part: Strip) -> int:
    return part.states.total() - part.states[State.CURRENT.value]


def _told(part: Strip, notes: Sequence[NoteView]) -> str:
    """What of a part waits for somebody."""
    shots = {block.id for one in part.stretches for block in one.pictures}
    to_make, noted = _to_make(part), sum(note.shot in shots for note in notes)
    words = [f"{to_make} to make"] if to_make else []
    return ", ".join([*words, count(noted, "note")] if noted else words)


def _legend(strip: Strip) -> str:
    """What colours and patterns mean, with how many shots and lines are so."""
    counted = strip.states
    items = "".join(
        f'<li><span class="ts-swatch {kind}" aria-hidden="true"></span>{counted[kind]} {words}</li>'
        for kind, words in _LEGEND.items()
        if counted[kind]
    )
    return f'<ul class="ts-legend" aria-label="Shots and lines by state">{items}</ul>'


def _stretch(episode: str, one: Stretch, notes: Sequence[NoteView]) -> str:
    """A scene, as wide as it is long; a card is narrow."""
    title = f"{one.number} · {one.heading}" if one.number else one.heading
    name = escape(title) if one.number else f'<span class="ts-hidden">{escape(title)}</span>'  # its block says it
    kind = "ts-scene" if one.number else "ts-scene ts-card"
    pictures = "".join(_picture(episode, block, linked=bool(one.number)) for block in one.pictures)
    lanes = f'<ul class="ts-lane ts-shots">{pictures}</ul>'
    if one.number:
        lanes += f'<ul class="ts-lane ts-said">{"".join(_lines(episode, one))}</ul>'
    if one.music:
        words = _word(one.music)
        lanes += f'<p class="ts-lane ts-bed {_kind(one.music)}" title="Music, {words}">♪ {escape(one.music.name)}</p>'
    if pins := "".join(_pins(episode, one, notes)):
        lanes += f'<ul class="ts-lane ts-said ts-pins" aria-label="Testers\' notes">{pins}</ul>'
    return (
        f'<li class="{kind}" style="--s: {max(one.seconds, _LEAST):.2f}">'
        f'<h3 title="{escape(title, quote=True)}"><span>{clock(one.start)}</span> {name}</h3>{lanes}</li>'
    )


def _picture(episode: str, block: Block, *, linked: bool) -> str:
    still = ""
    if block.picture:
        still = f'<img alt="" loading="lazy" src="/takes/{episode}/{block.picture}?small">'
    style = f'class="ts-block {_kind(block)}" style="--s: {max(block.seconds, _LEAST):.2f}"'
    if not linked:
        return f'<li {style}><span class="ts-plain">{escape(block.name)}</span></li>'
    label = f"Shot {block.name}, {block.seconds:.1f} s, {_word(block)}"
    title = escape(f"{label}. {block.text}", quote=True)
    address = f"/scenes?episode={episode}&amp;shot={block.id}"
    return (
        f'<li {style}><a href="{address}" target="_self" aria-label="{escape(label, quote=True)}" title="{title}">'
        f"{still}<b>{escape(block.name)}</b></a></li>"
    )


def _lines(episode: str, one: Stretch) -> Iterator[str]:
    """Where in the scene each line is heard."""
    for block in one.speech:
        left, wide = 100 * block.start / one.seconds, 100 * block.seconds / one.seconds
        label = f"{block.name}, {block.seconds:.1f} s, {_word(block)}"
        title = escape(f"{label}: {block.text}", quote=True)
        address = f"/voices?episode={episode}&amp;line={block.id}"
        yield (
            f'<li class="ts-line {_kind(block)}" style="left: {left:.2f}%; width: {wide:.2f}%">'
            f'<a href="{address}" target="_self" aria-label="{title}" title="{title}">{escape(block.name)}</a></li>'
        )


def _pins(episode: str, one: Stretch, notes: Sequence[NoteView]) -> Iterator[str]:
    """Where in the scene notes are, by their shots; those that are near each other share a pin, which leads to one."""
    starts = {block.id: block for block in one.pictures}
    near: dict[int, list[NoteView]] = {}
    for note in notes:
        if block := starts.get(note.shot):  # a shot that is shorter by now has it at its end
            left = 100 * (block.start + min(note.into, block.seconds)) / one.seconds
            near.setdefault(min(int(left / _PIN), int(100 / _PIN) - 1), []).append(note)
    for place, found in sorted(near.items()):
        first = found[0]
        title = escape(f"Note by {first.name} at {clock(first.second)}: {first.text}", quote=True)
        title += f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        address = f"/episode?episode={episode}&amp;note={first.id}"
        yield (
            f'<li style="left: {(place + 0.5) * _PIN:.1f}%"><a href="{address}" target="_self" aria-label="{title}" '
            f'title="{title}"></a></li>'
        )


def _kind(block: Block) -> str:
    return "failed" if block.failed else block.state.value


def _word(block: Block) -> str:
    return "failed" if block.failed else _WORDS[block.state]
