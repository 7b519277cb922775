"""`make demo-cloud`: the studio with every vendor played by its double on this machine. Nothing is paid for."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.doubles.cloud import cloud
from tests.doubles.stripe_kept import kept

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Serve the doubles and run the studio beside them until it is stopped; gives its exit code."""
    home = os.environ.get("STUDIO_HOME", str(ROOT / "data" / "runtime" / "demo-cloud"))
    studio = f"http://127.0.0.1:{os.environ.get('STUDIO_PORT', '8501')}"
    with (
        cloud(latencies="--quick" not in sys.argv, first=int(time.time())) as doubles,
        kept(Path(home) / "stripe-double.pickle", studio) as (_, payments),
    ):
        environment = {**os.environ, **doubles.settings, **payments, "STUDIO_HOME": home}
        running = subprocess.Popen([sys.executable, "-m", "studio", "up"], cwd=ROOT, env=environment)
        try:
            return running.wait()
        except KeyboardInterrupt:
            return running.wait()
        finally:
            for vendor, books in doubles.books.items():
                print(f"{vendor} would have billed ${books.total / 1_000_000:.4f}")  # noqa: T201  the answer itself


if __name__ == "__main__":
    sys.exit(main())
