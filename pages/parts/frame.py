"""The frame of a page: its guard, its title and the little the theme cannot reach."""

from __future__ import annotations

import streamlit as st

from services.wiring import desk
from studio.desk.desk import Desk

_STYLE = """
<style>
.block-container { padding-top: 3.2rem; max-width: 1180px; }
.ts-video { width: 100%; border-radius: 12px; background: #000; display: block; max-height: 78vh; }
.ts-poster { width: 100%; border-radius: 10px; display: block; aspect-ratio: 16/9; object-fit: cover; }
.ts-empty { border: 1px dashed #22292C; border-radius: 12px; padding: 2rem; color: #A0A0A0; text-align: center; }
.ts-chip { border: 1px solid #22292C; border-radius: 999px; padding: .1rem .6rem; font-size: .8rem; color: #A0A0A0; }
.ts-chip.done { color: #00F5D4; border-color: #0B5C52; }
.ts-chip.work { color: #F6B45F; border-color: #6B4A1E; }
.ts-chip.bad { color: #FF8A80; border-color: #7A2E29; }
.ts-files { display: flex; flex-wrap: wrap; gap: .5rem .9rem; }
.ts-files a { color: #4BE5D2; text-decoration: none; padding: .45rem 0; }
.ts-files a:hover, .ts-files a:focus { text-decoration: underline; }
@media (max-width: 640px) { .block-container { padding-left: 1rem; padding-right: 1rem; } }
</style>
"""


def dress() -> None:
    """Set the browser's title and the styles of every page."""
    st.set_page_config(page_title="TrashFire Studio", page_icon=":material/movie:", layout="wide")
    st.html(_STYLE)


def enter(title: str) -> Desk:
    """Guard a page: gives the desk of whoever is signed in, in local mode the owner. A page's first statement."""
    del title  # shown by navigation; hosted mode checks who may see the page by it
    return desk()
