"""Looks at what the studio stands on: each touches the thing itself, and says what it saw or why it is not well."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from services.settings import ROOT, Settings
from studio.errors import AssetMissing, RenderFailed, StudioError
from studio.takes.roster import EngineCard, Roster

_PACKAGES = ("streamlit", "dbos", "opencv-python-headless", "resvg-py", "av", "imageio-ffmpeg", "espeakng-loader")
_FILTERS = ("ass", "fps", "scale", "crop", "tpad", "setparams")
_KINDS = ("heads", "eyes", "brows", "mouths", "hair", "arms", "hands", "legs", "garments")  # what every figure has
_PATIENCE = 30  # seconds a child may take to answer
_DRAW = """
import sys
from services.offline.theatre.sprite import rasterise
from studio.cut.fonts import table
font = table().regular
svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><text font-family="{font.family}" y="48"'
drawn = rasterise(svg + ' font-size="48">A</text></svg>', fonts=[str(font.path)])
sys.exit(0 if drawn.any() else "no letter was drawn")
"""
_MOVE = """
from av.codec import Codec
from services.offline.theatre import encode
[Codec(name, "w") for name in ("libx264", "aac")]
"""


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is well, what was seen, and whether it is in use here at all."""

    what: str
    well: bool
    seen: str
    used: bool = True


@dataclass(frozen=True)
class Look:
    """What to look at, and how: `see` answers with what it saw or raises."""

    what: str
    see: Callable[[], str]

    def find(self) -> Finding:
        """Look; a failure becomes one sentence."""
        try:
            return Finding(self.what, True, self.see())
        except StudioError as error:
            return Finding(self.what, False, str(error))
        except (ImportError, OSError, subprocess.SubprocessError) as error:
            return Finding(self.what, False, f"{type(error).__name__}: {error}")


def looks(settings: Settings) -> Iterator[Look]:
    """Everything the offline crew needs, then what only some need."""
    yield Look("Python", platform.python_version)
    for package in _PACKAGES:
        yield Look(package, partial(installed, package))
    yield Look("runtime folder", partial(room, settings.home))
    yield Look("vault", partial(vault, settings))
    cut = partial(ffmpeg, settings.studio_ffmpeg)
    yield Look("ffmpeg", cut)
    yield Look("fonts", fonts)
    yield Look("paper parts", parts)
    roles: dict[str, Callable[[], str]] = {
        "writer": write,
        "painter": draw,
        "animator": move,
        "voice": speak,
        "composer": play,
        "editor": cut,
    }
    for card in Roster.load(ROOT / "data" / "crew.toml").engine:
        if not card.vendor:
            yield Look(f"{card.role}: {card.name}", partial(engine, card, roles[card.role]))
    yield Look("keys", partial(keys, settings))
    yield Look("Chromium (only for browser tests)", chromium)


def installed(package: str) -> str:
    """A package's version; AssetMissing when it is not there."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError as error:
        raise AssetMissing("not installed; run make run") from error


def room(folder: Path) -> str:
    """The room left on the disk of a folder, in which a file is made to see that it can be."""
    from services.writable import check_writable

    check_writable(folder, "STUDIO_HOME")
    free = shutil.disk_usage(folder).free / 1e9
    if free < 0.5:
        raise RenderFailed(f"{folder}: {free:.1f} GB are free, 0.5 are needed")
    return f"{folder}, {free:.1f} GB free"


def vault(settings: Settings) -> str:
    """Where the vault is, once a small file was put there, found and removed again."""
    from services.vaults.opening import open_vault

    opened = open_vault(settings)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "look"
        file.write_text(f"The doctor looked: {uuid4().hex}\n")
        content = opened.put(file)
    opened.size(content)
    opened.discard(content)
    return settings.studio_vault_url.partition("?")[0] or str(settings.vault)


def ffmpeg(path: Path | None) -> str:
    """The program's version, once it has shown that it has the encoder and the filters the editor uses."""
    from services.media.ffmpeg import Ffmpeg

    program = Ffmpeg(path)
    filters = _answer([str(program.path), "-hide_banner", "-filters"])
    lacks = [f"the filter {name}" for name in _FILTERS if f" {name} " not in filters]
    if " libx264 " not in _answer([str(program.path), "-hide_banner", "-encoders"]):
        lacks.append("the encoder libx264")
    if lacks:
        raise AssetMissing(f"{program.path} lacks {', '.join(lacks)}")
    return program.version


def fonts() -> str:
    """How many fonts there are; AssetMissing names the first that is not."""
    from studio.cut.fonts import table

    listed = {table().display.path, table().regular.path, *(font.path for font in table().script)}
    for path in sorted(listed):
        if not path.is_file():
            raise AssetMissing(f"{path} is not there")
    return f"{len(listed)} fonts"


def parts(folder: Path = ROOT / "data" / "paper") -> str:
    """How many drawings there are; AssetMissing names a kind every figure needs that has none."""
    for kind in _KINDS:
        if not any((folder / kind).glob("*.svg")):
            raise AssetMissing(f"{folder / kind} has no drawing")
    return f"{sum(1 for _ in folder.glob('*/*.svg'))} drawings"


def engine(card: EngineCard, see: Callable[[], str]) -> str:
    """What an engine did when it was tried, and what it costs."""
    tried = see()
    return f"{tried}; offline, version {card.version}, $0.00"


def write() -> str:
    """Have a shortest story written."""
    from services.offline.writer.engine import TemplateWriter
    from studio.crew import Pitch

    lines = TemplateWriter().write(Pitch("A keeper finds a key.", seconds=20)).elements
    return f"wrote {len(lines)} paragraphs"


def draw(interpreter: str = sys.executable) -> str:
    """Have a letter drawn by resvg and read by OpenCV in a child: a broken library may take its process along."""
    _answer([interpreter, "-c", _DRAW])
    return "drew a letter"


def move(interpreter: str = sys.executable) -> str:
    """Have a child find the encoders of PyAV, with which clips and sound are written."""
    _answer([interpreter, "-c", _MOVE])
    return "found its encoders"


def speak(command: Sequence[str] = ()) -> str:
    """Have the speaking process say a word."""
    from services.offline.voice.booth import Booth
    from services.offline.voice.reading import Reading

    booth = Booth(tuple(command)) if command else Booth()
    try:
        said = booth.read(Reading("gmw/en", "Hello."))
    finally:
        booth.close()
    if not any(said.pcm):
        raise RenderFailed("espeak-ng said nothing")
    return f"said a word, {len(said.pcm) / 2 / said.rate:.1f} s"


def play() -> str:
    """Have the moods and instruments read, with the numerics they are played with."""
    from services.offline.music import engine, tables

    return f"knows {len(tables.tunes().mood)} moods as {engine.Bandstand().name}"


def keys(settings: Settings) -> str:
    """Which settings of vendors are set, by name alone."""
    named = sorted(name for name in settings.given if name.endswith(("_KEY", "_SECRET")))
    return ", ".join(named) or "none is set; none is needed"


def chromium() -> str:
    """Where a browser is; none is needed to make an episode."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return found or "not installed"


def _answer(command: list[str]) -> str:
    """What a child says; RenderFailed with its last words when it fails."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or [f"exit {done.returncode}"]
        raise RenderFailed(f"{command[0]} does not work: {last[0]}")
    return done.stdout
