"""Where Debian's Chromium is, or what becomes of the tests that want one. It starts none."""

from __future__ import annotations

import shutil

import pytest

INSTALL = "no Chromium on PATH; install it with: apt-get install --no-install-recommends chromium"


def find_chromium(*, required: bool) -> str:
    """The path of a Chromium; without one the test is skipped, or fails where a browser is required."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None and required:
        pytest.fail(INSTALL)
    if found is None:
        pytest.skip(INSTALL)
    return found
