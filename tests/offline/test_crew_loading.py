"""Loading the crew stays quick: what only some takes need is loaded with the first of them."""

from __future__ import annotations

import subprocess
import sys

SAYS = "import sys, services.offline.crew; print(*sorted({'moviepy', 'scipy', 'streamlit', 'dbos'} & set(sys.modules)))"

BUILT = """
import services.offline.preloaded
from studio.takes import briefs, recipe

names = ("LookBrief", "PlateBrief", "BoardBrief", "ClipBrief", "SpeechBrief", "MusicBrief")
needed = [recipe.Recipe, *(getattr(briefs, name) for name in names)]
print(*(one.__name__ for one in needed if not one.__pydantic_complete__))
"""


def test_the_crew_loads_none_of_the_slow_libraries() -> None:
    done = subprocess.run([sys.executable, "-c", SAYS], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_what_every_process_reads_is_built_before_they_are_forked() -> None:
    done = subprocess.run([sys.executable, "-c", BUILT], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
