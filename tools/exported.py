"""Compare the requirements files pip installs from with what uv exports of the lock now."""

from __future__ import annotations

import subprocess
import sys
from difflib import unified_diff
from itertools import dropwhile
from pathlib import Path

from uv import find_uv_bin

ROOT = Path(__file__).parents[1]
EXPORTS = {"requirements.txt": ("--no-dev",), "requirements-dev.txt": ()}
_SHOWN = 20  # lines of a difference


def main(uv: str) -> int:
    """1 when a file is not the lock's export, or the lock is not the project's."""
    return max(_compare(uv, name, flags) for name, flags in EXPORTS.items())


def _compare(uv: str, name: str, flags: tuple[str, ...]) -> int:
    command = [uv, "export", "--quiet", "--locked", "--no-header", *flags]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if found.returncode:
        print(f"exported: {found.stderr.strip() or 'uv export failed'}")
        return 1
    kept = _body((ROOT / name).read_text("utf-8"))
    rows = list(unified_diff(kept, found.stdout.splitlines(), name, "uv.lock", n=0, lineterm=""))
    if not rows:
        print(f"exported: {name} is what uv.lock says")
        return 0
    print("\n".join(rows[:_SHOWN]))
    print(f"exported: {name} is not what uv.lock says; run: make lock")
    return 1


def _body(text: str) -> list[str]:
    """The lines after the header, which tells the command."""
    return list(dropwhile(lambda row: row.startswith("#"), text.splitlines()))


if __name__ == "__main__":
    sys.exit(main(find_uv_bin()))
