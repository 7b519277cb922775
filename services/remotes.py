"""The engines at vendors, each built from its card and the settings when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from threading import Lock
from typing import TYPE_CHECKING

from services.guard import Line, line, vendors
from services.retry import PATIENCE, Patience, hasty
from services.rooms import endpoint_of, most_workers
from services.settings import Settings
from services.tasks import Do, here
from studio.crew import Remote, VoiceLibrary
from studio.errors import KeyMissing
from studio.takes.recipe import TakeKind
from studio.takes.roster import EngineCard

if TYPE_CHECKING:
    from services.gpu.renting import RentalBook, Renting


class SetRemotes:
    """Vendors' engines for these settings; safe to use from many threads."""

    def __init__(self, settings: Settings, book: RentalBook, do: Do = here) -> None:
        """In the book stands what was rented because an engine of our own was asked; `do` does what films need."""
        self._settings, self._book, self._do = settings, book, do
        self._built: dict[str, Remote] = {}
        self._library: VoiceLibrary | None = None
        self._lock = Lock()

    def engine(self, card: EngineCard) -> Remote:
        """The engine of a card; KeyMissing naming the settings it needs that are not set."""
        self._check(card)
        with self._lock:
            if card.name not in self._built:
                self._built[card.name] = self._build(card)
            return self._built[card.name]

    def library(self, card: EngineCard) -> VoiceLibrary:
        """The voices of a card's vendor."""
        from services.voices.elevenlabs_library import VoiceLibrary as Library

        self._check(card)
        with self._lock:
            if self._library is None:
                key, base = self._settings.elevenlabs_api_key.get_secret_value(), self._settings.elevenlabs_base_url
                talk = _line(card.vendor, self._settings)
                self._library = Library(key=key, base_url=base, cache=self._settings.cache, talk=talk)
            return self._library

    def close(self) -> None:
        """End every connection; an engine asked for again is built again."""
        with self._lock:
            for one in (*self._built.values(), self._library):
                if close := getattr(one, "close", None):
                    close()
            self._built, self._library = {}, None

    def _build(self, card: EngineCard) -> Remote:
        if card.vendor != "runpod":
            return _BUILDERS[card.vendor](card, self._settings, self._do)
        renting = self._renting if self._settings.studio_gpu_machine else None
        return _runpod(card, self._settings, self._do, renting)

    @cached_property
    def _renting(self) -> Renting:
        from services.machines import renting

        return renting(self._settings, self._book)

    def _check(self, card: EngineCard) -> None:
        missing = [name for name in card.needs if name not in self._settings.given]
        if missing:
            raise KeyMissing(f"{card.name} needs {' and '.join(missing)}", vendor=card.vendor)


def _patience(settings: Settings) -> Patience:
    return PATIENCE if settings.studio_haste == 1 else hasty(settings.studio_haste)


def _line(vendor: str, settings: Settings) -> Line:
    """The process's line to a vendor, or one for which time passes faster."""
    return line(vendor) if settings.studio_haste == 1 else Line(vendors()[vendor], _patience(settings))


def _groq(card: EngineCard, settings: Settings, _do: Do) -> Remote:
    from services.writers.groq import groq_writer

    key, base = settings.groq_api_key.get_secret_value(), settings.groq_base_url
    return groq_writer(card.name, card.model, key, base, own=_line(card.vendor, settings))


def _local_writer(card: EngineCard, settings: Settings, _do: Do) -> Remote:
    from services.writers.compatible import compatible_writer

    key = settings.local_writer_api_key.get_secret_value()
    return compatible_writer(card.name, settings.local_writer_model, settings.local_writer_base_url, key)


def _elevenlabs(card: EngineCard, settings: Settings, do: Do) -> Remote:
    from services.voices.elevenlabs import ElevenVoice
    from services.voices.elevenlabs_library import VoiceLibrary as Library

    key, base = settings.elevenlabs_api_key.get_secret_value(), settings.elevenlabs_base_url
    talk, patience = _line(card.vendor, settings), _patience(settings)
    library = Library(key=key, base_url=base, cache=settings.cache, talk=talk)
    return ElevenVoice(
        card,
        key=key,
        base_url=base,
        ffmpeg=settings.studio_ffmpeg,
        talk=talk,
        patience=patience,
        library=library,
        do=do,
    )


def _runpod(card: EngineCard, settings: Settings, do: Do, renting: Renting | None) -> Remote:
    from services.animators.runpod import RunPodAnimator
    from services.gpu.jobs import JobClient, Jobs
    from services.gpu.sheet import sheet
    from services.gpu.watching import Usual
    from services.gpu.work import Work
    from services.media.ffmpeg import Ffmpeg
    from services.painters.runpod import RunPodPainter

    endpoint = endpoint_of(card, settings)
    to = _line(card.vendor, settings)
    jobs: JobClient
    if renting:
        from services.machines import rented_jobs

        jobs = rented_jobs(settings, renting, endpoint, to)
    else:
        jobs = Jobs(settings.runpod_api_key.get_secret_value(), endpoint, settings.runpod_jobs_base_url, to=to)
    bucket = f"{settings.runpod_results_url.rstrip('/')}/" if settings.runpod_results_url else ""
    homes = vendors()[card.vendor].homes(settings.runpod_jobs_base_url.rstrip("/"), bucket)
    most = partial(most_workers, settings, endpoint, to)
    usual = Usual(max(card.seconds.values(), default=0.0))
    work = Work(jobs, sheet().engine[card.name], homes, limit=most, patience=_patience(settings), usual=usual)
    if TakeKind.CLIP in card.makes:
        return RunPodAnimator(work, Ffmpeg(settings.studio_ffmpeg), version=card.version, do=do)
    return RunPodPainter(work, version=card.version, do=do)


def _fal(card: EngineCard, settings: Settings, do: Do) -> Remote:
    from services.animators.fal import FalAnimator
    from services.fal.queue import FalHosts, FalQueue
    from services.media.ffmpeg import Ffmpeg
    from services.painters.fal import FalPainter

    hosts = FalHosts(
        settings.fal_queue_base_url, settings.fal_rest_base_url, settings.fal_cdn_base_url, settings.fal_api_base_url
    )
    guard, patience = _line(card.vendor, settings), _patience(settings)
    queue = FalQueue(settings.fal_key.get_secret_value(), hosts, guard=guard, patience=patience)
    if TakeKind.CLIP in card.makes:
        ffmpeg = Ffmpeg(settings.studio_ffmpeg)
        return FalAnimator(card.name, card.model, queue, ffmpeg, version=card.version, do=do)
    return FalPainter(card.name, card.model, queue, version=card.version, do=do)


def _comfyui(card: EngineCard, settings: Settings, do: Do) -> Remote:
    from services.painters.comfyui import ComfyPainter

    guard, patience = _line(card.vendor, settings), _patience(settings)
    return ComfyPainter(
        settings.comfyui_base_url, name=card.name, version=card.version, guard=guard, patience=patience, do=do
    )


_BUILDERS: dict[str, Callable[[EngineCard, Settings, Do], Remote]] = {
    "groq": _groq,
    "local-writer": _local_writer,
    "elevenlabs": _elevenlabs,
    "fal": _fal,
    "comfyui": _comfyui,
}
