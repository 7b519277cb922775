"""The scripts that pages carry in their HTML. A hosted studio's browser runs these and no others, letter by letter."""

from __future__ import annotations

import re
from pathlib import Path

import streamlit

from services.web.hosted import LEAD_ON

_FOLDER = Path(__file__).parent
JOTTING, BEGINNING, ATTENDING = (
    (_FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in ("jotting", "beginning", "attending")
)
__all__ = ["ATTENDING", "BEGINNING", "EVERY", "JOTTING", "LEAD_ON", "inline"]
_SHELL = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")  # Streamlit's own page
EVERY = (JOTTING, BEGINNING, ATTENDING, LEAD_ON, *re.findall(r"<script>(.*?)</script>", _SHELL, re.DOTALL))


def inline(script: str) -> str:
    """A script as HTML."""
    return f'<script type="module">{script}</script>'
