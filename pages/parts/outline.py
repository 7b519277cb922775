"""The outline: every scene with its place, one line of what happens, who is in it and how long it is."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.parts.wording import spell
from studio.desk.outlining import Outline, SceneRow

_OF = "Of its boards, clips and lines"


def show(outline: Outline) -> None:
    """List the scenes; each leads to its place on the pages."""
    if not outline.scenes:
        st.html('<p class="ts-quiet">No scene yet. Write a heading such as INT. KITCHEN - NIGHT in the editor.</p>')
        return
    begun = any(scene.current or scene.stale for scene in outline.scenes)
    rows = "".join(_row(at, scene, begun=begun) for at, scene in enumerate(outline.scenes, start=1))
    st.html(f'<ol class="ts-outline">{rows}</ol>')


def _row(at: int, scene: SceneRow, *, begun: bool) -> str:
    people = escape(", ".join(scene.people)) or "nobody"
    return (
        f'<li><a href="#scene-{at}"><b>{escape(scene.number)}</b> {escape(scene.heading)}</a>'
        f"<p>{escape(scene.synopsis)}</p>"
        f'<p class="ts-quiet">{people} · {spell(scene.seconds)}{_states(scene) if begun else ""}</p></li>'
    )


def _states(scene: SceneRow) -> str:
    """What of a scene fits the script no more and what is not there yet, as small labels; else that all is made."""
    found = [("work", scene.stale, "stale"), ("quiet", scene.missing, "missing")]
    chips = [
        f'<span class="ts-chip {kind}" title="{_OF}">{number} {words}</span>' for kind, number, words in found if number
    ]
    return f" {' '.join(chips)}" if chips else f' <span class="ts-chip done" title="{_OF}">made</span>'
