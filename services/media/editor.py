"""The offline editor: cards, shot masters, the mix and the master, as takes. Decides nothing about the story."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from services.media import mp4
from services.media.conform import conform
from services.media.encoding import stamp
from services.media.fade import fade
from services.media.ffmpeg import Ffmpeg
from services.media.forecast import levelled
from services.media.kept import prune
from services.media.master import Film, master
from services.media.mix import MUSIC, looped, mix
from services.media.poster import poster
from services.media.sound import Sound, open_sound
from services.media.stretch import Placed, Score
from studio.crew import Order, Product
from studio.errors import AssetMissing
from studio.takes.briefs import CardBrief, Cue, FadeBrief, MasterBrief, MixBrief, PosterBrief, ShotBrief

_REVISION = 11
_OVER = 72_000  # samples a looped bed fades over itself: as long as a bed takes to end


class CutEditor:
    """An Editor on ffmpeg and PyAV.

    `cache` holds stretches of sound and may be deleted at any time; what nothing used for 30 days goes at the start.
    """

    name = "editor"

    def __init__(self, cache: Path, ffmpeg: Path | None = None) -> None:
        self.cache = cache
        self.ffmpeg = Ffmpeg(ffmpeg)
        prune(cache)

    @cached_property
    def version(self) -> str:
        """Changes with the encoding settings, the ffmpeg program and this code's own revision."""
        return f"{_REVISION}-{stamp(self.ffmpeg)}"

    def card(self, order: Order) -> Product:
        """Make a title or end card."""
        from services.media.cards import card  # it loads moviepy, which nothing else needs

        brief = CardBrief.model_validate(order.recipe.brief)
        out = order.folder / "card.mp4"
        card(self.ffmpeg, brief, order.inputs.get("plate"), out)
        return _picture(out, brief.frame.fps)

    def conform(self, order: Order) -> Product:
        """Make a shot master of the input `clip`."""
        brief = ShotBrief.model_validate(order.recipe.brief)
        out = order.folder / "shot.mp4"
        conform(self.ffmpeg, self._named(order, brief), brief, out, cache=self.cache)
        return _picture(out, brief.frame.fps)

    def _named(self, order: Order, brief: ShotBrief) -> Path:
        """The clip with the names it introduces; a clip that introduces nobody as it is."""
        clip = _input(order, "clip")
        if not brief.names:
            return clip
        from services.media.strip import introduce  # it loads moviepy

        plain, named = order.folder / "plain.mp4", order.folder / "named.mp4"
        conform(self.ffmpeg, clip, brief.model_copy(update={"captions": (), "names": ()}), plain)
        introduce(self.ffmpeg, plain, brief, named)
        return named

    def fade(self, order: Order) -> Product:
        """Make a dissolve of the inputs `out` and `into`, or a fade where one of them is not asked for."""
        brief = FadeBrief.model_validate(order.recipe.brief)
        out = order.folder / "fade.mp4"
        fade(self.ffmpeg, brief, order.inputs.get("out"), order.inputs.get("into"), out)
        return _picture(out, brief.frame.fps)

    def mix(self, order: Order) -> Product:
        """Make the soundtrack."""
        brief = MixBrief.model_validate(order.recipe.brief)
        self.cache.mkdir(parents=True, exist_ok=True)
        speech = tuple(self._placed(order, cue, level=False) for cue in brief.speech)
        beds = [self._placed(order, cue, level=True) for cue in brief.music]
        music = tuple(turn for bed in beds for turn in looped(bed, brief.samples, _OVER))
        out = order.folder / "mix.m4a"
        return Product(out, mix(Score(brief.samples, speech, music), out, self.cache))

    def master(self, order: Order) -> Product:
        """Join the film."""
        brief = MasterBrief.model_validate(order.recipe.brief)
        shots = [(role, _input(order, role)) for role in brief.shots]
        beside = (order.inputs.get("mix"), brief.captions, brief.language)
        film = Film(brief.title, brief.frame.fps, shots, *beside, spans=brief.spans)
        out = order.folder / "master.mp4"
        frames = master(self.ffmpeg, film, out, self.cache)
        return Product(out, {"frames": frames, "seconds": frames / brief.frame.fps, "bytes": out.stat().st_size})

    def poster(self, order: Order) -> Product:
        """Make the episode's picture."""
        brief = PosterBrief.model_validate(order.recipe.brief)
        out = order.folder / "poster.jpg"
        poster(_input(order, "board"), brief.title, out)
        return Product(out, {"width": brief.frame.width, "height": brief.frame.height})

    def _placed(self, order: Order, cue: Cue, *, level: bool) -> Placed:
        key = order.recipe.inputs[cue.role]
        sound: Sound = open_sound(self.ffmpeg, _input(order, cue.role), self.cache / f"{key[:40]}.wav")
        gain = levelled(sound, key, MUSIC, self.cache) if level else 1.0
        end = cue.start + (cue.samples or sound.samples)
        return Placed(sound, key, cue.start, gain, end)


def _input(order: Order, role: str) -> Path:
    if role not in order.inputs:
        raise AssetMissing(f"nothing was handed over for {role}")
    return order.inputs[role]


def _picture(out: Path, fps: int) -> Product:
    track = mp4.read(out)
    measure = {"frames": track.frames, "width": track.look.width, "height": track.look.height, "fps": fps}
    return Product(out, measure)
