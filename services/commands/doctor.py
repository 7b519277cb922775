"""`doctor`: what is installed, which keys are set, which engines are available, and why not."""

from __future__ import annotations

import json
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import metadata

from rich.console import Console
from rich.table import Table

from services.settings import ROOT, Settings
from studio.errors import StudioError
from studio.takes.roster import Roster

_PACKAGES = ("streamlit", "dbos", "opencv-python-headless", "resvg-py", "av", "imageio-ffmpeg", "espeakng-loader")


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is well, and what was seen."""

    what: str
    well: bool
    seen: str


def doctor(*, as_json: bool) -> int:
    """Look at everything; 1 when something the offline crew needs is not well."""
    found = list(_look(Settings()))
    if as_json:
        print(json.dumps([asdict(one) for one in found]))  # noqa: T201  the answer itself
    else:
        table = Table("", "what", "seen")
        for one in found:
            table.add_row("[green]ok[/]" if one.well else "[red]no[/]", one.what, one.seen)
        Console().print(table)
        Console().print("No key is needed: the offline crew makes the whole episode. No other engine is installed.")
    return 0 if all(one.well for one in found) else 1


def _look(settings: Settings) -> Iterator[Finding]:
    yield Finding("Python", sys.version_info >= (3, 11), platform.python_version())
    for package in _PACKAGES:
        yield _package(package)
    yield _runtime(settings)
    yield _ffmpeg(settings)
    for card in Roster.load(ROOT / "data" / "crew.toml").engine:
        yield Finding(f"{card.role}: {card.name}", True, f"available, offline, version {card.version}, $0.00")
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    yield Finding("Chromium (only for browser tests)", True, browser or "not installed")


def _package(name: str) -> Finding:
    try:
        return Finding(name, True, metadata.version(name))
    except metadata.PackageNotFoundError:
        return Finding(name, False, "not installed; run make run")


def _runtime(settings: Settings) -> Finding:
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(settings.home).free / 1e9
    except OSError as error:
        return Finding("runtime folder", False, f"{settings.home}: {error.strerror}")
    return Finding("runtime folder", free > 0.5, f"{settings.home}, {free:.1f} GB free")


def _ffmpeg(settings: Settings) -> Finding:
    from services.media.ffmpeg import Ffmpeg

    try:
        return Finding("ffmpeg", True, Ffmpeg(settings.studio_ffmpeg).version)
    except StudioError as error:
        return Finding("ffmpeg", False, str(error))
