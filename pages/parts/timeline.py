"""The timeline of a film as one strip: its shots, what is said and the music, scene by scene, each with its state."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import streamlit as st

from pages.parts.wording import clock
from studio.desk.strip import Block, Stretch, Strip
from studio.takes.plan import State

_WORDS = {State.CURRENT: "made", State.STALE: "stale", State.MISSING: "missing"}
_LEGEND = {"current": "made", "stale": "stale", "missing": "missing", "failed": "failed"}
_LEAST = 1.0  # seconds a block is drawn as, at least: thinner ones cannot be hit


def timeline(episode: str, strip: Strip) -> None:
    """Draw the strip; a shot leads to Scenes, a line to Voices."""
    stretches = "".join(_stretch(episode, one) for one in strip.stretches)
    st.html(
        f'<section aria-labelledby="ts-strip-title"><div class="ts-strip-head">'
        f'<h2 class="ts-small" id="ts-strip-title">Timeline, {clock(strip.seconds)}</h2>{_legend(strip)}</div>'
        f'<ol class="ts-strip">{stretches}</ol></section>'
    )


def _legend(strip: Strip) -> str:
    """What colours and patterns mean, with how many shots and lines are so."""
    counted = strip.states
    items = "".join(
        f'<li><span class="ts-swatch {kind}" aria-hidden="true"></span>{counted[kind]} {words}</li>'
        for kind, words in _LEGEND.items()
        if counted[kind]
    )
    return f'<ul class="ts-legend" aria-label="Shots and lines by state">{items}</ul>'


def _stretch(episode: str, one: Stretch) -> str:
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


def _kind(block: Block) -> str:
    return "failed" if block.failed else block.state.value


def _word(block: Block) -> str:
    return "failed" if block.failed else _WORDS[block.state]
