"""Audit what the lock file installs against the public advisories, and say so plainly when they cannot be reached."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main() -> int:
    """Run pip-audit on the exported lock; 1 when a known vulnerability is found or the tool itself fails."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--format", "json"]
    found = subprocess.run(
        [*command, "--progress-spinner", "off", "-r", str(ROOT / "requirements.txt")],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        rows = json.loads(found.stdout)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        if "ConnectionError" in found.stderr or "Max retries" in found.stderr:
            print("audit: the advisories could not be reached; nothing was audited")
            return 0
        print(found.stderr or found.stdout)
        return 1
    bad = [row for row in rows if row.get("vulns")]
    audited = sum("skip_reason" not in row for row in rows)
    for row in bad:
        print(f"{row['name']} {row['version']}: {', '.join(vuln['id'] for vuln in row['vulns'])}")
    if not audited:
        print(f"audit: the advisories could not be reached; none of {len(rows)} dependencies was audited")
    else:
        print(f"audit: {audited} of {len(rows)} dependencies audited, {len(bad)} with known vulnerabilities")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
