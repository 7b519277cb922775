"""The bench's own arithmetic: medians, ratios of one run, verdicts, and what it reads of a production."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from services.media.sound import open_wav
from studio.story.breaking import break_down
from studio.story.fountain import read_fountain
from tools.bench import stock
from tools.bench.drafts import asked_by, change_line, extra
from tools.bench.figures import Figure, Rounds, table
from tools.bench.meter import CommandFailed, Sample, measure

SCRIPT = """Title: The Key

INT. KITCHEN - NIGHT

MARA
You kept it all this time.

TOM
Never.
"""


def sample(wall: float, cpu: float = 1.0) -> Sample:
    return Sample(wall=wall, cpu=cpu, peak=100.0)


def test_a_figure_is_the_median_of_its_rounds_and_a_ratio_round_by_round() -> None:
    mine, theirs = [sample(2, 3), sample(40, 3), sample(3, 3)], [sample(4, 6), sample(20, 6), sample(2, 6)]
    figure = Figure("draft", 0.4, "of length", [0.2, 4.0, 0.3], mine, theirs, "x264")
    assert figure.value == 0.3
    assert figure.wall_ratio == 1.5
    assert figure.cpu_ratio == 0.5
    assert figure.reached


def test_the_table_says_what_falls_short() -> None:
    figures = [Figure("a", 1, "s", [0.5]), Figure("b", 1, "s", [1.5]), Figure("c", None, "s", [9])]
    rows = table(figures).splitlines()[2:]
    assert [row.split("|")[-2].strip() for row in rows] == ["reached", "falls short", ""]


def test_rounds_keep_samples_in_order() -> None:
    rounds = Rounds()
    for wall in (4.0, 2.0):
        rounds.add("draft", sample(wall))
    assert rounds.walls("draft", over=2) == [2.0, 1.0]


def test_a_measured_command_counts_what_its_children_used() -> None:
    spin = "import time\nwhile time.process_time() < 0.3: pass"
    orphan = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {spin!r}]); print('done')"
    found = measure([sys.executable, "-c", orphan])
    assert found.said == "done\n"
    assert found.cpu >= 0.3
    assert found.wall >= 0.3


def test_memory_is_that_of_all_it_started() -> None:
    holds = "import time; held = b'x' * 60_000_000; time.sleep(0.5)"
    starts = f"import subprocess, sys; held = b'x' * 40_000_000; subprocess.run([sys.executable, '-c', {holds!r}])"
    assert measure([sys.executable, "-c", starts]).peak == pytest.approx(115, abs=15)


def test_memory_is_not_that_of_what_ran_before() -> None:
    large = "import sys, time; held = b'x' * 90_000_000; print(flush=True); time.sleep(120)"
    with subprocess.Popen([sys.executable, "-c", large], stdout=subprocess.PIPE) as other:
        assert other.stdout
        other.stdout.readline()  # it has it now
        assert measure([sys.executable, "-c", "import time; time.sleep(0.6)"]).peak < 50
        other.kill()


def test_a_failed_command_says_why() -> None:
    with pytest.raises(CommandFailed, match="no such thing"):
        measure([sys.executable, "-c", "import sys; sys.exit('no such thing')"])


def test_one_line_is_changed_and_each_number_changes_it_otherwise() -> None:
    (first, said), (second, _) = (change_line(SCRIPT, number) for number in range(2))
    assert first != second
    changed = [row for row, old in zip(first.splitlines(), SCRIPT.splitlines(), strict=True) if row != old]
    assert changed == [said] == ["You kept it all this tomorrow."]


def test_takes_beyond_those_of_the_changed_line_are_counted_by_what_they_are_of() -> None:
    changed, said = change_line(f"{SCRIPT}\nEXT. HARBOUR - DAY\n\nTOM\nGone.\n", 0)
    found = break_down(read_fountain(changed))
    line, _, other = found.lines
    shot, next_shot = (next(one.id for one in found.shots if its in one.lines) for its in (line, other))
    wanted = asked_by(said, found)
    asked = [f"speech:{line.id}", f"clip:{shot}@1280x720p24", f"shot:{shot}@1280x720p24", "mix:film@p24"]
    asked.append("master:film@1280x720p24")
    assert extra(asked, wanted) == 0
    assert extra([*asked, "speech:c", "board:b@1280x720"], wanted) == 2
    assert next_shot != shot
    assert extra([f"speech:{other.id}", f"clip:{next_shot}@1280x720p24", *asked[2:]], wanted) == 2
    assert extra([*asked, asked[1]], wanted) == 1


def test_the_knock_is_at_the_start_of_its_line(tmp_path: Path) -> None:
    sound = open_wav(stock.click(tmp_path / "knock.wav"))
    assert sound
    heard = np.abs(sound.window(0, sound.samples))
    assert heard.argmax() // 2 < 96
    assert heard[96:].max() == 0
