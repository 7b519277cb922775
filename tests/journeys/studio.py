"""The studio as somebody runs it: `python -m studio` in a child process with a runtime folder of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PATIENCE = 240  # seconds the slowest command of a test may take on a busy machine


def command(*arguments: str) -> list[str]:
    """The command line of the studio."""
    return [sys.executable, "-m", "studio", *arguments]


def run(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        command(*arguments), cwd=ROOT, env=dict(environment), capture_output=True, text=True, timeout=PATIENCE
    )


def draft(environment: Mapping[str, str], source: str | Path, out: Path, *more: str) -> dict[str, Any]:
    """Draft and give the JSON answer; the exit code must be 0."""
    done = run(environment, "draft", str(source), "--out", str(out), "--json", *more)
    assert done.returncode == 0, done.stderr[-2000:]
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def short_script(line: str = "You kept it.") -> str:
    """Two shots and two lines: the shortest script that still needs everything."""
    return f"""Title: The Key

INT. KITCHEN - NIGHT

MARA, 70, in a yellow coat, puts a key on the table.

MARA
{line}

TOM
Never.
"""
