"""Audit what the lock file installs against the public advisories, and say so plainly when they cannot be reached."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
_UNREACHED = ("ConnectionError", "Max retries")  # how pip-audit's complaint shows that nobody answered


def main() -> int:
    """Run pip-audit on the exported lock; 1 when a known vulnerability is found or the tool itself fails."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--format", "json"]
    found = subprocess.run(
        [*command, "--progress-spinner", "off", "-r", str(ROOT / "requirements.txt")],
        capture_output=True,
        text=True,
        check=False,
    )
    return judge(found.stdout, found.stderr)


def judge(answer: str, complaint: str, say: Callable[[str], object] = print) -> int:
    """Say what pip-audit's JSON answer means, or its complaint where there is none; 1 when there is reason to stop."""
    try:
        rows = json.loads(answer)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        if any(sign in complaint for sign in _UNREACHED):
            say("audit: the advisories could not be reached; nothing was audited")
            return 0
        say(complaint or answer)
        return 1
    bad = [row for row in rows if row.get("vulns")]
    audited = sum("skip_reason" not in row for row in rows)
    for row in bad:
        say(f"{row['name']} {row['version']}: {', '.join(vuln['id'] for vuln in row['vulns'])}")
    if audited:
        say(f"audit: {audited} of {len(rows)} dependencies audited, {len(bad)} with known vulnerabilities")
    else:
        say(f"audit: the advisories could not be reached; none of {len(rows)} dependencies was audited")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
