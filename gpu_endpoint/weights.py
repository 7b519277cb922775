"""Finds an engine's weights: baked into the image, in the vendor's cache of models, or put on the volume by hand."""

from __future__ import annotations

from pathlib import Path

from gpu_endpoint.errors import NotInstalled
from gpu_endpoint.registry import EngineSpec, engine
from gpu_endpoint.settings import Settings


def folder(spec: EngineSpec, settings: Settings) -> str:
    """The folder of an engine's weights; NotInstalled when it is nowhere. Nothing is downloaded here.

    A distilled engine is there only where the operator asks for such, and the one it was distilled from is there too.
    """
    if spec.plain:
        if not settings.few:
            raise NotInstalled(f"{spec.name} is off on this worker")
        folder(engine(spec.plain), settings)
    if spec.random:
        return ""
    name = spec.repository.replace("/", "--")
    cached = settings.volume / "huggingface-cache" / "hub" / f"models--{name}" / "snapshots"
    places = [settings.weights / name, settings.volume / "weights" / name, *sorted(cached.glob("*"))]
    for place in places:
        if (place / "model_index.json").is_file():
            return str(place)
    raise NotInstalled(f"the weights of {spec.name} ({spec.repository}) are not on this worker")


def eyes(settings: Settings) -> Path | None:
    """The folder of the networks that compare clips, or none."""
    places = (settings.weights / "consistency", settings.volume / "weights" / "consistency")
    return next((place for place in places if place.is_dir()), None)


def installed(spec: EngineSpec, settings: Settings) -> bool:
    """Whether an engine could be loaded here."""
    try:
        folder(spec, settings)
    except NotInstalled:
        return False
    return not spec.package
