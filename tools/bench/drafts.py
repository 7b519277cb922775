"""Drafting an episode from a pitch: cold, again, and after one changed line, beside x264 alone on the same pictures."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from services.media.encoding import encoder, tagged
from services.media.ffmpeg import Ffmpeg
from studio.story.breakdown import Breakdown
from studio.story.fountain import plain, read_fountain
from studio.story.screenplay import Kind
from tools.bench.figures import Figure, Rounds
from tools.bench.meter import Sample, measure, python, studio_home

PITCH = "A lighthouse keeper finds a letter in a bottle from herself, dated next week."
_SHOTS_TAKES, _FILMS_TAKES = ("clip", "shot"), ("mix", "master")  # what a changed line may have made anew beside it


class Drafts:
    """The bench of `draft`."""

    name = "drafts"

    def __init__(self, work: Path, *, quick: bool) -> None:
        self.work, self.length = work / self.name, "30" if quick else "60"
        self.rounds = Rounds()
        self.seconds: list[float] = []
        self.line_made: list[str] = []
        self.wanted: frozenset[str] = frozenset()  # what the changed line asks for
        self.copied = 0  # takes made when the unchanged screenplay came back as a file

    def round(self, number: int) -> None:
        """Draft in a fresh studio, again, then from the screenplay it wrote, then with a line changed."""
        shutil.rmtree(self.work, ignore_errors=True)
        home, out = self.work / "home", self.work / "out"
        home.mkdir(parents=True)
        self.seconds.append(_answer(self._draft("cold", home, PITCH, out))["duration_s"])
        self._draft("same", home, PITCH, out)
        master, script = out / "master.mp4", self.work / "script.fountain"
        shutil.copyfile(out / "screenplay.fountain", script)
        self.copied = _answer(self._draft("file", home, str(script), self.work / "out2"))["takes_made"]
        changed, said = change_line(script.read_text("utf-8"), number)
        script.write_text(changed, "utf-8")
        self._draft("line", home, str(script), self.work / "out2")
        self.line_made, self.wanted = made_last(home / "studio.db"), asked_by(said, broken_down(home / "studio.db"))
        self._encode_alone(master)
        shutil.rmtree(self.work)

    def figures(self) -> Iterator[Figure]:
        """What came of the rounds."""
        of, length = self.rounds.of, self.seconds[0]
        alone = of["x264"]
        cold = [sample.wall / seconds for sample, seconds in zip(of["cold"], self.seconds, strict=True)]
        yield Figure("draft_cold", 0.4, "of length", cold, of["cold"], alone, "x264 alone", f"{length:.1f} s of film")
        yield Figure("draft_memory", 700, "MB", [s.peak for s in of["cold"]])
        yield Figure("draft_same", 3, "s", self.rounds.walls("same"), of["same"], of["cold"], "cold")
        shares = [line.wall / whole.wall for line, whole in zip(of["line"], of["cold"], strict=True)]
        yield Figure("draft_line", 0.15, "of cold", shares, of["line"], of["cold"], "cold")
        more = [extra(self.line_made, self.wanted)]
        yield Figure("draft_line_takes", 0, "too many", more, note=", ".join(self.line_made))
        yield Figure("draft_as_file", 0, "takes", [self.copied], of["file"], of["cold"], "cold")

    def _draft(self, name: str, home: Path, source: str, out: Path) -> Sample:
        command = python("-m", "studio", "draft", source, "--length", self.length, "--out", str(out), "--json")
        return self.rounds.add(name, measure(command, environment=studio_home(home)))

    def _encode_alone(self, master: Path) -> None:
        """Encode the master's own pictures again, half of them in each of two processes, decoded beforehand."""
        ffmpeg, half = Ffmpeg(), self.seconds[-1] / 2
        commands = []
        for n in range(2):
            raw = self.work / f"half-{n}.yuv"
            cut = ["-ss", f"{n * half:.3f}", "-t", f"{half:.3f}", "-i", str(master), "-an", "-sn"]
            ffmpeg.run([*cut, "-f", "rawvideo", "-pix_fmt", "yuv420p", str(raw)], what=raw.name)
            source = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", "1280x720", "-r", "24", "-i", str(raw)]
            target = self.work / f"half-{n}.mp4"
            commands.append([str(ffmpeg.path), "-y", *source, "-vf", tagged(), *encoder(24), str(target)])
        self.rounds.add("x264", measure(*commands))


def change_line(fountain: str, number: int) -> tuple[str, str]:
    """Change one dialogue line in the middle of a screenplay, each number otherwise; gives it and the new line."""
    said = [element.text for element in read_fountain(fountain).elements if element.kind is Kind.DIALOGUE]
    rows = fountain.splitlines()
    fit = [text for text in said if rows.count(text) == 1 and len(text.split()) >= 4]
    old = fit[len(fit) // 2]
    new = " ".join([*old.split()[:-1], ("tomorrow.", "tonight.", "again.", "alone.", "instead.")[number % 5]])
    return "\n".join(new if row == old else row for row in rows) + "\n", plain(new)


def made_last(database: Path) -> list[str]:
    """The subjects the newest run made, in the film's words: speech:l12, clip:s3@1280x720p24."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as rows:
        run = rows.execute("SELECT id FROM run ORDER BY created DESC LIMIT 1").fetchone()[0]
        found = rows.execute("SELECT subject FROM job WHERE run = ? AND state = 'made' ORDER BY updated", (run,))
        return [subject for (subject,) in found]


def broken_down(database: Path) -> Breakdown:
    """The breakdown the newest run filmed."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as rows:
        query = "SELECT breakdown FROM revision JOIN run ON run.revision = revision.id ORDER BY run.created DESC"
        return Breakdown.model_validate_json(rows.execute(query).fetchone()[0])


def asked_by(said: str, breakdown: Breakdown) -> frozenset[str]:
    """What a changed line has made: its own speech, its shot's clip and master, the film's mix and master."""
    shot, line = next((shot, line) for shot in breakdown.shots for line in shot.lines if line.text == said)
    shots = {f"{kind}:{shot.id}" for kind in _SHOTS_TAKES}
    return frozenset({f"speech:{line.id}", *shots, *(f"{kind}:film" for kind in _FILMS_TAKES)})


def extra(subjects: list[str], wanted: Collection[str]) -> int:
    """How many takes were made beyond those a changed line asks for, and that each once."""
    made = Counter(subject.split("@", 1)[0] for subject in subjects)
    return sum((made - Counter(wanted)).values())


def _answer(sample: Sample) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(sample.said.splitlines()[-1])
    return answer
