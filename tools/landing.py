"""Makes the landing page's episode anew with the offline crew: `python -m tools.landing`. Nobody touches it up."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from services.media.ffmpeg import Ffmpeg
from services.web.routes import LANDING

_SECONDS = 30
_RATE = "560k"  # bits of picture a second: three megabytes at the most


def make(folder: Path = LANDING) -> None:
    """Film the pitch that lies there, and put film, poster and captions beside it."""
    pitch = (folder / "pitch.txt").read_text(encoding="utf-8").strip()
    with tempfile.TemporaryDirectory() as room:
        out = Path(room) / "out"
        command = [sys.executable, "-m", "studio", "draft", pitch, "--out", str(out), "--length", str(_SECONDS)]
        subprocess.run(command, check=True)
        pack(out, folder)


def pack(made: Path, folder: Path) -> None:
    """Take a finished episode's film, smaller, its poster and its captions."""
    small = ["-c:v", "libx264", "-preset", "medium", "-b:v", _RATE, "-c:a", "copy", "-movflags", "+faststart"]
    film = ["-i", str(made / "master.mp4"), "-map", "0:v", "-map", "0:a", *small, str(folder / "episode.mp4")]
    subprocess.run([str(Ffmpeg().path), "-y", "-v", "error", *film], check=True)
    for name in ("poster.jpg", "captions.vtt"):
        shutil.copyfile(made / name, folder / name)


if __name__ == "__main__":
    make()
