"""The outline: every scene with its place, one line of what happens, who is in it and how long it is."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.parts.wording import spell
from studio.desk.outlining import Outline, SceneRow


def show(outline: Outline) -> None:
    """List the scenes; each leads to its place on the pages."""
    if not outline.scenes:
        st.html('<p class="ts-quiet">No scene yet. Write a heading such as INT. KITCHEN - NIGHT in the editor.</p>')
        return
    rows = "".join(_row(at, scene) for at, scene in enumerate(outline.scenes, start=1))
    st.html(f'<ol class="ts-outline">{rows}</ol>')


def _row(at: int, scene: SceneRow) -> str:
    people = escape(", ".join(scene.people)) or "nobody"
    return (
        f'<li><a href="#scene-{at}"><b>{escape(scene.number)}</b> {escape(scene.heading)}</a>'
        f"<p>{escape(scene.synopsis)}</p>"
        f'<p class="ts-quiet">{people} · {spell(scene.seconds)}</p></li>'
    )
