"""The lines of the screenplay's box: numbered, marked where something was found, and led to. Keeps nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from studio.story.checking import Remark

_SCRIPT = Path(__file__).with_name("lining.js").read_text(encoding="utf-8")


def lined(box: str, text: str, remarks: Sequence[Remark]) -> None:
    """Number the lines of a box and mark those with remarks; its text is told whenever typing pauses.

    What has `data-line` below the box leads to that line. `box` and `text` change whenever another text stands in it.
    """
    marked = {str(one.line): "bad" if one.error else "work" for one in reversed(remarks) if one.line}
    with st.container(key="lining"):
        component = st.components.v2.component("lining", js=_SCRIPT)
        # Pairs, not a mapping: Streamlit asks of a mapping whether it is a table, and loads pandas to know.
        component(key="lining-box", data={"box": box, "letters": len(text), "marked": tuple(marked.items())})
