"""What vendors still offer: which engines' models are in their own lists, asked in the background and for nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Sequence

from services.background import Background
from services.pinging import Heard, listen
from services.settings import Settings
from studio.takes.roster import EngineCard, Roster

log = logging.getLogger(__name__)
KEPT = 600.0  # seconds
_LOOK = 6.0  # seconds for a look that is waited for: vendors get five to answer
_NAMED = 4  # models named to whoever has to choose
_OWN = "local-writer"
Ask = Callable[[Settings], Sequence[Heard]]


def listed(model: str, models: Collection[str]) -> bool:
    """Whether a vendor's list has a model; servers of one's own add the tag of the newest to its name."""
    return model in models or f"{model}:latest" in models


def gone(heard: Iterable[Heard], roster: Roster, settings: Settings) -> dict[str, str]:
    """Every available engine whose vendor lists its models and has not this one, with the sentence for a person."""
    models = {one.vendor: one.models for one in heard if one.models}
    return {
        card.name: _sentence(card, _model(card, settings), models[card.vendor])
        for card in roster.engine
        if card.vendor in models
        and not roster.missing(card)
        and not listed(_model(card, settings), models[card.vendor])
    }


def _listen(settings: Settings) -> Sequence[Heard]:
    return listen(settings, lists=True)


class Offers:
    """What is known of vendors' models; nothing before it was begun, so that nobody is asked by the way."""

    def __init__(self, settings: Settings, roster: Roster, ask: Ask = _listen) -> None:
        self._settings, self._roster, self._ask = settings, roster, ask
        self._seen = Background(self._look, KEPT, name="models")
        self._begun = False

    def begin(self) -> None:
        """Begin to ask; this waits for nobody."""
        self._begun = True
        self._seen.get(0.0)

    def look(self) -> None:
        """Ask, and wait a few seconds for the answers."""
        self._begun = True
        self._seen.get(_LOOK)

    def gone(self, engine: str) -> str:
        """Why an engine cannot be asked any more, as a sentence; empty where nothing speaks against it."""
        found = self._seen.get(0.0) if self._begun else None
        return found.value.get(engine, "") if found else ""

    def _look(self) -> dict[str, str]:
        found = gone(self._ask(self._settings), self._roster, self._settings)
        for engine, why in found.items():
            log.warning("model.gone engine=%s %s", engine, why)
        return found


def _model(card: EngineCard, settings: Settings) -> str:
    return settings.local_writer_model if card.vendor == _OWN else card.model


def _sentence(card: EngineCard, model: str, models: Collection[str]) -> str:
    setting = "LOCAL_WRITER_MODEL" if card.vendor == _OWN else f"`model` of {card.name} in data/crew.toml"
    has = sorted(models)
    others = f" and {len(has) - _NAMED} more" if len(has) > _NAMED else ""
    choice = f"choose another engine or set {setting}; it has {', '.join(has[:_NAMED])}{others}"
    return f"{card.vendor} has no model {model} any more: {choice}"
