"""`collect`: what in the vault nothing needs any more."""

from __future__ import annotations

from rich.console import Console

from services.settings import Settings
from services.wiring import open_desk


def collect(*, delete: bool) -> None:
    """List it, or with `delete` remove it."""
    found = open_desk(Settings()).collect(delete=delete)
    console = Console()
    for content in found.contents:
        console.print(content, highlight=False)
    what = "removed" if found.deleted else "could go (add --delete)"
    console.print(f"{len(found.contents)} files {what}, {found.kept} are needed")
