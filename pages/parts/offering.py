"""What the landing page tells strangers. The figures are read from the tables by which people are charged."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st

from pages.parts.wording import count, dollars
from services.wiring import price_list, sells
from studio.money.films import Films
from studio.money.tiers import Tier, Tiers

_PITCH = Path(__file__).parents[2] / "data" / "landing" / "pitch.txt"
_HALF_HOUR, _HOUR = 1800, 3600  # seconds
_PROMISE = """
<h1 class="ts-promise">Type a pitch. Watch the episode.</h1>
<p class="ts-under">TrashFire Studio writes, casts, draws, voices, cuts and captions it in your browser, and tells you
the price before every click. The first draft is always free: an offline crew makes it with a template writer, a paper
theatre and synthetic voices.</p>
<p><a class="ts-go" href="/register" target="_self">Start free</a></p>
"""
_EPISODE = """
<video class="ts-stage" controls playsinline preload="metadata" poster="/landing/poster.jpg"
  aria-label="An episode the studio made from one sentence">
  <source src="/landing/episode.mp4" type="video/mp4">
  <track kind="captions" src="/landing/captions.vtt" label="Captions" srclang="en" default>
</video>
<p class="ts-quiet">Made by the offline crew from one sentence: “{pitch}” Nothing in it was touched by hand.</p>
"""
_WAY = """
<h2 class="ts-small">From a sentence to a film you can hand in</h2>
<ol class="ts-steps">
  <li><b>Pitch</b> one sentence, or bring a screenplay: every word of it stays as you wrote it.</li>
  <li><b>Watch</b> a whole draft with voices, music and captions a few minutes later.</li>
  <li><b>Change</b> what you like: script, looks, places, shots and voices, one take at a time.</li>
  <li><b>Buy</b> pictures and voices of cloud engines only where they matter, each with its price beside it.</li>
  <li><b>Take it along:</b> film, captions, storyboard, screenplay, and timelines for your editing program.</li>
</ol>
"""
_LIMITS = (
    ("episodes", "episode", "a month"),
    ("retakes", "retake", "of a scene"),
    ("minutes", "engine minute", "a month"),
)
_FREE = ("Drafts by the offline crew, as many as you like", "Every download, no watermark")
_NOT_SOLD = '<p class="ts-quiet">Nothing is sold here now: what is free is all there is.</p>'
_PLEDGE = """
<p class="ts-quiet">A quote is a ceiling: you never pay more than was said before. Failed means that nothing came out,
and costs nothing. Cancel whenever you like; your work and all your data can be taken along at any time.</p>
"""


def promise() -> None:
    """Say what the studio does, and lead to registering."""
    st.html(_PROMISE)


def episode() -> None:
    """Show the episode, and what it was made from."""
    st.html(_EPISODE.format(pitch=escape(_PITCH.read_text(encoding="utf-8").strip())))


def way() -> None:
    """Say how it goes."""
    st.html(_WAY)


def prices() -> None:
    """Say what the plans and films cost; where nothing is sold, what is free."""
    tiers, films = price_list()
    sold = tiers.sold if sells() else ()
    room = [f"Room for {tiers.free.room} GB of what you make"] if tiers.free and tiers.free.room and sold else []
    cards = [_card("Free", dollars(0), "", [*_FREE, *room])]
    cards += [_card(one.name.title(), dollars(one.price_micros), " a month", _holds(tiers, one)) for one in sold]
    st.html(f'<h2 class="ts-small">Plans</h2><ul class="ts-plans">{"".join(cards)}</ul>')
    st.html(f'<h2 class="ts-small">Films</h2>{_films(films)}{_PLEDGE}' if sold else _NOT_SOLD)
    st.html('<p><a class="ts-go" href="/register" target="_self">Start free</a></p>')


def _holds(tiers: Tiers, tier: Tier) -> list[str]:
    """What a plan holds, in words."""
    told = [f"{count(limit, one)} {of}" for name, one, of in _LIMITS if (limit := getattr(tier, name))]
    endless = [] if tier.episodes else ["Episodes without limit"]
    share = f"Cloud engines for up to {dollars(tiers.worth(tier.price_micros))} a month"
    return ["Everything that is free", *endless, *told, share]


def _card(name: str, price: str, span: str, holds: list[str]) -> str:
    lines = "".join(f"<li>{one}</li>" for one in holds)
    return f"<li><h3>{name}</h3><p><b>{price}</b>{span}</p><ul>{lines}</ul></li>"


def _films(films: Films) -> str:
    """What films cost in credits, and which lengths are sold now."""
    first = films.quality[0].name
    half, whole = (dollars(films.quote(seconds, first).micros) for seconds in (_HALF_HOUR, _HOUR))
    board, minute = dollars(films.storyboard_micros), dollars(films.script_micros + films.picture_micros)
    sold = films.made.seconds // 60
    return (
        f"<p>Longer films are paid with credits, a cent each: {board} for the storyboard and {minute} for every "
        f"finished minute at {first} quality, so that thirty minutes cost {half} and an hour {whole}. Films of up to "
        f"{sold} minutes are sold now; what is longer is quoted until one of that length came out whole here.</p>"
    )
