"""The whole studio outlives a killed worker; one that falls again and again ends it with a sentence."""

from __future__ import annotations

import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from services.commands.keeping import Child, keep
from tests.journeys.studio import until
from tests.web.server import studio


def workers(home: Path) -> list[psutil.Process]:
    """The worker processes of a runtime folder, without their own children."""
    found = []
    for one in psutil.Process().children(recursive=True):
        try:
            if one.cmdline()[-2:] == ["studio", "worker"] and one.environ().get("STUDIO_HOME") == str(home):
                found.append(one)
        except psutil.Error:
            continue
    return found


def test_a_killed_worker_is_started_again_while_the_pages_stay(
    environment: dict[str, str], home: Path, tmp_path: Path
) -> None:
    with studio("up", environment, tmp_path / "log") as port:
        (first,) = until(lambda: workers(home))
        first.kill()
        second = until(lambda: [one for one in workers(home) if one.pid != first.pid])
        assert len(second) == 1
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as answer:
            assert answer.status == 200
    assert "The worker ended (killed by signal 9) and is started again." in (tmp_path / "log").read_text()


def test_a_worker_that_keeps_falling_ends_the_studio_in_words(capfd: pytest.CaptureFixture[str]) -> None:
    pages = Child("web process", [sys.executable, "-c", "import time; time.sleep(60)"])
    began = time.monotonic()
    assert keep([pages, Child("worker", [sys.executable, "-c", "raise SystemExit(7)"], again=True)]) == 1
    assert time.monotonic() - began < 30
    said = capfd.readouterr().err
    assert said.count("is started again") == 3
    assert "The worker ended (exit code 7), 4 times within a minute. The studio stops" in said
    assert pages.process is not None
    assert pages.process.poll() is not None


def test_pages_that_end_are_said(capfd: pytest.CaptureFixture[str]) -> None:
    assert keep([Child("web process", [sys.executable, "-c", "raise SystemExit(1)"])]) == 1
    assert "The web process ended (exit code 1). The studio stops" in capfd.readouterr().err
