"""A page that is run without its web process shows nothing of anybody."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from services.web import local

PAGES = sorted((Path(__file__).parents[2] / "pages").glob("[a-z]*.py"))


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_without_a_door_a_page_shows_nothing(file: Path) -> None:
    assert not local.door_is_closed()
    seen = AppTest.from_file(str(file), default_timeout=30).run()
    assert "make run" in seen.error[0].value
    assert not seen.button
    assert not seen.text_area
