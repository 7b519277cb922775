"""Loading the crew stays quick: what only some takes need is loaded with the first of them."""

from __future__ import annotations

import subprocess
import sys

SAYS = "import sys, services.offline.crew; print(*sorted({'moviepy', 'scipy', 'streamlit', 'dbos'} & set(sys.modules)))"


def test_the_crew_loads_none_of_the_slow_libraries() -> None:
    done = subprocess.run([sys.executable, "-c", SAYS], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
