"""`make demo-cloud`: the studio with every vendor played by its double on this machine. Nothing is paid for."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.doubles.cloud import cloud

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Serve the doubles and run the studio beside them until it is stopped; gives its exit code."""
    with cloud(latencies="--quick" not in sys.argv, first=int(time.time())) as doubles:
        home = os.environ.get("STUDIO_HOME", str(ROOT / "data" / "runtime" / "demo-cloud"))
        environment = {**os.environ, **doubles.settings, "STUDIO_HOME": home}
        studio = subprocess.Popen([sys.executable, "-m", "studio", "up"], cwd=ROOT, env=environment)
        try:
            return studio.wait()
        except KeyboardInterrupt:
            return studio.wait()
        finally:
            for vendor, books in doubles.books.items():
                print(f"{vendor} would have billed ${books.total / 1_000_000:.4f}")  # noqa: T201  the answer itself


if __name__ == "__main__":
    sys.exit(main())
