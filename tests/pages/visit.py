"""What a visitor reads on a page."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def text(page: AppTest) -> str:
    """Everything in HTML blocks and message boxes."""
    blocks = [one.proto.body for one in page.get("html")]
    boxes = [one.value for kind in (page.error, page.warning, page.info) for one in kind]
    return "\n".join([*blocks, *boxes])
